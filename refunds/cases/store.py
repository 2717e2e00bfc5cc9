"""Cases and their events in the database; callers bring the session, so that they choose the transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Select, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from refunds.cases.case import Case, CaseEvent
from refunds.cases.lifecycle import FILED, OPEN, CaseState, Event, move
from refunds.cases.payout import Payout
from refunds.cases.payout_store import payouts_of
from refunds.cases.people import note_person
from refunds.errors import NotFound, RefundsError, TransitionRefused
from refunds.money import Money
from refunds.policy.decision import Outcome
from refunds.tables import CaseEventRow, CaseRow


class CaseTaken(RefundsError):
    """The case's number, its filing key or its order's one open place is another case's already."""


def add(session: Session, case: Case, *, who: str, why: str, decision: dict[str, Any]) -> Case:
    """Store a new case with its first event; raises ``CaseTaken``, after which the transaction must be dropped."""
    filed = CaseEvent(case.filed_at, who, FILED, None, case.state, why, case.policy_version, decision)
    session.add(_case_row(case))
    try:
        session.flush()
    except IntegrityError as error:
        raise CaseTaken(f"order {case.order_id} or number {case.case_id} has a case already") from error
    note_person(session, case)
    _add_event(session, case.case_id, 1, filed)
    return replace(case, events=(filed,))


def change(session: Session, case: Case, event: Event, *, who: str, why: str, now: datetime, **fields: Any) -> Case:
    """Move ``case`` by ``event``, with new ``fields`` where it brings some, and write down who did it and why.

    Raises ``TransitionRefused`` where the lifecycle forbids it or the case changed since it was read, and ``CaseTaken``
    where it would be the order's second open case; after either the transaction must be dropped.
    """
    after = move(case.state, event)
    changed = replace(case, state=after, version=case.version + 1, updated_at=now, **fields)
    _update(session, case, changed)
    happened = CaseEvent(now, who, event.value, case.state, after, why, case.policy_version)
    _add_event(session, case.case_id, len(case.events) + 1, happened)
    return replace(changed, events=(*case.events, happened))


def get(session: Session, case_id: str) -> Case:
    """The case of that number; raises ``NotFound``."""
    found = _read(session, select(CaseRow).where(CaseRow.case_id == case_id))
    if not found:
        raise NotFound(f"there is no case {case_id}")
    return found[0]


def list_cases(session: Session) -> list[Case]:
    """All cases, oldest first."""
    return _read(session, select(CaseRow).order_by(CaseRow.filed_at, CaseRow.case_id))


def cases_of(session: Session, customer_id: str) -> list[Case]:
    """A customer's cases, newest first."""
    mine = select(CaseRow).where(CaseRow.customer_id == customer_id)
    return _read(session, mine.order_by(CaseRow.filed_at.desc(), CaseRow.case_id))


def open_case_of(session: Session, order_id: str) -> Case | None:
    """The order's open case; there is one at most."""
    found = _read(session, select(CaseRow).where(CaseRow.order_id == order_id, CaseRow.state.in_(OPEN)))
    return found[0] if found else None


def filed_with(session: Session, filing_key: str) -> Case | None:
    """The case that a filing with this key made."""
    found = _read(session, select(CaseRow).where(CaseRow.filing_key == filing_key))
    return found[0] if found else None


def _case_row(case: Case) -> CaseRow:
    return CaseRow(
        case_id=case.case_id,
        order_id=case.order_id,
        customer_id=case.customer_id,
        payment_id=case.payment_id,
        payment_method=case.payment_method,
        state=case.state.value,
        version=case.version,
        outcome=case.outcome.value,
        clauses=list(case.clauses),
        amount_minor=None if case.amount is None else case.amount.minor,
        currency=case.currency,
        words=case.words,
        evidence=list(case.evidence),
        policy_version=case.policy_version,
        receipt=case.receipt,
        receipt_hash=case.receipt_hash,
        channel=case.channel,
        conversation_id=case.conversation_id,
        filing_key=case.filing_key,
        verification_due=case.verification_due.isoformat(),
        payout_due=case.payout_due.isoformat(),
        statutory_due=None if case.statutory_due is None else case.statutory_due.isoformat(),
        first_approver=case.first_approver,
        agreed_route=case.agreed_route,
        filed_at=case.filed_at,
        updated_at=case.updated_at,
    )


def _update(session: Session, before: Case, after: Case) -> None:
    unchanged = update(CaseRow).where(CaseRow.case_id == before.case_id, CaseRow.version == before.version)
    values = {
        "state": after.state.value,
        "version": after.version,
        "amount_minor": None if after.amount is None else after.amount.minor,
        "verification_due": after.verification_due.isoformat(),
        "payout_due": after.payout_due.isoformat(),
        "first_approver": after.first_approver,
        "agreed_route": after.agreed_route,
        "updated_at": after.updated_at,
    }
    try:
        result = cast("CursorResult[Any]", session.execute(unchanged.values(values)))
    except IntegrityError as error:
        raise CaseTaken(f"order {before.order_id} has another open case already") from error
    if result.rowcount != 1:
        raise TransitionRefused(f"case {before.case_id} changed meanwhile; look at it again")


def _add_event(session: Session, case_id: str, number: int, event: CaseEvent) -> None:
    session.add(
        CaseEventRow(
            case_id=case_id,
            number=number,
            at=event.at,
            who=event.who,
            what=event.what,
            state_before=event.state_before,
            state_after=event.state_after,
            why=event.why,
            policy_version=event.policy_version,
            decision=event.decision,
        )
    )
    session.flush()


def _read(session: Session, cases: Select[CaseRow]) -> list[Case]:
    rows = session.scalars(cases).all()
    numbers = [row.case_id for row in rows]
    events, payouts = _events_of(session, numbers), payouts_of(session, numbers)
    return [_case(row, events[row.case_id], payouts[row.case_id]) for row in rows]


def _events_of(session: Session, case_ids: Sequence[str]) -> defaultdict[str, list[CaseEvent]]:
    events: defaultdict[str, list[CaseEvent]] = defaultdict(list)
    theirs = select(CaseEventRow).where(CaseEventRow.case_id.in_(case_ids)).order_by(CaseEventRow.number)
    for row in session.scalars(theirs) if case_ids else ():
        events[row.case_id].append(_event(row))
    return events


def _event(row: CaseEventRow) -> CaseEvent:
    return CaseEvent(
        at=row.at,
        who=row.who,
        what=row.what,
        state_before=None if row.state_before is None else CaseState(row.state_before),
        state_after=CaseState(row.state_after),
        why=row.why,
        policy_version=row.policy_version,
        decision=row.decision,
    )


def _case(row: CaseRow, events: Iterable[CaseEvent], payouts: Iterable[Payout]) -> Case:
    return Case(
        case_id=row.case_id,
        order_id=row.order_id,
        customer_id=row.customer_id,
        payment_id=row.payment_id,
        payment_method=row.payment_method,
        state=CaseState(row.state),
        outcome=Outcome(row.outcome),
        clauses=tuple(row.clauses),
        amount=None if row.amount_minor is None else Money.from_minor(row.amount_minor, row.currency),
        currency=row.currency,
        words=row.words,
        evidence=tuple(row.evidence),
        policy_version=row.policy_version,
        receipt=row.receipt,
        receipt_hash=row.receipt_hash,
        channel=row.channel,
        conversation_id=row.conversation_id,
        filing_key=row.filing_key,
        verification_due=date.fromisoformat(row.verification_due),
        payout_due=date.fromisoformat(row.payout_due),
        filed_at=row.filed_at,
        updated_at=row.updated_at,
        version=row.version,
        statutory_due=None if row.statutory_due is None else date.fromisoformat(row.statutory_due),
        first_approver=row.first_approver,
        agreed_route=row.agreed_route,
        events=tuple(events),
        payouts=tuple(payouts),
    )
