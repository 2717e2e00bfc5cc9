"""Marks of what changed about cases: cheap to read, twice a second, by every process that somebody listens to."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from refunds.tables import AttachmentRow, CaseRow, PayoutRow, PromiseRow, TaskRow


def case_marks(session: Session, case_ids: Iterable[str]) -> dict[str, Hashable]:
    """For each case a mark that changes with its events, its agent, its files, tasks, payouts and promises."""
    standing = select(CaseRow.case_id, CaseRow.version, CaseRow.updated_at, CaseRow.assigned_to, CaseRow.first_approver)
    rows = session.execute(standing.where(CaseRow.case_id.in_(list(case_ids))))
    return {row.case_id: (tuple(row), *_beside(session, row.case_id)) for row in rows}


def case_mark(session: Session, case_id: str) -> str:
    """The mark of one case, short enough for an address; "" where there is none."""
    marks = case_marks(session, [case_id])
    return sha256(repr(marks[case_id]).encode()).hexdigest()[:16] if marks else ""


def _beside(session: Session, case_id: str) -> tuple[Hashable, ...]:
    """What hangs on a case without raising its version."""
    counted = (
        select(func.count()).where(AttachmentRow.case_id == case_id),
        select(func.count(), func.count(TaskRow.done_at)).where(TaskRow.case_id == case_id),
        select(func.count(), func.max(PayoutRow.updated_at)).where(PayoutRow.case_id == case_id),
        select(func.count(), func.count(PromiseRow.ended_at)).where(PromiseRow.case_id == case_id),
    )
    return tuple(tuple(session.execute(query).one()) for query in counted)
