"""What must happen because of an event: written in the event's transaction, carried out by the worker.

A claim holds for a minute. An effect may not take longer, and none does: every deadline of the network is below ten
seconds. A worker that stalls all the same loses its claim; another repeats the effect, which must be the same as once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from refunds.cases import tasks
from refunds.database import Database
from refunds.errors import NotFound, TransitionRefused
from refunds.tables import CaseRow, NoticeRow, OutboxRow, PayoutRow

CLAIM_HOLDS = timedelta(seconds=60)
ATTEMPTS = 8
DEAD = "outbox_dead"  # the kind of task that a dead row opens
_KEPT = timedelta(days=30)
_BATCH = 500
_NAMED = {
    "case_id": (CaseRow.case_id, CaseRow.case_id),
    "payout_id": (PayoutRow.payout_id, PayoutRow.case_id),
    "notice_id": (NoticeRow.notice_id, NoticeRow.case_id),
}
_FIRST_DELAY = timedelta(seconds=5)
_LONGEST_DELAY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that this worker alone may carry out, for a minute. ``attempt`` counts from 1."""

    outbox_id: str
    key: str
    kind: str
    payload: dict[str, Any]
    token: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row that is not done yet. ``dead_at``: since when it waits for a person."""

    outbox_id: str
    kind: str
    payload: dict[str, Any]
    written_at: datetime
    due_at: datetime
    attempts: int
    last_error: str | None
    dead_at: datetime | None


def write(
    session: Session, kind: str, key: str, payload: dict[str, Any], now: datetime, *, due_at: datetime | None = None
) -> None:
    """Note what must happen, at ``due_at`` or as soon as may be; the same ``key`` again is the same row."""
    if _is_written(session, key):
        return
    row = OutboxRow(
        outbox_id=secrets.token_hex(16), key=key, kind=kind, payload=payload, written_at=now, due_at=due_at or now
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        if not _is_written(session, key):  # another process wrote the same just now
            raise


def _is_written(session: Session, key: str) -> bool:
    return session.scalars(select(OutboxRow.outbox_id).where(OutboxRow.key == key)).first() is not None


def count_since(session: Session, key_prefix: str, since: datetime) -> int:
    """How many rows with such keys were written since then, done or not."""
    written = select(func.count()).select_from(OutboxRow).where(OutboxRow.written_at > since)
    return session.execute(written.where(OutboxRow.key.startswith(key_prefix, autoescape=True))).scalar_one()


def claim(database: Database, now: datetime, limit: int) -> list[Claimed]:
    """At most ``limit`` rows that are due and nobody works on, the longest due first.

    A row that was claimed eight times and never finished is dead instead: it may be what kills the workers. Workers may
    claim at the same moment: on PostgreSQL each passes over what another has locked, on SQLite one waits for the other.
    """
    with database.transaction() as session:
        rows = session.scalars(
            select(OutboxRow)
            .where(OutboxRow.done_at.is_(None), OutboxRow.dead_at.is_(None), OutboxRow.due_at <= now)
            .where(or_(OutboxRow.claimed_until.is_(None), OutboxRow.claimed_until <= now))
            .order_by(OutboxRow.due_at, OutboxRow.outbox_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        return [_claimed(row, now) for row in rows if not _is_worn_out(session, row, now)]


def done(database: Database, claimed: Claimed, now: datetime) -> bool:
    """The effect has happened. False where the claim had expired and another worker took the row."""
    return _settle(database, claimed, done_at=now)


def failed(database: Database, claimed: Claimed, error: str, now: datetime) -> bool:
    """The effect did not happen: tried again later each time, dead after eight times, when a person gets a task.

    ``error`` is kept: it must name the kind of failure and nothing of a customer's. False as in ``done``.
    """
    if claimed.attempt < ATTEMPTS:
        delay = min(_FIRST_DELAY * 3 ** (claimed.attempt - 1), _LONGEST_DELAY)
        return _settle(database, claimed, due_at=now + delay, last_error=error)
    with database.transaction() as session:
        row = session.scalars(select(OutboxRow).where(*_held_by(claimed)).with_for_update()).one_or_none()
        if row is not None:
            _die(session, row, error, now)
        return row is not None


def waiting(session: Session, *, dead: bool = False) -> list[Waiting]:
    """Rows that are not done, only those that are ``dead`` where asked, the longest due first."""
    rows = select(OutboxRow).where(OutboxRow.done_at.is_(None)).order_by(OutboxRow.due_at, OutboxRow.outbox_id)
    wanted = rows.where(OutboxRow.dead_at.is_not(None)) if dead else rows
    return [
        Waiting(
            outbox_id=row.outbox_id,
            kind=row.kind,
            payload=row.payload,
            written_at=row.written_at,
            due_at=row.due_at,
            attempts=row.attempts,
            last_error=row.last_error,
            dead_at=row.dead_at,
        )
        for row in session.scalars(wanted)
    ]


def retry(database: Database, outbox_id: str, *, who: str, now: datetime) -> None:
    """Let a dead row live again, as if it had never been tried; its task is done by ``who``.

    Raises ``NotFound``, and ``TransitionRefused`` for a row that is not dead.
    """
    with database.transaction() as session:
        row = session.get(OutboxRow, outbox_id, with_for_update=True)
        if row is None:
            raise NotFound(f"the outbox has no row {outbox_id}")
        if row.dead_at is None:
            raise TransitionRefused(f"row {outbox_id} is not dead: {'it is done' if row.done_at else 'it is tried'}")
        row.dead_at, row.attempts, row.due_at = None, 0, now
        for task in tasks.list_tasks(session):
            if task.kind == DEAD and task.details["outbox_id"] == outbox_id:
                tasks.finish_task(session, task.task_id, who=who, now=now)


def forget_done(database: Database, now: datetime) -> int:
    """Delete what was done more than 30 days ago, so that the table does not grow for ever; returns how many rows.

    In small batches, each a transaction of its own, so that nobody waits long for the lock.
    """
    old = select(OutboxRow.outbox_id).where(OutboxRow.done_at < now - _KEPT).limit(_BATCH)
    gone = 0
    while True:
        with database.reading() as session:
            batch = session.scalars(old).all()
        if not batch:
            return gone
        with database.transaction() as session:
            session.execute(delete(OutboxRow).where(OutboxRow.outbox_id.in_(batch)))
        gone += len(batch)


def _claimed(row: OutboxRow, now: datetime) -> Claimed:
    row.claim_token = secrets.token_hex(16)
    row.claimed_until = now + CLAIM_HOLDS
    row.attempts += 1
    return Claimed(row.outbox_id, row.key, row.kind, row.payload, row.claim_token, row.attempts)


def _is_worn_out(session: Session, row: OutboxRow, now: datetime) -> bool:
    if row.attempts < ATTEMPTS:
        return False
    _die(session, row, "claimed and never finished", now)
    return True


def _die(session: Session, row: OutboxRow, error: str, now: datetime) -> None:
    """Give a row up and tell a person in the same transaction; one that died before and was retried is a new task."""
    row.dead_at, row.last_error, row.claim_token, row.claimed_until = now, error, None, None
    tasks.open_task(
        session,
        DEAD,
        f"{DEAD}:{row.outbox_id}:{now.isoformat()}",
        now,
        case_id=_case_of(session, row.payload),
        outbox_id=row.outbox_id,
        effect=row.kind,
        error=error,
        payload=row.payload,
    )


def _case_of(session: Session, payload: dict[str, Any]) -> str | None:
    """The case that a row is about, where its payload names one that exists."""
    for name, (key, case_id) in _NAMED.items():
        found = session.scalars(select(case_id).where(key == payload[name])).one_or_none() if name in payload else None
        if found is not None:
            return found
    return None


def _settle(database: Database, claimed: Claimed, **changes: object) -> bool:
    with database.transaction() as session:
        settled = session.execute(
            update(OutboxRow)
            .where(*_held_by(claimed))
            .values(claim_token=None, claimed_until=None, **changes)
            .returning(OutboxRow.outbox_id)
        )
        return settled.one_or_none() is not None


def _held_by(claimed: Claimed) -> tuple[ColumnElement[bool], ...]:
    return OutboxRow.outbox_id == claimed.outbox_id, OutboxRow.claim_token == claimed.token
