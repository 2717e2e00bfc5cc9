"""What a customer hears who says how they want to hear from us: kept with the account, shown as it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from types import SimpleNamespace
from typing import Any, cast

import pytest

from actions.notice_wishes import TOPIC, WishNotices, hear_notice_wish
from actions.resume import go_on_with_topic
from actions.talk import Talk
from refunds.cases.notice_wishes import NIGHT, NoticeWishes, QuietHours, Way
from tests.unit.actions.talks import WORDS, detail, said, talk_of


class Kept:
    """The account's wishes, without a database."""

    def __init__(self, way: Way = Way.USUAL) -> None:
        self.wishes = NoticeWishes(way)

    def of(self, _customer_id: str) -> NoticeWishes:
        return self.wishes

    def choose_way(self, _customer_id: str, way: Way, *, who: str, now: datetime) -> NoticeWishes:
        self.wishes = replace(self.wishes, way=way)
        return self.wishes

    def choose_quiet(
        self, _customer_id: str, quiet: QuietHours | None, *, zone: str | None, who: str, now: datetime
    ) -> NoticeWishes:
        self.wishes = replace(self.wishes, quiet=quiet, zone=zone)
        return self.wishes

    def told(self, wishes: NoticeWishes) -> str:
        return f"{wishes.way} {wishes.quiet}"


def talk_with(kept: Kept, text: str, *rows: dict[str, Any], customer_id: str | None = "C-1", **more: Any) -> Talk:
    talk = talk_of(text, *rows, customer_id=customer_id, **more)
    cast("Any", talk.app).wishing = kept
    return talk


def titles(talk: Talk) -> list[str]:
    return [button["title"] for message in talk.dispatcher.messages for button in message["buttons"]]


def test_words_are_kept_in_the_zone_in_which_they_were_said() -> None:
    kept = Kept()
    talk = talk_with(kept, "please don't message me at night", zone="Asia/Tokyo")
    assert hear_notice_wish(talk)
    assert kept.wishes == NoticeWishes(Way.USUAL, NIGHT, "Asia/Tokyo")
    assert "I'll keep to that" in said(talk)
    assert WORDS.say("button_notices_any_time") in titles(talk)


@pytest.mark.parametrize(
    ("wish", "wishes"),
    [
        ("chat", NoticeWishes(Way.CHAT)),
        ("night", NoticeWishes(quiet=NIGHT)),
        ("any_time", NoticeWishes()),
    ],
)
def test_a_button_is_kept(wish: str, wishes: NoticeWishes) -> None:
    kept = Kept()
    WishNotices().take(talk_with(kept, "/wish_notices", {"entity": "wish", "value": wish}, intent="wish_notices"))
    assert kept.wishes == wishes


def test_who_asks_sees_what_holds_with_a_button_for_all_else() -> None:
    talk = talk_with(Kept(Way.AWAY), "notification settings")
    assert hear_notice_wish(talk)
    assert "This is how you hear from us" in said(talk)
    assert titles(talk) == [
        WORDS.say(f"button_notices_{name}") for name in ("usual", "chat", "always", "needed", "night")
    ]


def test_without_an_identity_it_is_asked_who_they_are_and_kept_after_that() -> None:
    kept = Kept()
    asking = talk_with(kept, "don't write to me after 9 pm", customer_id=None)
    assert hear_notice_wish(asking)
    assert kept.wishes == NoticeWishes()
    assert (asking.frame.topic, asking.pending) == (TOPIC, "email")
    events = {event["name"]: event["value"] for event in asking.frame.as_events(asking.pending)}
    after = talk_with(kept, "[code]", frame=events["frame"], asked="code")
    go_on_with_topic(after)
    assert kept.wishes.quiet == QuietHours(time(21), time(8))
    assert (after.frame.topic, after.frame.notice_wish, after.pending) == (None, None, None)


def test_a_request_for_money_is_no_wish_about_notices() -> None:
    text = "don't message me at night, refund ORD-10001"
    talk = talk_with(Kept(), text, detail(text, "order_number", "ORD-10001"))
    assert not hear_notice_wish(talk)


def test_an_address_that_was_asked_for_goes_on_with_it() -> None:
    sent: list[str] = []
    text = "amara@example.com"
    asked: dict[str, Any] = {"customer_id": None, "asked": "email", "frame": {"topic": TOPIC}, "intent": "inform"}
    talk = talk_with(Kept(), text, detail(text, "email", text), **asked)
    app = cast("Any", talk.app)
    app.identity = SimpleNamespace(verified_customer=lambda *_: None, send_code=lambda *a, **_: sent.append(a[1]))
    app.withdrawals = SimpleNamespace(mail_to=lambda *_: None)
    assert hear_notice_wish(talk)
    assert sent == [text]
