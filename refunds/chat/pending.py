"""Messages that wait for an answer: whose turn it is and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from refunds.tables import ConversationRow, MessageRow

PENDING, DONE, HANDED_OVER = "pending", "done", "handed_over"

# Statements that each message needs are put together once: that takes longer than running them.
_PENDING_OF = (
    select(MessageRow)
    .where(MessageRow.conversation_id == bindparam("conversation_id"), MessageRow.status == PENDING)
    .order_by(MessageRow.position)
)


def pending_of(session: Session, conversation_id: str) -> list[MessageRow]:
    """The waiting messages of one conversation in the order they came."""
    return list(session.scalars(_PENDING_OF, {"conversation_id": conversation_id}))


def is_scheduled(message: MessageRow, now: datetime) -> bool:
    """Whether a message is new, or its time to be tried again has come."""
    return message.retry_at is None or message.retry_at <= now


def is_due(pending: Sequence[MessageRow], now: datetime) -> bool:
    """Whether the first of ``pending`` is to be tried now; later ones wait behind it.

    One that nobody was told about is new: the customer spoke since the last failure, so it is tried at once.
    """
    return is_scheduled(pending[0], now) or any(message.told_at is None for message in pending)


def conversations_due(session: Session, now: datetime) -> list[str]:
    """Conversations with something to do and nobody at it: new, due again, or left by a process that died."""
    rows = session.scalars(
        select(MessageRow)
        .join(ConversationRow, ConversationRow.conversation_id == MessageRow.conversation_id)
        .where(
            MessageRow.status == PENDING,
            (ConversationRow.lease_until.is_(None)) | (ConversationRow.lease_until <= now),
        )
        .order_by(MessageRow.conversation_id, MessageRow.position)
    )
    groups = [(key, list(group)) for key, group in groupby(rows, attrgetter("conversation_id"))]
    return [conversation_id for conversation_id, pending in groups if is_due(pending, now)]
