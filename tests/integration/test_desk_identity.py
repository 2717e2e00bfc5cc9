"""A customer whom no mailed code reaches is verified by questions; one wrong answer is one too many."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import select, text

from refunds import outbox
from refunds.chat.conversations import change_owner, locked
from refunds.chat.links import ChatLinks
from refunds.chat.ownership import Change
from refunds.chat.transcript import Transcript
from refunds.database import Base, Database
from refunds.desk.accounts import Agent
from refunds.desk.audit import Audit, Entry, Wanted
from refunds.desk.identity_checks import CheckRefused, IdentityChecks, Result
from refunds.desk.identity_questions import Question
from refunds.desk.permissions import Role
from refunds.errors import NotFound, TransitionRefused
from refunds.identity.verification import VERIFIED_FOR
from refunds.money import Money
from refunds.notify import FileMailer
from refunds.notify.identity_mails import IdentityMails
from refunds.policy.records import Customer, Order
from refunds.tables import AgentRow, IdentityCheckRow
from refunds.withdrawals import Withdrawals
from tests.integration.filing_world import POLICY, WORDS, records
from tests.integration.people_world import AMARA, BRUNO, NOW, People, mails_in, people_over, text_of

LINKS = ChatLinks("https://chat.example.com", "a secret of tests that is long enough to be one")
RIGHT = {
    Question.SERVICE: "Compute",
    Question.MONTH: "2026-11",
    Question.AMOUNT: "24.00",
    Question.LAST4: "4242",
    Question.METHOD: "card",
    Question.REGION: "eu-central",
    Question.COUNTRY: "DE",
}


def agent(name: str, role: Role = Role.AGENT) -> Agent:
    return Agent(name.lower(), f"{name}@desk", name, role, False, None)


ANN, BEN, ADA = agent("Ann"), agent("Ben"), agent("Ada", Role.AUDITOR)


@dataclass
class Office:
    """A back office that knows Amara and Bruno, and one order of Amara's."""

    amount: Money = field(default_factory=lambda: Money.of("24.00", "EUR"))

    def find_customer_by_email(self, address: str) -> Customer | None:
        return next((each for each in (AMARA, BRUNO) if each.email == address), None)

    def customer(self, customer_id: str) -> Customer:
        return next(each for each in (AMARA, BRUNO) if each.customer_id == customer_id)

    def order(self, order_id: str) -> Order:
        order = records().order
        paid = replace(order.payment, amount=self.amount, last4="4242")
        return replace(order, order_id=order_id, customer_id=AMARA.customer_id, amount=self.amount, payment=paid)

    def orders_of(self, customer_id: str) -> list[Order]:
        return [self.order("ORD-1")] if customer_id == AMARA.customer_id else []


@dataclass
class Floor:
    """Agents Ann and Ben, and a chat that Ann holds."""

    people: People
    office: Office
    checks: IdentityChecks

    @property
    def database(self) -> Database:
        return self.people.database

    def chat(self, name: str = "one", by: Agent = ANN) -> str:
        conversation_id = self.people.conversation(name)
        with self.database.transaction() as session:
            row = locked(session, conversation_id)
            assert row is not None
            change_owner(session, row, Change.TAKEN, reason=None, now=NOW, agent_id=by.agent_id)
        return conversation_id

    def judged(self, chat: str, now: datetime = NOW, /, **wrong: str) -> Result:
        answers = RIGHT | {Question(name): answer for name, answer in wrong.items()}
        return self.checks.judge(ANN, chat, AMARA.customer_id, answers, now)

    def entries(self, act: str) -> list[Entry]:
        return Audit(self.database).entries(Wanted(act=act), 10)


@pytest.fixture
def floor(database: Database, tmp_path: Path) -> Floor:
    people, office = people_over(database, tmp_path), Office()
    with database.transaction() as session:
        for one in (ANN, BEN, ADA):
            row = AgentRow(agent_id=one.agent_id, login=one.login, name=one.name, role=one.role, made_at=NOW)
            row.failed_tries, row.is_away = 0, False
            session.add(row)
    back_office = cast("Any", office)
    checks = IdentityChecks(database, back_office, POLICY, Withdrawals(database), Audit(database), WORDS)
    return Floor(people, office, checks)


def test_who_answers_all_questions_is_verified_for_the_usual_time(floor: Floor) -> None:
    chat = floor.chat()
    asked = floor.checks.asked(ANN, chat, AMARA.customer_id, NOW)
    assert (len(asked.questions), asked.tries_left, asked.needs_second) == (4, 2, False)
    assert floor.judged(chat) is Result.PASSED
    row = floor.people.row()
    assert (row.customer_id, row.verified_by, row.verified_until) == (AMARA.customer_id, "agent", NOW + VERIFIED_FOR)
    (line,) = Transcript(floor.database).since(chat, 0)
    assert "Ann has confirmed who you are" in line.text
    (entry,) = floor.entries("checked_identity")
    assert (entry.who, entry.customer_id, entry.details["result"]) == ("Ann", AMARA.customer_id, "passed")
    assert entry.details["right"] == {question.value: True for question in asked.questions}


def test_the_account_hears_by_mail_that_somebody_was_verified_without_a_code(floor: Floor) -> None:
    floor.judged(floor.chat())
    settings = floor.people.settings
    mailer = FileMailer(settings.mailbox, settings.mail_from)
    mails = IdentityMails(floor.database, cast("Any", floor.office), POLICY, WORDS, mailer, LINKS)
    (claimed,) = outbox.claim(floor.database, NOW, limit=5)
    assert claimed.kind == "identity_mail"
    mails.send(claimed.payload["check_id"], NOW)
    mails.send(claimed.payload["check_id"], NOW)
    (mail,) = mails_in(settings.mailbox)
    assert mail["To"] == AMARA.email
    assert "Tue 24 Nov 2026, 10:30 CET" in text_of(mail)
    assert "If it wasn't, please tell us right away" in text_of(mail)
    assert "https://chat.example.com/chat\n" in text_of(mail)
    with pytest.raises(NotFound):
        mails.send("no such check", NOW)


@pytest.mark.parametrize("wrong", [{"amount": "25"}, {"month": "2026-10"}, {"service": ""}])
def test_one_wrong_or_missing_answer_fails_and_is_in_the_log(floor: Floor, wrong: dict[str, str]) -> None:
    chat = floor.chat()
    assert floor.judged(chat, **wrong) is Result.FAILED
    assert floor.people.customer() is None
    (entry,) = floor.entries("checked_identity")
    assert entry.details["right"][next(iter(wrong))] is False
    assert outbox.claim(floor.database, NOW, limit=5) == []


def test_there_are_two_tries_a_day_a_customer_in_whatever_chat(floor: Floor) -> None:
    chat, other = floor.chat(), floor.chat("two")
    assert floor.judged(chat, amount="1") is Result.FAILED
    assert floor.checks.asked(ANN, other, AMARA.customer_id, NOW).tries_left == 1
    assert floor.judged(other, amount="1") is Result.FAILED
    for refused in (chat, other):
        with pytest.raises(CheckRefused, match="No more tries today"):
            floor.judged(refused)
        with pytest.raises(CheckRefused, match="No more tries today"):
            floor.checks.asked(ANN, refused, AMARA.customer_id, NOW)
    assert floor.people.customer() is None
    assert floor.judged(chat, NOW + timedelta(days=1, seconds=1)) is Result.PASSED


def test_an_answer_is_stored_nowhere(floor: Floor) -> None:
    floor.judged(floor.chat(), amount="777.77", service="a telling word")
    with floor.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            rows = [tuple(row) for row in session.execute(select(table))]
            stored = json.dumps(rows, default=str)
            assert "777" not in stored, table.name
            assert "telling" not in stored, table.name


def test_above_the_limit_another_agent_must_confirm(floor: Floor) -> None:
    floor.office.amount = Money.of("5000.00", "EUR")
    chat = floor.chat()
    assert floor.checks.asked(ANN, chat, AMARA.customer_id, NOW).needs_second
    assert floor.judged(chat, amount="5000") is Result.WAITS_FOR_SECOND
    assert floor.people.customer() is None
    (waiting,) = floor.checks.waiting(NOW)
    assert (waiting.by, waiting.customer_id, waiting.conversation_id) == ("Ann", AMARA.customer_id, chat)
    for one, why in ((ANN, "Somebody else"), (ADA, "role")):
        with pytest.raises(CheckRefused, match=why):
            floor.checks.second(one, waiting.check_id, confirms=True, now=NOW)
    floor.checks.second(BEN, waiting.check_id, confirms=True, now=NOW)
    assert floor.people.customer() == AMARA.customer_id
    assert floor.checks.waiting(NOW) == []
    assert [entry.who for entry in floor.entries("confirmed_identity")] == ["Ben"]
    with pytest.raises(CheckRefused, match="waits for nobody"):
        floor.checks.second(BEN, waiting.check_id, confirms=True, now=NOW)


def test_another_agent_may_refuse_to_confirm(floor: Floor) -> None:
    floor.office.amount = Money.of("5000.00", "EUR")
    floor.judged(floor.chat(), amount="5000")
    (waiting,) = floor.checks.waiting(NOW)
    floor.checks.second(BEN, waiting.check_id, confirms=False, now=NOW)
    assert floor.people.customer() is None
    assert [entry.who for entry in floor.entries("refused_identity")] == ["Ben"]
    with floor.database.reading() as session:
        assert session.scalars(select(IdentityCheckRow.outcome)).all() == ["failed"]


def test_what_nobody_confirmed_in_time_waits_no_longer(floor: Floor) -> None:
    floor.office.amount = Money.of("5000.00", "EUR")
    floor.judged(floor.chat(), amount="5000")
    (waiting,) = floor.checks.waiting(NOW)
    late = NOW + timedelta(hours=4)
    assert floor.checks.waiting(late) == []
    with pytest.raises(CheckRefused):
        floor.checks.second(BEN, waiting.check_id, confirms=True, now=late)


def test_only_who_holds_the_chat_may_ask(floor: Floor) -> None:
    chat = floor.chat(by=BEN)
    with pytest.raises(TransitionRefused):
        floor.checks.asked(ANN, chat, AMARA.customer_id, NOW)
    with pytest.raises(TransitionRefused):
        floor.judged(chat)


def test_a_chat_of_one_customer_does_not_become_anothers(floor: Floor) -> None:
    chat = floor.chat()
    with floor.database.transaction() as session:
        session.execute(text("UPDATE conversations SET customer_id = 'C-1002'"))
    with pytest.raises(CheckRefused, match="somebody else"):
        floor.judged(chat)


def test_a_customer_without_orders_cannot_be_asked(floor: Floor) -> None:
    with pytest.raises(CheckRefused, match="too little"):
        floor.checks.asked(ANN, floor.chat(), BRUNO.customer_id, NOW)


def test_a_customer_is_found_by_address_order_or_id(floor: Floor) -> None:
    for named in (" Amara@Example.com ", "ord-1", "C-1001"):
        assert floor.checks.find(named) == AMARA
    with pytest.raises(NotFound):
        floor.checks.find("nobody@example.com")
