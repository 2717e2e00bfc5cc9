"""Verifying a customer whom no mailed code reaches: set questions, few tries, a second agent where much is at stake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from refunds import outbox
from refunds.chat.conversations import locked, new_id
from refunds.chat.lines import NOTICE, add_lines
from refunds.chat.message import Reply
from refunds.database import Database
from refunds.desk.accounts import Agent
from refunds.desk.audit import Audit
from refunds.desk.chats.holding import refuse_unless_held
from refunds.desk.identity_questions import Question, is_right, questions_for
from refunds.desk.permissions import Act, may
from refunds.errors import NotFound, TransitionRefused
from refunds.identity.store import one_at_a_time
from refunds.identity.verification import verify
from refunds.policy.book import PolicyBook
from refunds.policy.records import Customer, Order
from refunds.tables import AgentRow, ConversationRow, IdentityCheckRow
from refunds.withdrawals import Withdrawals
from refunds.words import Words

if TYPE_CHECKING:
    from refunds.backoffice.client import BackOffice

MAIL = "identity_mail"
TRIES_A_DAY = 2
"""So many checks a customer: with a wrong one among them there is one more, about other things where there are any."""
TRIES_IN_A_CHAT = 3
SECOND_WITHIN = timedelta(hours=4)
_DAY = timedelta(days=1)


class Result(StrEnum):
    """What became of a check."""

    PASSED = "passed"
    FAILED = "failed"
    WAITS_FOR_SECOND = "waits_for_second"


class CheckRefused(TransitionRefused):
    """A check that may not be made, or not by this agent; the message may be read by whoever asked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a check is about, and what to ask them."""

    customer: Customer
    questions: tuple[Question, ...]
    tries_left: int
    needs_second: bool


@dataclass(frozen=True, slots=True)
class WaitingCheck:
    """A check that all was right in and that another agent must confirm."""

    check_id: str
    conversation_id: str
    customer_id: str
    by: str
    questions: tuple[Question, ...]
    made_at: datetime


@dataclass(frozen=True)
class IdentityChecks:
    """Asks, judges and confirms. An answer is compared and forgotten: it is stored and logged nowhere."""

    database: Database
    backoffice: BackOffice
    policy: PolicyBook
    withdrawals: Withdrawals
    audit: Audit
    words: Words

    def find(self, named: str) -> Customer:
        """The customer of an e-mail address, an order number or a customer's id.

        Raises ``NotFound`` and ``BackOfficeUnavailable``, as the other methods that ask the back office do.
        """
        named = named.strip()
        if "@" in named:
            found = self.backoffice.find_customer_by_email(named.lower())
            if found is None:
                raise NotFound("No account has that address.")
            return found
        customer_id = self.backoffice.order(named.upper()).customer_id if named.upper().startswith("ORD-") else named
        return self.backoffice.customer(customer_id)

    def asked(self, agent: Agent, conversation_id: str, customer_id: str, now: datetime) -> Asked:
        """What to ask; raises ``CheckRefused`` where nothing (more) may be, ``TransitionRefused`` without the chat."""
        customer, orders = self._records(customer_id)
        with self.database.reading() as session:
            row = session.get(ConversationRow, conversation_id)
            _refuse_unless_theirs(session, row, agent, customer_id)
            tries = _tries(session, conversation_id, customer_id, now)
        questions = self._questions(customer, orders, conversation_id, tries)
        return Asked(customer, questions, TRIES_A_DAY - tries, self._needs_second(orders))

    def judge(
        self, agent: Agent, conversation_id: str, customer_id: str, answers: Mapping[Question, str], now: datetime
    ) -> Result:
        """Compare what the customer said with the records: one wrong answer fails, and so does one that is missing.

        Raises as ``asked`` does; nothing is counted then.
        """
        customer, orders = self._records(customer_id)
        with self.database.transaction() as session:
            row = locked(session, conversation_id)
            row = _refuse_unless_theirs(session, row, agent, customer_id)
            one_at_a_time(session, [sha256(customer_id.encode()).hexdigest()])
            tries = _tries(session, conversation_id, customer_id, now)
            questions = self._questions(customer, orders, conversation_id, tries)
            right = {
                question.value: is_right(question, answers.get(question, ""), customer, orders)
                for question in questions
            }
            result = _result(all(right.values()), needs_second=self._needs_second(orders))
            check = _add_check(session, row, agent, customer_id, right, result, now)
            if result is Result.PASSED:
                self._verify(session, row, check, agent.name, now)
            about = {"conversation_id": conversation_id, "customer_id": customer_id}
            self.audit.note(session, agent, "checked_identity", now, **about, result=result.value, right=right)
        if result is Result.PASSED:
            self.withdrawals.join_account(conversation_id, customer_id, now)
        return result

    def waiting(self, now: datetime) -> list[WaitingCheck]:
        """Checks that wait for a second agent, the oldest first."""
        query = (
            select(IdentityCheckRow, AgentRow.name)
            .join(AgentRow, AgentRow.agent_id == IdentityCheckRow.agent_id)
            .where(IdentityCheckRow.outcome == Result.WAITS_FOR_SECOND, IdentityCheckRow.made_at > now - SECOND_WITHIN)
            .order_by(IdentityCheckRow.made_at)
        )
        with self.database.reading() as session:
            return [_waiting(row, name) for row, name in session.execute(query)]

    def second(self, agent: Agent, check_id: str, *, confirms: bool, now: datetime) -> None:
        """Another agent confirms a check, or does not. Raises ``CheckRefused`` and ``NotFound``."""
        with self.database.transaction() as session:
            check = session.get(IdentityCheckRow, check_id, with_for_update=True)
            if check is None:
                raise NotFound("There is no such check.")
            _refuse_second(check, agent, now)
            row = locked(session, check.conversation_id)
            assert row is not None
            check.second_by, check.ended_at = agent.agent_id, now
            check.outcome = Result.PASSED if confirms else Result.FAILED
            if confirms:
                _refuse_another(row, check.customer_id)
                self._verify(session, row, check, agent.name, now)
            act = "confirmed_identity" if confirms else "refused_identity"
            about = {"conversation_id": row.conversation_id, "customer_id": check.customer_id}
            self.audit.note(session, agent, act, now, **about)
        if confirms:
            self.withdrawals.join_account(check.conversation_id, check.customer_id, now)

    def _verify(
        self, session: Session, row: ConversationRow, check: IdentityCheckRow, agent: str, now: datetime
    ) -> None:
        """The customer hears so here, and whoever has the account's mailbox hears it there."""
        verify(row, check.customer_id, "agent", now)
        told = Reply(self.words.say("identity_confirmed", agent=agent))
        add_lines(session, row, [told], author=NOTICE, in_reply_to=None, now=now)
        outbox.write(session, MAIL, f"{MAIL}:{check.check_id}", {"check_id": check.check_id}, now)

    def _records(self, customer_id: str) -> tuple[Customer, list[Order]]:
        return self.backoffice.customer(customer_id), self.backoffice.orders_of(customer_id)

    @staticmethod
    def _questions(customer: Customer, orders: list[Order], conversation_id: str, tries: int) -> tuple[Question, ...]:
        questions = questions_for(customer, orders, f"{conversation_id} {tries}")
        if not questions:
            raise CheckRefused("The records hold too little to ask about: this customer needs a code by mail.")
        return questions

    def _needs_second(self, orders: list[Order]) -> bool:
        """Whether anything that could be asked back is above the limit of what one person may decide."""
        left = [order.payment.amount - order.payment.refunded for order in orders]
        return any(self.policy.settings.needs_second_approver(amount) for amount in left if amount.minor > 0)


def _refuse_unless_theirs(
    session: Session, row: ConversationRow | None, agent: Agent, customer_id: str
) -> ConversationRow:
    if row is None:
        raise NotFound("There is no such chat.")
    refuse_unless_held(session, row, agent)
    _refuse_another(row, customer_id)
    return row


def _refuse_another(row: ConversationRow, customer_id: str) -> None:
    if row.customer_id not in (None, customer_id):
        raise CheckRefused("This chat's customer has shown to be somebody else.")


def _tries(session: Session, conversation_id: str, customer_id: str, now: datetime) -> int:
    """How many checks the customer had within a day; raises ``CheckRefused`` where there may be no more."""
    in_chat = _made(session, IdentityCheckRow.conversation_id == conversation_id, now)
    tries = _made(session, IdentityCheckRow.customer_id == customer_id, now)
    if tries >= TRIES_A_DAY or in_chat >= TRIES_IN_A_CHAT:
        raise CheckRefused("No more tries today: the customer can try again tomorrow, or use a code by mail.")
    return tries


def _made(session: Session, whose: ColumnElement[bool], now: datetime) -> int:
    lately = select(func.count()).select_from(IdentityCheckRow).where(IdentityCheckRow.made_at > now - _DAY)
    return session.execute(lately.where(whose)).scalar_one()


def _result(is_all_right: bool, *, needs_second: bool) -> Result:
    if not is_all_right:
        return Result.FAILED
    return Result.WAITS_FOR_SECOND if needs_second else Result.PASSED


def _add_check(  # noqa: PLR0917 - a row of so many
    session: Session,
    row: ConversationRow,
    agent: Agent,
    customer_id: str,
    right: dict[str, bool],
    result: Result,
    now: datetime,
) -> IdentityCheckRow:
    check = IdentityCheckRow(
        check_id=new_id(),
        conversation_id=row.conversation_id,
        customer_id=customer_id,
        agent_id=agent.agent_id,
        answers=right,
        outcome=result,
        made_at=now,
        ended_at=None if result is Result.WAITS_FOR_SECOND else now,
    )
    session.add(check)
    session.flush()
    return check


def _refuse_second(check: IdentityCheckRow, agent: Agent, now: datetime) -> None:
    if check.outcome != Result.WAITS_FOR_SECOND or now - check.made_at >= SECOND_WITHIN:
        raise CheckRefused("This check waits for nobody any more.")
    if check.agent_id == agent.agent_id:
        raise CheckRefused("Somebody else must confirm it: two pairs of eyes.")
    if not may(agent.role, Act.SECOND_VERIFICATION):
        raise CheckRefused("Your role does not allow this.")


def _waiting(row: IdentityCheckRow, name: str) -> WaitingCheck:
    questions = tuple(Question(question) for question in row.answers)
    return WaitingCheck(row.check_id, row.conversation_id, row.customer_id, name, questions, row.made_at)
