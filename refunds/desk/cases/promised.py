"""Promises over all cases: those that are open, and how those that ended were kept. Callers bring the session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from refunds.cases.promises import PromiseKind, PromiseOutcome
from refunds.days import local_day
from refunds.tables import CasePersonRow, PromiseRow

MOST_SHOWN = 200
SOON = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OpenPromise:
    """A day that a customer was given and that is still to be kept; ``days_left`` is negative once it is over."""

    case_id: str
    name: str
    kind: PromiseKind
    day: date
    basis: str
    days_left: int

    @property
    def slips(self) -> bool:
        """Whether it is over, or will be with tomorrow."""
        return self.days_left <= SOON.days


@dataclass(frozen=True, slots=True)
class Kept:
    """How promises of a kind ended. Replaced and void ones were neither kept nor broken, and count in no share."""

    kind: PromiseKind
    kept: int
    slipped: int
    void: int
    replaced: int

    @property
    def share(self) -> float | None:
        """Kept among kept and slipped, between 0 and 1; None where none of either ended."""
        ended = self.kept + self.slipped
        return self.kept / ended if ended else None


def open_promises(session: Session, now: datetime, kind: PromiseKind | None = None) -> list[OpenPromise]:
    """Open promises, the nearest day first; at most 200, which an address of a kind narrows."""
    rows = (
        select(PromiseRow, CasePersonRow.name)
        .join(CasePersonRow, CasePersonRow.case_id == PromiseRow.case_id, isouter=True)
        .where(PromiseRow.ended_at.is_(None))
        .order_by(PromiseRow.day, PromiseRow.promise_id)
        .limit(MOST_SHOWN)
    )
    if kind is not None:
        rows = rows.where(PromiseRow.kind == kind.value)
    return [_open(row, name or "", now) for row, name in session.execute(rows)]


def kept_since(session: Session, since: datetime) -> list[Kept]:
    """How promises that ended since then were kept, each kind."""
    ended = (
        select(PromiseRow.kind, PromiseRow.outcome, func.count())
        .where(PromiseRow.ended_at >= since)
        .group_by(PromiseRow.kind, PromiseRow.outcome)
    )
    rows = session.execute(ended).all()
    return [_kept(kind, rows) for kind in PromiseKind]


def _kept(kind: PromiseKind, rows: Sequence[tuple[str, str | None, int]]) -> Kept:
    of_kind = {outcome: count for each, outcome, count in rows if each == kind}
    return Kept(
        kind,
        kept=of_kind.get(PromiseOutcome.KEPT, 0),
        slipped=of_kind.get(PromiseOutcome.SLIPPED, 0),
        void=of_kind.get(PromiseOutcome.VOID, 0),
        replaced=of_kind.get(PromiseOutcome.REPLACED, 0),
    )


def _open(row: PromiseRow, name: str, now: datetime) -> OpenPromise:
    day = date.fromisoformat(row.day)
    left = (day - local_day(now, ZoneInfo(row.zone))).days
    return OpenPromise(row.case_id, name, PromiseKind(row.kind), day, row.basis, left)
