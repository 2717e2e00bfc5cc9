"""Withdrawal statements over a real database: stamped, acknowledged by mail, joined, and left to nobody's silence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import select

from refunds import outbox
from refunds.app import App
from refunds.backoffice.client import BackOffice
from refunds.cases.case import Case
from refunds.cases.statements import Statement
from refunds.cases.tasks import Task, list_tasks
from refunds.chat.links import ChatLinks
from refunds.database import Database
from refunds.notify import FileMailer
from refunds.notify.withdrawal_mails import WithdrawalMails
from refunds.policy.decision import Outcome
from refunds.policy.records import Customer
from refunds.policy.request import Claim, RefundRequest
from refunds.tables import ConversationRow, OutboxRow
from refunds.withdrawals import MAILED_UNVERIFIED, Withdrawals
from refunds.worker import EFFECTS
from tests.integration.filing_world import CONFIRMED, POLICY, WORDS, RecordsOffice, filing, records
from tests.integration.people_world import mails_in, text_of

ORDER, OTHER_ORDER = "ORD-10001", "ORD-10002"
LUISA = Customer("C-1", "Luisa Reis", "luisa@example.com", "consumer", "PT")
SAID = datetime(2026, 11, 24, 23, 50, tzinfo=UTC)  # Lisbon is on UTC in winter
CHAT, OTHER_CHAT = "c" * 32, "d" * 32
SITE = "https://chat.example.com"
LINKS = ChatLinks(SITE, "a secret of tests that is long enough to be one")
ADDRESS_TYPED = "luisa@example.com"


@dataclass
class Office(RecordsOffice):
    """A back office that knows Luisa and her two orders, the first bought fourteen days before she speaks."""

    def __post_init__(self) -> None:
        for number in (ORDER, OTHER_ORDER):
            held = records(number, fault=None)
            bought = SAID - timedelta(days=14, hours=8)
            order = replace(held.order, purchased_at=bought, service="CDN")
            self.held[number] = replace(held, customer=LUISA, order=order)

    def find_customer_by_email(self, address: str) -> Customer | None:
        return LUISA if address == LUISA.email else None

    def customer(self, customer_id: str) -> Customer:
        assert customer_id == LUISA.customer_id
        return LUISA


class House:
    """Statements, the worker's part, and what customers do."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.mailbox = database, folder / "mailbox"
        self.office = Office()
        self.withdrawals = Withdrawals(database)
        mailer = FileMailer(self.mailbox, "JJSG refunds <refunds@jjsg.example>")
        office = cast("BackOffice", self.office)
        mails = WithdrawalMails(database, office, POLICY, WORDS, mailer, LINKS)
        self.app = cast("App", SimpleNamespace(withdrawals=self.withdrawals, withdrawal_mails=mails))
        self.filing = filing(database, self.office)
        with database.transaction() as session:
            for number, chat in enumerate((CHAT, OTHER_CHAT)):
                row = ConversationRow(conversation_id=chat, channel="rest", address=str(number))
                row.created_at = row.updated_at = SAID
                session.add(row)

    def says(
        self, words: str = "I withdraw from the contract", message_id: str = "m1", at: datetime = SAID, **fields: Any
    ) -> datetime:
        facts = {"conversation_id": CHAT, "customer_id": None, "order_id": None} | fields
        return self.withdrawals.record(Statement(message_id=message_id, words=words, said_at=at, **facts))

    def work(self, now: datetime = SAID + timedelta(minutes=1)) -> None:
        """What the worker does with the rows that are due."""
        while claimed := outbox.claim(self.database, now, limit=5):
            for each in claimed:
                if each.kind.startswith("withdrawal"):
                    EFFECTS[each.kind](self.app, each, now)
                outbox.done(self.database, each, now)

    def mails(self) -> list[EmailMessage]:
        return mails_in(self.mailbox) if self.mailbox.exists() else []

    def tasks(self) -> list[Task]:
        with self.database.reading() as session:
            return list_tasks(session)

    def kinds_waiting(self) -> list[str]:
        with self.database.reading() as session:
            return sorted(session.scalars(select(OutboxRow.kind)))

    def request(self, order_id: str = ORDER) -> RefundRequest:
        """The request as the talk puts it together once the order is known."""
        stamp = self.withdrawals.stamp_about(CHAT, LUISA.customer_id, order_id)
        claims = frozenset({Claim.WITHDRAWAL})
        return RefundRequest(order_id=order_id, claims=claims, withdrawn_at=stamp, zone="Europe/Lisbon")

    def decided(self, now: datetime, order_id: str = ORDER) -> Outcome:
        assessed = self.filing.assess(self.request(order_id), customer_id="C-1", conversation_id=CHAT, now=now)
        return assessed.decision.outcome

    def file(self, now: datetime) -> Case:
        request = self.request()
        shown = self.filing.assess(request, customer_id="C-1", conversation_id=CHAT, now=now)
        return self.filing.file(
            request, **{**CONFIRMED, "conversation_id": CHAT}, confirmed_digest=shown.digest, now=now
        )


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    return House(database, tmp_path)


def test_the_same_message_again_keeps_the_first_stamp(house: House) -> None:
    assert house.says() == SAID
    assert house.says(at=SAID + timedelta(hours=3)) == SAID


def test_the_stamp_decides_the_deadline_not_the_moment_of_filing(house: House) -> None:
    house.says()
    next_day = SAID + timedelta(hours=9)
    assert house.decided(next_day) is Outcome.ELIGIBLE
    case = house.file(next_day)
    assert case.clauses == ("P1.c",)
    assert house.filing.explain(case.case_id).same


def test_without_a_statement_the_day_after_is_too_late(house: House) -> None:
    assert house.decided(SAID + timedelta(hours=9)) is Outcome.NOT_ELIGIBLE


def test_a_statement_after_midnight_where_the_customer_lives_is_too_late(house: House) -> None:
    house.says(at=SAID + timedelta(minutes=11))
    assert house.decided(SAID + timedelta(hours=9)) is Outcome.NOT_ELIGIBLE


def test_the_first_of_several_statements_counts(house: House) -> None:
    house.says(message_id="m2", at=SAID + timedelta(days=1))
    house.says(message_id="m1")
    assert house.request().withdrawn_at == SAID


def test_a_statement_counts_for_the_order_that_it_names_and_for_no_other(house: House) -> None:
    house.says(f"I withdraw from {ORDER}", order_id=ORDER)
    assert house.request(ORDER).withdrawn_at == SAID
    assert house.request(OTHER_ORDER).withdrawn_at is None


def test_a_statement_about_two_orders_counts_for_both_also_once_one_is_filed(house: House) -> None:
    house.says(f"I withdraw from {ORDER} and {OTHER_ORDER}")
    house.withdrawals.join(CHAT, "C-1", ORDER)
    assert house.request(OTHER_ORDER).withdrawn_at == SAID


def test_a_statement_without_an_order_counts_for_the_one_it_was_joined_to(house: House) -> None:
    house.says()
    house.withdrawals.join(CHAT, "C-1", ORDER)
    assert house.request(ORDER).withdrawn_at == SAID
    assert house.request(OTHER_ORDER).withdrawn_at is None


def test_a_statement_of_another_chat_counts_once_it_is_known_whose_it_is(house: House) -> None:
    house.says(conversation_id=OTHER_CHAT)
    assert house.request().withdrawn_at is None
    house.withdrawals.join_account(OTHER_CHAT, "C-1", SAID)
    assert house.request().withdrawn_at == SAID


def test_another_customers_statement_counts_for_nobody_else(house: House) -> None:
    house.says(customer_id="C-9")
    assert house.request().withdrawn_at is None


def test_a_verified_customer_gets_words_date_time_and_zone_by_mail_once(house: House) -> None:
    house.says("I withdraw from the contract, Luisa", customer_id="C-1")
    house.withdrawals.join_account(CHAT, "C-1", SAID)
    house.work()
    house.work()
    (mail,) = house.mails()
    assert mail["To"] == LUISA.email
    text = text_of(mail)
    assert "“I withdraw from the contract, Luisa”" in text
    assert "Received: Tue 24 Nov 2026, 23:50 UTC" in text
    assert "typed" not in text
    assert SITE in text


def test_the_zone_of_the_chat_comes_before_that_of_the_country(house: House) -> None:
    with house.database.transaction() as session:
        session.get_one(ConversationRow, CHAT).zone = "Asia/Tokyo"
    house.says(customer_id="C-1")
    house.work()
    assert "Wed 25 Nov 2026, 08:50 JST" in text_of(house.mails()[0])


def test_nothing_is_mailed_before_an_address_is_known(house: House) -> None:
    house.says()
    house.work()
    assert house.mails() == []


def test_the_address_typed_for_the_code_gets_it_if_it_is_an_accounts(house: House) -> None:
    house.says()
    house.withdrawals.mail_to(CHAT, ADDRESS_TYPED, SAID)
    house.work()
    (mail,) = house.mails()
    assert mail["To"] == LUISA.email
    assert "has not shown yet that it is theirs" in text_of(mail)


def test_who_shows_afterwards_who_they_are_gets_no_second_mail(house: House) -> None:
    house.says()
    house.withdrawals.mail_to(CHAT, ADDRESS_TYPED, SAID)
    house.work()
    house.withdrawals.join_account(CHAT, "C-1", SAID)
    house.work()
    assert len(house.mails()) == 1


def test_an_address_without_an_account_gets_nothing_and_looks_the_same(house: House) -> None:
    house.says()
    house.withdrawals.mail_to(CHAT, "nobody@example.com", SAID)
    waiting = house.kinds_waiting()
    house.work()
    assert house.mails() == []
    house.says(message_id="m2", conversation_id=OTHER_CHAT)
    house.withdrawals.mail_to(OTHER_CHAT, ADDRESS_TYPED, SAID)
    assert house.kinds_waiting() == sorted(2 * waiting)


def test_an_address_that_was_mistyped_first_does_not_keep_the_right_one_from_its_mail(house: House) -> None:
    house.says()
    for address in ("luisa@exampel.com", ADDRESS_TYPED):
        house.withdrawals.mail_to(CHAT, address, SAID)
    house.work()
    assert len(house.mails()) == 1


def test_nobody_can_flood_an_address_with_statements(house: House) -> None:
    for number in range(MAILED_UNVERIFIED + 2):
        house.says(message_id=f"m{number}")
    house.withdrawals.mail_to(CHAT, ADDRESS_TYPED, SAID)
    house.work()
    assert len(house.mails()) == MAILED_UNVERIFIED
    house.withdrawals.join_account(CHAT, "C-1", SAID)
    house.work()
    assert len(house.mails()) == MAILED_UNVERIFIED + 2  # each is acknowledged in the end


def test_a_statement_of_which_no_case_comes_is_a_persons_a_day_later(house: House) -> None:
    house.says("I withdraw")
    house.work(SAID + timedelta(hours=23))
    assert house.tasks() == []
    house.work(SAID + timedelta(hours=25))
    (task,) = house.tasks()
    assert task.kind == "withdrawal_unsettled"
    assert task.details["said"] == "I withdraw"
    assert WORDS.say(f"task_{task.kind}", case="unknown", kind=task.kind, **task.details)


def test_a_statement_that_became_a_case_needs_nobody(house: House) -> None:
    house.says()
    house.withdrawals.join_account(CHAT, "C-1", SAID)
    house.file(SAID)
    house.withdrawals.join(CHAT, "C-1", ORDER)
    house.work(SAID + timedelta(hours=25))
    assert house.tasks() == []


def test_a_refused_statement_is_given_to_a_person_once(house: House) -> None:
    house.says()
    assert house.withdrawals.give_to_person(CHAT, "C-1", ORDER, SAID)
    assert house.withdrawals.give_to_person(CHAT, "C-1", ORDER, SAID)
    house.work(SAID + timedelta(hours=25))
    (task,) = house.tasks()
    assert (task.details["customer_id"], task.details["order_id"]) == ("C-1", ORDER)


def test_without_a_statement_there_is_nothing_for_a_person(house: House) -> None:
    assert not house.withdrawals.give_to_person(CHAT, "C-1", ORDER, SAID)
    assert house.tasks() == []


def test_a_statement_beside_a_case_is_told_to_who_works_on_it(house: House) -> None:
    house.says()
    case = house.file(SAID)
    house.withdrawals.give_to_person(CHAT, "C-1", ORDER, SAID, case_id=case.case_id)
    (task,) = house.tasks()
    assert (task.kind, task.case_id) == ("withdrawal_beside_case", case.case_id)
    assert WORDS.say(f"task_{task.kind}", case=case.case_id, kind=task.kind, **task.details)
