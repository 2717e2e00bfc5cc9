"""Days that customers were given, each with what it rests on. Callers bring the session."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from refunds.tables import CaseRow, PromiseRow


class PromiseKind(StrEnum):
    """What was promised by a day; ``answer_by``: whatever an agent said they would do."""

    VERIFY_BY = "verify_by"
    PAY_BY = "pay_by"
    STATUTORY_BY = "statutory_by"
    ARRIVE_BY = "arrive_by"
    ANSWER_BY = "answer_by"


class PromiseOutcome(StrEnum):
    """How a promise ended. ``void``: what it was about will not happen, by a decision the customer was told."""

    KEPT = "kept"
    SLIPPED = "slipped"
    REPLACED = "replaced"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Promise:
    """One day that a customer was given, in ``zone``; ``basis`` says what it rests on."""

    promise_id: str
    case_id: str
    kind: PromiseKind
    day: date
    zone: str
    basis: str
    given_at: datetime
    ended_at: datetime | None
    outcome: PromiseOutcome | None


def promise(session: Session, case_id: str, kind: PromiseKind, day: date, zone: str, basis: str, now: datetime) -> None:  # noqa: PLR0917
    """Note a day that the customer is given; an open promise of the kind is replaced by it, unless it is the same."""
    # One after the other for a case: where none is open yet, there is no row of a promise to wait for.
    session.execute(select(CaseRow.case_id).where(CaseRow.case_id == case_id).with_for_update(key_share=True))
    before = _open_one(session, case_id, kind)
    if before is not None and (before.day, before.basis) == (day.isoformat(), basis):
        return
    if before is not None:
        before.ended_at, before.outcome = now, PromiseOutcome.REPLACED
        session.flush()
    row = PromiseRow(
        promise_id=secrets.token_hex(16),
        case_id=case_id,
        kind=kind.value,
        day=day.isoformat(),
        zone=zone,
        basis=basis,
        given_at=now,
    )
    session.add(row)
    session.flush()


def end_promise(session: Session, case_id: str, kind: PromiseKind, outcome: PromiseOutcome, now: datetime) -> None:
    """Say how the case's open promise of that kind ended, if there is one."""
    row = _open_one(session, case_id, kind)
    if row is not None:
        row.ended_at, row.outcome = now, outcome
        session.flush()


def promises_of(session: Session, case_id: str) -> list[Promise]:
    """Every promise about a case, the oldest first."""
    theirs = select(PromiseRow).where(PromiseRow.case_id == case_id)
    return [_promise(row) for row in session.scalars(theirs.order_by(PromiseRow.given_at, PromiseRow.kind))]


def open_promises_by(session: Session, day: date) -> list[Promise]:
    """Open promises of ``day`` or an earlier one, the earliest first."""
    due = select(PromiseRow).where(PromiseRow.ended_at.is_(None), PromiseRow.day <= day.isoformat())
    return [_promise(row) for row in session.scalars(due.order_by(PromiseRow.day, PromiseRow.promise_id))]


def _open_one(session: Session, case_id: str, kind: PromiseKind) -> PromiseRow | None:
    theirs = select(PromiseRow).where(
        PromiseRow.case_id == case_id, PromiseRow.kind == kind.value, PromiseRow.ended_at.is_(None)
    )
    return session.scalars(theirs.with_for_update()).one_or_none()


def _promise(row: PromiseRow) -> Promise:
    return Promise(
        promise_id=row.promise_id,
        case_id=row.case_id,
        kind=PromiseKind(row.kind),
        day=date.fromisoformat(row.day),
        zone=row.zone,
        basis=row.basis,
        given_at=row.given_at,
        ended_at=row.ended_at,
        outcome=None if row.outcome is None else PromiseOutcome(row.outcome),
    )
