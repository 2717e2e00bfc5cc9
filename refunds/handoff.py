"""Chats that wait for or are with a person: why, since when, and a summary made from data."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from refunds.chat.ownership import Owner
from refunds.tables import ConversationRow, HandOffRow


@dataclass(frozen=True, slots=True)
class Waiting:
    """A chat that nobody took yet."""

    hand_off_id: str
    conversation_id: str
    reason: str
    summary: dict[str, Any]
    opened_at: datetime


class HandOff:
    """Opens and ends hand-offs. Who owns a conversation is changed by the caller, in the same transaction."""

    def open(
        self, session: Session, conversation: ConversationRow, reason: str, summary: dict[str, Any], now: datetime
    ) -> str:
        """The id of the conversation's hand-off: the one that is open, or else a new one."""
        already = _open_one(session, conversation.conversation_id)
        if already is not None:
            return already.hand_off_id
        row = HandOffRow(
            hand_off_id=secrets.token_hex(16),
            conversation_id=conversation.conversation_id,
            reason=reason,
            summary=summary,
            opened_at=now,
        )
        session.add(row)
        session.flush()
        return row.hand_off_id

    def end(self, session: Session, conversation_id: str, now: datetime) -> None:
        """End the conversation's hand-off, if one is open."""
        row = _open_one(session, conversation_id)
        if row is not None:
            row.ended_at = now

    def waiting(self, session: Session) -> list[Waiting]:
        """All chats that nobody took yet, the longest waiting first."""
        rows = session.scalars(
            select(HandOffRow)
            .join(ConversationRow, ConversationRow.conversation_id == HandOffRow.conversation_id)
            .where(HandOffRow.ended_at.is_(None), ConversationRow.owner == Owner.WAITING)
            .order_by(HandOffRow.opened_at, HandOffRow.hand_off_id)
        )
        return [_waiting(row) for row in rows]


def _open_one(session: Session, conversation_id: str) -> HandOffRow | None:
    query = select(HandOffRow).where(HandOffRow.conversation_id == conversation_id, HandOffRow.ended_at.is_(None))
    return session.scalars(query).first()


def _waiting(row: HandOffRow) -> Waiting:
    return Waiting(row.hand_off_id, row.conversation_id, row.reason, row.summary, row.opened_at)
