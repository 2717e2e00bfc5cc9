"""What only a person can do: failures, dead letters, routes to agree on. Callers bring the session."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from refunds.errors import NotFound, TransitionRefused
from refunds.tables import TaskRow


@dataclass(frozen=True, slots=True)
class Task:
    """One task. ``kind`` names its words (``task_<kind>`` in the catalogue), which ``details`` fill."""

    task_id: str
    kind: str
    case_id: str | None
    details: dict[str, Any]
    opened_at: datetime
    done_at: datetime | None
    done_by: str | None


def open_task(
    session: Session, kind: str, key: str, now: datetime, *, case_id: str | None = None, **details: Any
) -> None:
    """Note what a person must do; the same ``key`` again is the same task, also once it is done."""
    if _is_known(session, key):
        return
    row = TaskRow(task_id=secrets.token_hex(4), key=key, kind=kind, case_id=case_id, details=details, opened_at=now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        if not _is_known(session, key):  # another process saw the same just now
            raise


def list_tasks(session: Session, *, done: bool = False) -> list[Task]:
    """The tasks that are open, or those that are done, the oldest first."""
    wanted = TaskRow.done_at.is_not(None) if done else TaskRow.done_at.is_(None)
    rows = session.scalars(select(TaskRow).where(wanted).order_by(TaskRow.opened_at, TaskRow.task_id))
    return [_task(row) for row in rows]


def newest_done(session: Session, limit: int) -> list[Task]:
    """The tasks that were done last, at most ``limit``."""
    done = select(TaskRow).where(TaskRow.done_at.is_not(None)).order_by(TaskRow.done_at.desc(), TaskRow.task_id)
    return [_task(row) for row in session.scalars(done.limit(limit))]


def tasks_of(session: Session, case_id: str) -> list[Task]:
    """A case's open tasks, the oldest first."""
    theirs = select(TaskRow).where(TaskRow.case_id == case_id, TaskRow.done_at.is_(None))
    return [_task(row) for row in session.scalars(theirs.order_by(TaskRow.opened_at, TaskRow.task_id))]


def get_task(session: Session, task_id: str) -> Task:
    """The task of that id; raises ``NotFound``."""
    row = session.get(TaskRow, task_id)
    if row is None:
        raise NotFound(f"there is no task {task_id}")
    return _task(row)


def finish_task(session: Session, task_id: str, *, who: str, now: datetime) -> None:
    """Mark a task as done; raises ``NotFound``, and ``TransitionRefused`` where somebody did it already."""
    row = session.get(TaskRow, task_id, with_for_update=True)
    if row is None:
        raise NotFound(f"there is no task {task_id}")
    if row.done_at is not None:
        raise TransitionRefused(f"task {task_id} was done by {row.done_by} already")
    row.done_at, row.done_by = now, who


def finish_tasks_of(session: Session, case_id: str, kinds: frozenset[str], *, who: str, now: datetime) -> None:
    """Mark a case's open tasks of some kinds as done: what they asked for has happened."""
    theirs = select(TaskRow).where(TaskRow.case_id == case_id, TaskRow.kind.in_(kinds), TaskRow.done_at.is_(None))
    for row in session.scalars(theirs):
        row.done_at, row.done_by = now, who


def _is_known(session: Session, key: str) -> bool:
    return session.scalars(select(TaskRow.task_id).where(TaskRow.key == key)).first() is not None


def _task(row: TaskRow) -> Task:
    return Task(row.task_id, row.kind, row.case_id, row.details, row.opened_at, row.done_at, row.done_by)
