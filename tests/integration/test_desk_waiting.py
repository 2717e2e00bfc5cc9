"""Chats that nobody sees to: whose agent is gone, which nobody takes, and answers that nobody reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from refunds import outbox
from refunds.chat.conversations import change_owner, locked
from refunds.chat.deliveries import FAILED, SENDING, SENT
from refunds.chat.lines import AGENT, add_lines
from refunds.chat.links import ChatLinks
from refunds.chat.message import Line, Reply
from refunds.chat.ownership import Change
from refunds.chat.transcript import Transcript
from refunds.database import Database
from refunds.desk.audit import Audit, Wanted
from refunds.desk.away_mails import AwayMails
from refunds.desk.presence import Presence
from refunds.desk.waiting import Waits
from refunds.handoff import HandOff
from refunds.notify import FileMailer
from refunds.tables import AgentRow, ConversationRow, DeliveryRow, HandOffRow
from tests.integration.filing_world import POLICY, WORDS
from tests.integration.people_world import NOW, People, mails_in, people_over, text_of
from tests.unit.test_desk import DESK

MINUTE = timedelta(minutes=1)
LINKS = ChatLinks("https://chat.example.com", "a secret of tests that is long enough to be one")
TARGET, GONE_AFTER, MAIL_AFTER = 10 * MINUTE, 5 * MINUTE, 5 * MINUTE


@dataclass
class Floor:
    """The desk's rooms over a test's database, with one agent, Ann."""

    people: People

    @property
    def database(self) -> Database:
        return self.people.database

    def presence(self) -> Presence:
        return Presence(self.database, HandOff(), Audit(self.database), DESK, GONE_AFTER)

    def waits(self) -> Waits:
        return Waits(self.database, HandOff(), DESK, TARGET)

    def mails(self) -> AwayMails:
        settings, office = self.people.settings, cast("Any", self.people.office)
        mailer = FileMailer(settings.mailbox, settings.mail_from)
        return AwayMails(self.database, office, POLICY, WORDS, mailer, LINKS, MAIL_AFTER)

    def agent(self, seen_at: datetime | None, name: str = "Ann") -> str:
        agent_id = name.lower()
        with self.database.transaction() as session:
            row = AgentRow(agent_id=agent_id, login=name, name=name, role="agent", made_at=NOW, seen_at=seen_at)
            row.failed_tries, row.is_away = 0, False
            session.add(row)
        return agent_id

    def waits_since(self, opened_at: datetime, name: str = "one", customer_id: str | None = None) -> str:
        """A chat for which a person was asked then."""
        conversation_id = self.people.conversation(name)
        with self.database.transaction() as session:
            row = self._locked(session, conversation_id)
            row.channel, row.customer_id, row.zone = "website", customer_id, "Europe/Berlin"
            change_owner(session, row, Change.PERSON_NEEDED, reason="customer_asked", now=opened_at)
            HandOff().open(session, row, "customer_asked", {}, opened_at)
        return conversation_id

    def taken(self, conversation_id: str, agent_id: str, at: datetime) -> None:
        with self.database.transaction() as session:
            row = self._locked(session, conversation_id)
            change_owner(session, row, Change.TAKEN, reason=row.reason, now=at, agent_id=agent_id)

    def says(self, conversation_id: str, text: str, at: datetime) -> None:
        with self.database.transaction() as session:
            row = self._locked(session, conversation_id)
            add_lines(session, row, [Reply(text)], author=AGENT, in_reply_to=None, now=at, agent_name="Ann")

    def lines(self, conversation_id: str) -> list[Line]:
        return Transcript(self.database).since(conversation_id, 0)

    def row(self, conversation_id: str) -> ConversationRow:
        with self.database.transaction() as session:
            return session.get_one(ConversationRow, conversation_id)

    def carry_out(self, now: datetime) -> None:
        for claimed in outbox.claim(self.database, now, limit=10):
            self.mails().send(claimed.key, claimed.payload, now)
            outbox.done(self.database, claimed, now)

    @staticmethod
    def _locked(session: Any, conversation_id: str) -> ConversationRow:
        row = locked(session, conversation_id)
        assert row is not None
        return row


@pytest.fixture
def floor(database: Database, tmp_path: Path) -> Floor:
    return Floor(people_over(database, tmp_path))


def test_the_chat_of_an_agent_who_is_gone_goes_back_into_the_line_and_its_customer_hears_so_once(floor: Floor) -> None:
    before = floor.waits_since(NOW, "before")
    chat = floor.waits_since(NOW + MINUTE)
    floor.taken(chat, floor.agent(seen_at=NOW + 2 * MINUTE), NOW + 2 * MINUTE)
    now = NOW + 2 * MINUTE + GONE_AFTER
    assert floor.presence().put_back(now) == 1
    assert floor.presence().put_back(now + MINUTE) == 0
    (line,) = floor.lines(chat)
    assert "Ann had to leave" in line.text
    assert "number 2 in line" in line.text
    assert "until today, 18:00 CET" in line.text
    assert [button.title for button in line.buttons] == [WORDS.say("button_go_on_with_assistant")]
    row = floor.row(chat)
    assert (row.owner, row.agent_id, row.reason) == ("waiting", None, "customer_asked")
    assert floor.lines(before) == []
    (entry,) = Audit(floor.database).entries(Wanted(act="agent_gone"), 5)
    assert (entry.conversation_id, entry.details) == (chat, {"agent": "Ann"})


def test_an_agent_who_is_back_in_time_keeps_the_chat(floor: Floor) -> None:
    chat = floor.waits_since(NOW)
    floor.taken(chat, floor.agent(seen_at=NOW), NOW)
    assert floor.presence().put_back(NOW + GONE_AFTER - timedelta(seconds=1)) == 0
    assert floor.lines(chat) == []
    assert floor.row(chat).owner == "agent"


def test_an_agent_whose_account_was_closed_is_gone_at_once(floor: Floor) -> None:
    chat = floor.waits_since(NOW)
    floor.taken(chat, floor.agent(seen_at=NOW), NOW)
    with floor.database.transaction() as session:
        session.get_one(AgentRow, "ann").disabled_at = NOW
    assert floor.presence().put_back(NOW) == 1


def test_a_chat_that_was_taken_over_without_being_asked_for_waits_too_when_its_agent_is_gone(floor: Floor) -> None:
    chat = floor.people.conversation("one")
    floor.taken(chat, floor.agent(seen_at=NOW), NOW)
    assert floor.presence().put_back(NOW + GONE_AFTER) == 1
    with floor.database.reading() as session:
        (waiting,) = HandOff().waiting(session)
    assert (waiting.conversation_id, waiting.reason) == (chat, "agent_gone")


def test_whose_chat_nobody_takes_hears_their_place_and_the_hours_after_the_target_and_then_ever_rarer(
    floor: Floor,
) -> None:
    floor.waits_since(NOW - MINUTE, "first")
    chat = floor.waits_since(NOW)
    told = [minute for minute in range(90) if floor.waits().tell(NOW + minute * MINUTE) and floor.lines(chat)]
    assert [line.said_at for line in floor.lines(chat)] == [NOW + minute * MINUTE for minute in (10, 20, 40, 80)]
    assert {10, 20, 40, 80} <= set(told)
    line = floor.lines(chat)[0]
    assert "You are number 2 in line" in line.text
    assert "until today, 18:00 CET" in line.text
    assert "the answer stands here when you come back" in line.text
    assert "e-mail" not in line.text
    assert [button.title for button in line.buttons] == [WORDS.say("button_go_on_with_assistant")]


def test_who_showed_who_they_are_hears_that_the_answer_is_mailed_too(floor: Floor) -> None:
    chat = floor.waits_since(NOW, customer_id="C-1001")
    floor.waits().tell(NOW + TARGET)
    assert "also goes to the e-mail address on your account" in floor.lines(chat)[0].text


def test_at_closing_time_who_still_waits_hears_once_when_people_are_back(floor: Floor) -> None:
    closes = datetime(2026, 11, 24, 17, tzinfo=UTC)
    chat = floor.waits_since(closes - 5 * MINUTE)
    for minute in range(-4, 600, 7):
        floor.waits().tell(closes + minute * MINUTE)
    (line,) = floor.lines(chat)
    assert "nobody got to your chat before we closed" in line.text
    assert "Wed 25 Nov 2026, 09:00 CET" in line.text


def test_who_asked_outside_the_hours_hears_nothing_more_until_people_are_there(floor: Floor) -> None:
    evening, opens = datetime(2026, 11, 27, 20, tzinfo=UTC), datetime(2026, 11, 30, 8, tzinfo=UTC)
    chat = floor.waits_since(evening)
    assert floor.waits().tell(opens - MINUTE) == 0
    assert floor.waits().tell(opens + TARGET - MINUTE) == 0
    assert floor.waits().tell(opens + TARGET) == 1
    assert "nobody has taken your chat yet" in floor.lines(chat)[0].text


def test_who_was_taken_or_went_on_meanwhile_is_told_nothing(floor: Floor) -> None:
    chat = floor.waits_since(NOW)
    floor.taken(chat, floor.agent(seen_at=NOW), NOW)
    assert floor.waits().tell(NOW + TARGET) == 0
    with floor.database.reading() as session:
        assert session.query(HandOffRow).one().told_at is None


def test_what_an_agent_wrote_is_mailed_once_when_nobody_reads_it_in_the_chat(floor: Floor) -> None:
    chat = floor.waits_since(NOW, customer_id="C-1001")
    floor.says(chat, "I found your order.", NOW)
    floor.says(chat, "The money goes back today.", NOW + MINUTE)
    assert floor.mails().collect(NOW + MAIL_AFTER - MINUTE) == 0
    assert floor.mails().collect(NOW + MAIL_AFTER) == 1
    floor.says(chat, "Goodbye.", NOW + MAIL_AFTER)
    assert floor.mails().collect(NOW + MAIL_AFTER + MINUTE) == 0
    floor.carry_out(NOW + MAIL_AFTER)
    floor.carry_out(NOW + MAIL_AFTER)
    (mail,) = mails_in(floor.people.settings.mailbox)
    assert mail["To"] == "amara@example.com"
    assert mail["Subject"] == "Ann answered you in our chat"
    assert "Ann, Tue 24 Nov 2026, 10:30 CET:\nI found your order." in text_of(mail)
    assert "The money goes back today." in text_of(mail)
    assert "Goodbye" not in text_of(mail)
    assert "Please don't answer this mail" in text_of(mail)
    assert "https://chat.example.com" in text_of(mail)


def test_what_was_read_in_the_chat_is_not_mailed(floor: Floor) -> None:
    chat = floor.waits_since(NOW, customer_id="C-1001")
    floor.says(chat, "I found your order.", NOW)
    Transcript(floor.database).mark_read(chat, 1)
    assert floor.mails().collect(NOW + MAIL_AFTER) == 0


def test_what_is_read_before_the_mail_goes_is_not_mailed_either(floor: Floor) -> None:
    chat = floor.waits_since(NOW, customer_id="C-1001")
    floor.says(chat, "I found your order.", NOW)
    assert floor.mails().collect(NOW + MAIL_AFTER) == 1
    Transcript(floor.database).mark_read(chat, 1)
    floor.carry_out(NOW + MAIL_AFTER)
    assert mails_in(floor.people.settings.mailbox) == []


def test_who_did_not_show_who_they_are_gets_no_mail(floor: Floor) -> None:
    chat = floor.waits_since(NOW)
    floor.says(chat, "I found your order.", NOW)
    assert floor.mails().collect(NOW + MAIL_AFTER) == 0


def test_what_is_written_to_somebody_who_phoned_is_mailed_at_once(floor: Floor) -> None:
    chat = floor.waits_since(NOW, customer_id="C-1001")
    with floor.database.transaction() as session:
        session.get_one(ConversationRow, chat).channel = "phone"
    floor.says(chat, "As promised on the phone: your case is filed.", NOW)
    assert floor.mails().collect(NOW) == 1
    floor.carry_out(NOW)
    (mail,) = mails_in(floor.people.settings.mailbox)
    assert "As agreed, we write to you" in text_of(mail)


def test_what_a_channel_refused_is_mailed_once_and_what_it_took_or_still_tries_is_not(floor: Floor) -> None:
    chat = floor.waits_since(NOW, customer_id="C-1001")
    for text in ("This came.", "This was refused.", "This is on its way."):
        floor.says(chat, text, NOW)
    with floor.database.transaction() as session:
        row = session.get_one(ConversationRow, chat)
        row.channel, row.delivered_number = "telegram", 2
        for number, state in ((1, SENT), (2, FAILED), (3, SENDING)):
            session.add(DeliveryRow(conversation_id=chat, number=number, state=state, attempts=1, unknown=0))
    assert floor.mails().collect(NOW) == 1
    assert floor.mails().collect(NOW + MAIL_AFTER) == 0
    floor.carry_out(NOW)
    (mail,) = mails_in(floor.people.settings.mailbox)
    assert "This was refused." in text_of(mail)
    assert not any(text in text_of(mail) for text in ("This came.", "This is on its way."))
