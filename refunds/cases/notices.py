"""What customers were told about their cases because of an event. Callers bring the session."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from refunds.errors import NotFound
from refunds.tables import NoticeRow

# Among a notice's values while it waits for the end of quiet hours: the buttons that it will be told with.
HELD = "held"


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice. ``line_number`` is its line in the conversation, None where the chat could not tell it.

    ``values`` are what its words were filled with, and the words themselves. ``mailed_at`` is None until it was mailed.
    """

    notice_id: str
    key: str
    case_id: str
    occasion: str
    values: dict[str, Any]
    conversation_id: str | None
    line_number: int | None
    told_at: datetime
    mailed_at: datetime | None


def add_notice(  # noqa: PLR0917 - a row's fields
    session: Session, key: str, case_id: str, occasion: str, values: dict[str, Any], now: datetime
) -> str | None:
    """Store a notice; its id, or None where ``key`` was told already, also by a transaction of the same moment."""
    row = NoticeRow(
        notice_id=secrets.token_hex(16), key=key, case_id=case_id, occasion=occasion, values=values, told_at=now
    )
    if session.scalars(select(NoticeRow.notice_id).where(NoticeRow.key == key)).first() is not None:
        return None
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return None
    return row.notice_id


def note_told(session: Session, notice_id: str, now: datetime) -> None:
    """Note that a notice that was held back is told now."""
    row = session.get_one(NoticeRow, notice_id)
    row.values = {name: value for name, value in row.values.items() if name != HELD}
    row.told_at = now


def note_line(session: Session, notice_id: str, conversation_id: str, number: int) -> None:
    """Note by which line of which conversation a notice was told."""
    row = session.get_one(NoticeRow, notice_id)
    row.conversation_id, row.line_number = conversation_id, number


def note_mailed(session: Session, notice_id: str, now: datetime) -> None:
    """Note that a notice was handed over as a mail."""
    session.get_one(NoticeRow, notice_id).mailed_at = now


def get_notice(session: Session, notice_id: str) -> Notice:
    """The notice of that id; raises ``NotFound``."""
    row = session.get(NoticeRow, notice_id)
    if row is None:
        raise NotFound(f"there is no notice {notice_id}")
    return _notice(row)


def notices_of(session: Session, case_id: str) -> list[Notice]:
    """What was told about a case, the oldest first."""
    theirs = select(NoticeRow).where(NoticeRow.case_id == case_id)
    return [_notice(row) for row in session.scalars(theirs.order_by(NoticeRow.told_at, NoticeRow.key))]


def _notice(row: NoticeRow) -> Notice:
    return Notice(
        notice_id=row.notice_id,
        key=row.key,
        case_id=row.case_id,
        occasion=row.occasion,
        values=row.values,
        conversation_id=row.conversation_id,
        line_number=row.line_number,
        told_at=row.told_at,
        mailed_at=row.mailed_at,
    )
