"""What must happen because of an event: written in the event's transaction, carried out by the worker."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from refunds.database import Database
from refunds.tables import OutboxRow

CLAIM_HOLDS = timedelta(seconds=60)
ATTEMPTS = 8
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


def write(
    session: Session, kind: str, key: str, payload: dict[str, Any], now: datetime, *, due_at: datetime | None = None
) -> None:
    """Note what must happen, at ``due_at`` or as soon as may be; the same ``key`` again is the same row."""
    if session.scalars(select(OutboxRow.outbox_id).where(OutboxRow.key == key)).first() is not None:
        return
    row = OutboxRow(
        outbox_id=secrets.token_hex(16), key=key, kind=kind, payload=payload, written_at=now, due_at=due_at or now
    )
    session.add(row)
    session.flush()


def claim(database: Database, now: datetime, limit: int) -> list[Claimed]:
    """At most ``limit`` rows that are due and nobody works on, the longest due first.

    A row that was claimed eight times and never finished is dead instead: it may be what kills the workers.
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
        return [_claimed(row, now) for row in rows if not _is_worn_out(row, now)]


def done(database: Database, claimed: Claimed, now: datetime) -> bool:
    """The effect has happened. False where the claim had expired and another worker took the row."""
    return _settle(database, claimed, done_at=now)


def failed(database: Database, claimed: Claimed, error: str, now: datetime) -> bool:
    """The effect did not happen: tried again later each time, dead after eight times.

    ``error`` is kept: it must name the kind of failure and nothing of a customer's. False as in ``done``.
    """
    if claimed.attempt >= ATTEMPTS:
        return _settle(database, claimed, dead_at=now, last_error=error)
    delay = min(_FIRST_DELAY * 3 ** (claimed.attempt - 1), _LONGEST_DELAY)
    return _settle(database, claimed, due_at=now + delay, last_error=error)


def _claimed(row: OutboxRow, now: datetime) -> Claimed:
    row.claim_token = secrets.token_hex(16)
    row.claimed_until = now + CLAIM_HOLDS
    row.attempts += 1
    return Claimed(row.outbox_id, row.key, row.kind, row.payload, row.claim_token, row.attempts)


def _is_worn_out(row: OutboxRow, now: datetime) -> bool:
    if row.attempts < ATTEMPTS:
        return False
    row.dead_at = now
    row.last_error = "claimed and never finished"
    return True


def _settle(database: Database, claimed: Claimed, **changes: object) -> bool:
    mine = (OutboxRow.outbox_id == claimed.outbox_id, OutboxRow.claim_token == claimed.token)
    with database.transaction() as session:
        settled = session.execute(
            update(OutboxRow)
            .where(*mine)
            .values(claim_token=None, claimed_until=None, **changes)
            .returning(OutboxRow.outbox_id)
        )
        return settled.one_or_none() is not None
