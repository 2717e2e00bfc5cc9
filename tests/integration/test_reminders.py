"""Reminders of a "not yet" over a real database: asked for once, told once on their day, never in vain."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import select, update

from refunds import outbox
from refunds.app import App
from refunds.backoffice.client import BackOffice
from refunds.cases import reminders as reminder_rows
from refunds.cases.reminders import Reminder
from refunds.chat.links import ChatLinks
from refunds.database import Database
from refunds.errors import NotFound
from refunds.notify import FileMailer
from refunds.policy.decision import Outcome
from refunds.policy.records import Customer, Ticket
from refunds.policy.request import Claim, NamedTime, RefundRequest
from refunds.reminders import Reminders
from refunds.tables import ButtonRow, ConversationRow, LineRow, OutboxRow, ReminderRow
from refunds.worker import EFFECTS
from tests.integration.filing_world import CONFIRMED, NOW, POLICY, WORDS, RecordsOffice, filing, records
from tests.integration.people_world import mails_in, on_sqlite, text_of

ORDER, CHAT = "ORD-10001", "c" * 32
REPORTED = NOW - timedelta(days=3)
DAY = date(2026, 11, 29)  # the day after the seven that we have to solve it, in Berlin
MORNING = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)  # nine in Berlin
SITE = "https://chat.example.com"
LINKS = ChatLinks(SITE, "a secret of tests that is long enough to be one")


class Office(RecordsOffice):
    """A back office that knows one business in Germany with a critical ticket, three days old."""

    def customer(self, customer_id: str) -> Customer:
        assert customer_id == "C-1"
        return self.held[ORDER].customer


class House:
    """Somebody who was told "not yet", and the worker's part."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.mailbox = database, folder / "mailbox"
        self.office = Office()
        critical = Ticket("T-1", ORDER, REPORTED, None, "critical", "Disks are lost")
        self.office.held[ORDER] = replace(records(fault=None), tickets=(critical,))
        self.filing = filing(database, self.office)
        mailer = FileMailer(self.mailbox, "JJSG refunds <refunds@jjsg.example>")
        self.reminders = Reminders(database, cast("BackOffice", self.office), POLICY, WORDS, mailer, LINKS)
        self.app = cast("App", SimpleNamespace(reminders=self.reminders))
        with database.transaction() as session:
            row = ConversationRow(conversation_id=CHAT, channel="rest", address="a", customer_id="C-1")
            row.created_at = row.updated_at = NOW
            session.add(row)

    def asks(self, now: datetime = NOW, zone: str | None = "Europe/Berlin") -> Outcome:
        return self.filing.assess(self.request(zone), customer_id="C-1", conversation_id=CHAT, now=now).decision.outcome

    @staticmethod
    def request(zone: str | None = "Europe/Berlin") -> RefundRequest:
        times = NamedTime(REPORTED, NOW, ongoing=True)
        claims = frozenset({Claim.FAILURE})
        return RefundRequest(order_id=ORDER, words="disks are lost", claims=claims, time=times, zone=zone)

    def appeals(self) -> None:
        shown = self.filing.assess(self.request(), customer_id="C-1", conversation_id=CHAT, now=NOW)
        chat = {**CONFIRMED, "conversation_id": CHAT}
        self.filing.file(self.request(), **chat, confirmed_digest=shown.digest, now=NOW, appeal=True)

    def work(self, now: datetime) -> None:
        while claimed := outbox.claim(self.database, now, limit=5):
            for each in claimed:
                if each.kind.startswith("reminder"):
                    EFFECTS[each.kind](self.app, each, now)
                outbox.done(self.database, each, now)

    def lines(self) -> list[str]:
        with self.database.reading() as session:
            return list(session.scalars(select(LineRow.text).where(LineRow.author == "notice")))

    def mails(self) -> list[EmailMessage]:
        return mails_in(self.mailbox) if self.mailbox.exists() else []

    def change_chat(self, **fields: Any) -> None:
        with self.database.transaction() as session:
            session.execute(update(ConversationRow).values(fields))

    def rows(self, table: type) -> list[Any]:
        with self.database.reading() as session:
            found: list[Any] = list(session.scalars(select(table)))
            session.expunge_all()
            return found


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    made = House(database, tmp_path)
    assert made.asks() is Outcome.NOT_YET
    return made


def remember(house: House, now: datetime = NOW) -> Reminder:
    return house.reminders.remember(CHAT, "C-1", ORDER, now)


def test_the_reminder_is_for_the_day_that_was_told_at_nine_where_the_customer_lives(house: House) -> None:
    assert remember(house).day == DAY
    (row,) = house.rows(OutboxRow)
    assert row.due_at == MORNING


@on_sqlite
def test_where_no_zone_is_known_it_is_the_countrys(house: House) -> None:
    house.change_chat(zone=None)
    assert house.asks(zone=None) is Outcome.NOT_YET
    assert remember(house).zone == "Europe/Berlin"


def test_asking_twice_is_one_reminder(house: House) -> None:
    assert remember(house) == remember(house, NOW + timedelta(hours=1))
    house.work(MORNING)
    house.work(MORNING + timedelta(days=1))
    assert len(house.lines()) == len(house.mails()) == 1


def test_nothing_is_told_a_second_before(house: House) -> None:
    remember(house)
    house.work(MORNING - timedelta(seconds=1))
    assert house.lines() == []


def test_the_day_comes_in_the_chat_with_a_button_and_by_mail(house: House) -> None:
    remember(house)
    house.work(MORNING)
    (line,) = house.lines()
    assert ORDER in line
    assert "if the problem is still not solved" in line
    payloads = [row.payload for row in house.rows(ButtonRow)]
    assert f"/take_up{json.dumps({'order_number': ORDER})}" in payloads
    (mail,) = house.mails()
    assert mail["To"] == "ada@example.com"
    assert line in " ".join(text_of(mail).split("\n\n"))
    assert SITE in text_of(mail)


def test_what_is_asked_for_on_the_day_holds_on_the_day(house: House) -> None:
    """What the reminder says may be so: with the problem still unsolved the answer is yes by then."""
    assert house.asks(MORNING) is Outcome.ELIGIBLE


def test_two_workers_at_once_tell_once(house: House) -> None:
    reminder = remember(house)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: house.reminders.tell(reminder.reminder_id, MORNING), range(4)))
    assert len(house.lines()) == 1


def test_a_crash_before_the_end_tells_nothing_and_notes_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    reminder = remember(house)

    def die(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(reminder_rows, "note_told", die)
        with pytest.raises(RuntimeError):
            house.reminders.tell(reminder.reminder_id, MORNING)
    assert house.lines() == []
    house.work(MORNING)
    assert len(house.lines()) == 1


def test_a_cancelled_reminder_is_not_told_and_may_be_set_again(house: House) -> None:
    remember(house)
    assert [each.order_id for each in house.reminders.cancel(CHAT)] == [ORDER]
    assert house.reminders.cancel(CHAT) == []
    house.work(MORNING - timedelta(hours=1))
    remember(house)
    house.work(MORNING)
    assert len(house.lines()) == 1


def test_what_was_told_is_not_cancelled_any_more(house: House) -> None:
    remember(house)
    house.work(MORNING)
    assert house.reminders.cancel(CHAT) == []
    assert house.rows(ReminderRow)[0].told_at == MORNING


def test_an_order_with_a_case_by_then_needs_no_reminder(house: House) -> None:
    remember(house)
    house.appeals()
    house.work(MORNING)
    assert house.lines() == []
    assert house.mails() == []


@pytest.mark.parametrize("gone", [{"owner": "closed"}, {"customer_id": None}, {"customer_id": "C-2"}])
@on_sqlite
def test_who_is_not_in_that_chat_any_more_hears_it_by_mail_alone(house: House, gone: dict[str, Any]) -> None:
    remember(house)
    house.change_chat(**gone)
    house.work(MORNING)
    assert house.lines() == []
    assert len(house.mails()) == 1


@on_sqlite
@pytest.mark.parametrize(("customer_id", "order_id"), [("C-2", ORDER), ("C-1", "ORD-10002")])
def test_where_no_day_was_told_there_is_nothing_to_be_reminded_of(
    house: House, customer_id: str, order_id: str
) -> None:
    with pytest.raises(NotFound):
        house.reminders.remember(CHAT, customer_id, order_id, NOW)
    with pytest.raises(NotFound):
        house.reminders.request_about(CHAT, customer_id, order_id)


@on_sqlite
def test_the_request_is_taken_up_with_what_was_told(house: House) -> None:
    assert house.reminders.request_about(CHAT, "C-1", ORDER) == house.request()
