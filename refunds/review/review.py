"""What a person decides about a case: each decision is one transaction with all that follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from refunds.backoffice.client import BackOffice
from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.lifecycle import Event, move
from refunds.cases.promises import PromiseOutcome
from refunds.cases.receipt import read_receipt
from refunds.cases.reservations import AboveCaptured
from refunds.database import Database
from refunds.days import BankCalendars
from refunds.errors import TransitionRefused
from refunds.money import Money
from refunds.notify.notices import Notices, Occasion
from refunds.payouts import Payouts
from refunds.policy.book import PolicyBook
from refunds.review.approval import Approval
from refunds.review.payable import ReviewRefused, refuse_unless_payable
from refunds.review.targets import Targets, end_check, pause_check

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LONGEST_NAME = 80


class Review:
    """Verifies, approves, rejects and asks on a person's behalf; ``who`` is the agent's name, or ``customer``.

    ``version`` is the one that the person looked at. Every method raises ``NotFound``, ``TransitionRefused`` where the
    case's state forbids it or it changed meanwhile, and ``ReviewRefused`` where something else does; nothing has
    changed then.
    """

    def __init__(  # noqa: PLR0917 - all that it works with
        self,
        database: Database,
        backoffice: BackOffice,
        policy: PolicyBook,
        calendars: BankCalendars,
        payouts: Payouts,
        notices: Notices,
    ) -> None:
        self._database = database
        self._backoffice = backoffice
        self._policy = policy
        self._notices = notices
        self._targets = Targets(policy, calendars)
        self._approval = Approval(policy, calendars, payouts, notices)

    def start(self, case_id: str, *, who: str, now: datetime, version: int | None = None) -> Case:
        """Begin to verify a submitted case."""
        with self._moved(case_id, version, Event.VERIFICATION_STARTED, who=who, why="taken up", now=now) as (_, case):
            return case

    def approve(
        self, case_id: str, *, who: str, now: datetime, version: int | None = None, route: str | None = None
    ) -> Case:
        """Approve a case: its payout is requested, on fresh facts of billing, and the customer is told.

        An amount above ``second_approver_above`` needs two people; the first one only leaves their name. ``route`` is
        the method key agreed with the customer where the original one is closed. Raises ``BackOfficeError`` too.
        """
        who = _named(who)
        with self._database.reading() as session:
            case = _looked_at(store.get(session, case_id), version)
        move(case.state, Event.APPROVED)
        amount = _amount_of(case)
        waits_for_second = self._waits_for_second(case, amount, who)
        records = self._backoffice.records_for(case.order_id)
        refuse_unless_payable(records, amount)
        if waits_for_second:
            return self._approve_first(case, amount, who, now, route)
        first = f", after {case.first_approver}" if case.first_approver else ""
        try:
            with self._database.transaction() as session:
                return self._approval.carry_out(
                    session, case, records, who=who, why=f"{amount} to go back{first}", now=now, route=route
                )
        except AboveCaptured as error:
            raise ReviewRefused(f"{amount} cannot go back (P3.a): {error}") from error

    def reject(
        self, case_id: str, *, reason: str, clause: str, who: str, now: datetime, version: int | None = None
    ) -> Case:
        """Say no, by a clause of the policy and for a reason that the customer reads."""
        if clause not in {each.id for each in self._policy.clauses}:
            raise ReviewRefused(f"the policy has no clause {clause!r}; a refusal names one of it")
        reason = _said(reason, "a refusal needs a reason that the customer can read")
        why = f"{clause}: {reason}"
        moved = self._moved(case_id, version, Event.REJECTED, who=who, why=why, now=now, first_approver=None)
        with moved as (session, case):
            end_check(session, case, PromiseOutcome.KEPT, now)
            self._tell(session, case, Occasion.REJECTED, now, reason=reason, clause=clause)
        return case

    def ask(self, case_id: str, *, items: Sequence[str], who: str, now: datetime, version: int | None = None) -> Case:
        """Ask the customer for what the check needs (P5.a): a checklist in words that they read."""
        asked = [item.strip() for item in items if item.strip()]
        why = _said("; ".join(asked), "say what is needed")
        moved = self._moved(case_id, version, Event.INFORMATION_ASKED, who=who, why=why, now=now, first_approver=None)
        with moved as (session, case):
            pause_check(session, case, now)
            self._tell(session, case, Occasion.INFORMATION_NEEDED, now, items=asked)
        return case

    def give_information(
        self, case_id: str, words: str, *, who: str, now: datetime, version: int | None = None
    ) -> Case:
        """Take what the customer was asked for, word for word; the check begins again, with new days."""
        _said(words, "the answer holds no words")
        with self._checked_anew(case_id, version, Event.INFORMATION_GIVEN, who=who, why=words, now=now) as (_, case):
            return case

    def change_amount(
        self, case_id: str, amount: Money, *, reason: str, who: str, now: datetime, version: int | None = None
    ) -> Case:
        """Set how much goes back; whoever approved another amount first did not approve this one."""
        reason = _said(reason, "another amount needs a reason")
        with self._database.transaction() as session:
            case = _looked_at(store.get(session, case_id), version)
            _refuse_unless_paid(case, amount)
            why = f"{case.amount or 'no amount'} to {amount}: {reason}"
            changed = {"amount": amount, "first_approver": None}
            return store.change(session, case, Event.AMOUNT_CHANGED, who=_named(who), why=why, now=now, **changed)

    def withdraw(self, case_id: str, *, reason: str, who: str, now: datetime, version: int | None = None) -> Case:
        """Take the request back on the customer's wish."""
        reason = _said(reason, "say why it is taken back")
        with self._moved(case_id, version, Event.WITHDRAWN, who=who, why=reason, now=now) as (session, case):
            end_check(session, case, PromiseOutcome.VOID, now)
            self._tell(session, case, Occasion.WITHDRAWN, now)
        return case

    def appeal(self, case_id: str, *, reason: str, who: str, now: datetime, version: int | None = None) -> Case:
        """Have a rejected case checked again, with new days."""
        reason = _said(reason, "say what the appeal is about")
        try:
            with self._checked_anew(case_id, version, Event.APPEALED, who=who, why=reason, now=now) as (session, case):
                self._tell(session, case, Occasion.APPEALED, now)
                return case
        except store.CaseTaken as error:
            raise ReviewRefused(f"{error}: this one can be appealed once that one has ended") from error

    def _waits_for_second(self, case: Case, amount: Money, who: str) -> bool:
        if not self._policy.settings.needs_second_approver(amount):
            return False
        if case.first_approver is None:
            return True
        if case.first_approver.casefold() == who.casefold():
            raise ReviewRefused(f"{amount} needs two people: {who} approved it first, somebody else must do so too")
        return False

    def _approve_first(self, case: Case, amount: Money, who: str, now: datetime, route: str | None) -> Case:
        if route is not None:
            raise ReviewRefused(f"{amount} needs two people: the second one names the route")
        with self._database.transaction() as session:
            why = f"{amount} needs a second person"
            return store.change(session, case, Event.FIRST_APPROVED, who=who, why=why, now=now, first_approver=who)

    def _tell(self, session: Session, case: Case, occasion: Occasion, now: datetime, **details: Any) -> None:
        key = f"{occasion.value}:{case.case_id}:{case.version}"
        self._notices.tell(session, case, occasion, key=key, now=now, **details)

    @contextmanager
    def _moved(
        self, case_id: str, version: int | None, event: Event, *, who: str, why: str, now: datetime, **fields: Any
    ) -> Iterator[tuple[Session, Case]]:
        """A transaction in which the case was just moved; what follows from it belongs inside."""
        with self._database.transaction() as session:
            case = _looked_at(store.get(session, case_id), version)
            yield session, store.change(session, case, event, who=_named(who), why=why, now=now, **fields)

    @contextmanager
    def _checked_anew(
        self, case_id: str, version: int | None, event: Event, *, who: str, why: str, now: datetime
    ) -> Iterator[tuple[Session, Case]]:
        """The same, where the check begins again: the customer is given new days."""
        with self._database.reading() as session:
            due = self._targets.of_check(store.get(session, case_id), now)
        days = {"verification_due": due.verification_due, "payout_due": due.payout_due}
        with self._moved(case_id, version, event, who=who, why=why, now=now, **days) as (session, case):
            self._targets.promise_check(session, case, now)
            yield session, case


def _looked_at(case: Case, version: int | None) -> Case:
    if version not in (None, case.version):
        raise TransitionRefused(f"case {case.case_id} changed meanwhile; look at it again")
    return case


def _named(who: str) -> str:
    who = who.strip()
    if not 0 < len(who) <= LONGEST_NAME:
        raise ReviewRefused(f"a decision has a name, of {LONGEST_NAME} characters at most")
    return who


def _said(words: str, complaint: str) -> str:
    if not words.strip():
        raise ReviewRefused(complaint)
    return words.strip()


def _amount_of(case: Case) -> Money:
    if case.amount is None:
        raise ReviewRefused(f"set the amount first: refunds case amount {case.case_id} AMOUNT --as NAME --reason WHY")
    return case.amount


def _refuse_unless_paid(case: Case, amount: Money) -> None:
    paid = read_receipt(case.receipt).records.order.payment.amount
    if amount.currency != paid.currency:
        raise ReviewRefused(f"the payment was made in {paid.currency}, not in {amount.currency}")
    if not Money.zero(paid.currency) < amount <= paid:
        raise ReviewRefused(f"the amount lies between nothing and what was paid, {paid}")
