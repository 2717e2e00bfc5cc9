"""What customers wish about notices, and that they are listened to: over a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from refunds import outbox
from refunds.cases.lifecycle import PayoutState
from refunds.cases.notice_wishes import NIGHT, NoticeWishes, QuietHours, Way, keep_wishes
from refunds.database import Database
from refunds.desk.cases.timeline import timeline
from refunds.notify import Occasion
from refunds.notify.opinions import Opinions
from refunds.notify.wishing import Wishing
from refunds.worker import EFFECTS
from tests.integration.people_world import mails_in, on_sqlite
from tests.integration.test_notices import House
from tests.unit.notify.matters import AMARA, NOW, POLICY, WORDS, payout

pytestmark = on_sqlite
QUIET_NOW = QuietHours(time(9), time(12))  # it is 10:30 in Berlin
QUIET_ENDS = NOW + timedelta(hours=1, minutes=30)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    return House(database, tmp_path / "mailbox")


def wishes(house: House, way: Way = Way.USUAL, quiet: QuietHours | None = None) -> None:
    with house.database.transaction() as session:
        keep_wishes(session, AMARA.customer_id, NoticeWishes(way, quiet), who="customer", now=NOW)


def released(house: House, at: datetime = QUIET_ENDS) -> None:
    """The worker tells what waited."""
    for row in house.outbox():
        if row.kind == "notice_later" and row.due_at <= at + timedelta(minutes=1):
            with house.database.transaction() as session:
                house.notices.tell_held(session, row.payload["notice_id"], at)


def mailed(house: House) -> int:
    """The worker mails what is to be mailed; how many mails there are then."""
    for row in house.outbox():
        if row.kind == "notice_mail":
            house.mails.send(row.payload["notice_id"], NOW)
    return len(mails_in(house.mailbox))


def test_in_quiet_hours_nothing_is_told_until_they_end(house: House) -> None:
    house.files()
    wishes(house, quiet=QUIET_NOW)
    house.tell()
    assert (house.lines(), mailed(house)) == ([], 0)
    (row,) = house.outbox()
    assert row.kind == "notice_later"
    assert QUIET_ENDS <= row.due_at <= QUIET_ENDS + timedelta(seconds=30)
    released(house)
    (line,) = house.lines()
    assert "ARN 74537604221431003881234" in line.text
    assert [button.title for button in line.buttons] == [WORDS.say("button_where")]
    assert line.card is not None
    assert mailed(house) == 1
    assert house.told()[0].told_at == QUIET_ENDS


def test_what_waited_is_told_once_also_by_a_worker_that_died_in_between(house: House) -> None:
    house.files()
    wishes(house, quiet=QUIET_NOW)
    house.tell()
    released(house)
    released(house)
    assert len(house.lines()) == 1


def test_a_nights_notices_come_in_the_order_in_which_they_came_up(house: House) -> None:
    house.files()
    wishes(house, quiet=QUIET_NOW)
    with house.database.transaction() as session:
        for minutes in (5, 1, 3):
            at = NOW + timedelta(minutes=minutes)
            house.notices.tell(session, house.case, Occasion.PAID, key=f"paid:{minutes}", now=at, payout=payout())
    due = sorted(house.outbox(), key=lambda row: row.due_at)
    told = {notice.notice_id: notice.key for notice in house.told()}
    assert [told[row.payload["notice_id"]] for row in due] == ["paid:1", "paid:3", "paid:5"]


def test_the_desk_says_that_a_notice_waits(house: House) -> None:
    house.files()
    wishes(house, quiet=QUIET_NOW)
    house.tell()
    assert "waits for the end of their quiet hours" in [each.who for each in timeline(house.case, house.told())]
    released(house)
    assert "in the chat" in [each.who for each in timeline(house.case, house.told())]


def test_quiet_hours_that_hold_when_it_is_due_hold_it_on(house: House) -> None:
    house.files()
    wishes(house, quiet=QUIET_NOW)
    house.tell()
    wishes(house, quiet=QuietHours(time(11), time(18)))
    released(house)
    assert house.lines() == []
    released(house, NOW + timedelta(hours=8))
    assert len(house.lines()) == 1


def test_what_was_given_meanwhile_is_not_asked_for_in_the_morning(house: House) -> None:
    house.files()
    wishes(house, quiet=QUIET_NOW)
    house.tell(Occasion.INFORMATION_NEEDED, key="asked", sent=None, items=["the invoice"])
    released(house)  # the case is paid by now
    assert house.lines() == []


@pytest.mark.parametrize(
    ("occasion", "state"), [(Occasion.RECEIVED, None), (Occasion.DETAILS_NEEDED, PayoutState.NEEDS_CUSTOMER_DETAILS)]
)
def test_what_is_urgent_comes_in_quiet_hours_too(house: House, occasion: Occasion, state: PayoutState | None) -> None:
    house.files()
    wishes(house, quiet=QUIET_NOW)
    house.tell(occasion, key="urgent", sent=payout(state) if state else None)
    assert [row.kind for row in house.outbox()] == ["notice_mail"]
    assert mailed(house) == 1


def test_outside_of_quiet_hours_nothing_waits(house: House) -> None:
    house.files()
    wishes(house, quiet=NIGHT)
    house.tell()
    assert len(house.lines()) == 1


def test_in_the_chat_only_means_no_mail_where_the_chat_tells_it(house: House) -> None:
    house.files()
    wishes(house, Way.CHAT)
    house.tell()
    assert len(house.lines()) == 1
    assert mailed(house) == 0


def test_what_the_chat_cannot_tell_is_mailed_all_the_same(house: House) -> None:
    house.files(owner="closed")
    wishes(house, Way.CHAT)
    house.tell()
    assert mailed(house) == 1


def test_mail_for_who_is_away_does_not_come_to_who_read_it(house: House) -> None:
    house.files()
    wishes(house, Way.AWAY)
    house.tell()
    (row,) = house.outbox()
    assert row.due_at == NOW + timedelta(minutes=2)
    house.reads(1)
    assert mailed(house) == 0


def test_mail_for_who_is_away_comes_to_who_did_not(house: House) -> None:
    house.files()
    wishes(house, Way.AWAY)
    house.tell()
    assert mailed(house) == 1


def test_mail_always_means_passing_news_too(house: House) -> None:
    house.files()
    wishes(house, Way.ALWAYS)
    house.tell(Occasion.DELAYED, key="d", sent=payout(PayoutState.PENDING, reason="processing"))
    house.reads(1)
    assert mailed(house) == 1


def test_only_what_is_needed_leaves_out_passing_news_and_tells_decisions(house: House) -> None:
    house.files()
    wishes(house, Way.NEEDED)
    house.tell(Occasion.DELAYED, key="d", sent=payout(PayoutState.PENDING, reason="processing"))
    assert house.told() == []
    house.tell()
    assert len(house.lines()) == 1
    assert mailed(house) == 1


def test_nobody_is_asked_how_it_was_in_quiet_hours_or_who_wants_only_what_is_needed(house: House) -> None:
    house.case = replace(house.case, updated_at=NOW)
    house.files(owner="assistant")
    opinions = Opinions(house.database, WORDS, POLICY)
    wishes(house, Way.NEEDED)
    assert opinions.ask(NOW) == 0
    wishes(house, quiet=QUIET_NOW)
    assert opinions.ask(NOW) == 0
    assert opinions.ask(QUIET_ENDS) == 1


def test_a_way_and_quiet_hours_are_kept_beside_each_other(house: House) -> None:
    wishing = Wishing(house.database, WORDS)
    wishing.choose_quiet("C-9", NIGHT, zone="America/New_York", who="customer", now=NOW)
    wishing.choose_way("C-9", Way.CHAT, who="customer", now=NOW)
    kept = wishing.of("C-9")
    assert kept == NoticeWishes(Way.CHAT, NIGHT, "America/New_York")
    assert "22:00" in wishing.told(kept)
    assert wishing.choose_quiet("C-9", None, zone=None, who="customer", now=NOW).quiet is None
    assert wishing.of("C-8") == NoticeWishes()


def test_the_outbox_knows_who_tells_what_waited(house: House) -> None:
    house.files()
    wishes(house, quiet=QUIET_NOW)
    house.tell()
    (claimed,) = outbox.claim(house.database, QUIET_ENDS + timedelta(minutes=1), limit=1)
    assert claimed.kind in EFFECTS
