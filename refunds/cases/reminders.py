"""Reminders of a "not yet" in the database. Callers bring the session."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from refunds.tables import ReminderRow as Row


@dataclass(frozen=True, slots=True)
class Reminder:
    """A customer's wish to be reminded on ``day`` (of ``zone``). ``told_at`` is None until then."""

    reminder_id: str
    conversation_id: str
    customer_id: str
    order_id: str
    day: date
    zone: str
    told_at: datetime | None


def keep(  # noqa: PLR0917 - a row's fields
    session: Session, conversation_id: str, customer_id: str, order_id: str, day: date, zone: str, now: datetime
) -> Reminder:
    """The reminder of that conversation, order and day: the one that is there, or a new one."""
    same = {"conversation_id": conversation_id, "order_id": order_id, "day": day.isoformat()}
    row = session.scalars(select(Row).filter_by(**same)).one_or_none()
    if row is None:
        row = Row(reminder_id=secrets.token_hex(16), customer_id=customer_id, zone=zone, made_at=now, **same)
        session.add(row)
        session.flush()
    return _reminder(row)


def waiting(session: Session, conversation_id: str) -> list[Reminder]:
    """The conversation's reminders whose day has not been told yet, the nearest first."""
    rows = session.scalars(select(Row).filter_by(conversation_id=conversation_id, told_at=None).order_by(Row.day))
    return [_reminder(row) for row in rows]


def get(session: Session, reminder_id: str) -> Reminder | None:
    """The reminder, which nobody else can tell until the transaction ends; None where it was cancelled."""
    row = session.get(Row, reminder_id, with_for_update=True)
    return None if row is None else _reminder(row)


def note_told(session: Session, reminder_id: str, now: datetime) -> None:
    """Note that the customer was reminded."""
    session.get_one(Row, reminder_id).told_at = now


def cancel(session: Session, reminder_id: str) -> None:
    """Forget a reminder."""
    session.delete(session.get_one(Row, reminder_id))


def _reminder(row: Row) -> Reminder:
    return Reminder(
        reminder_id=row.reminder_id,
        conversation_id=row.conversation_id,
        customer_id=row.customer_id,
        order_id=row.order_id,
        day=date.fromisoformat(row.day),
        zone=row.zone,
        told_at=row.told_at,
    )
