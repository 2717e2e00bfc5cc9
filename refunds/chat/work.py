"""A message in hand: all that the engine is asked with, read in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import object_session

from refunds.tables import ConversationRow, MessageRow

CODE_CHECKED = "/code_checked"

_RECEIVED_BEFORE = (
    select(MessageRow.received_at)
    .where(MessageRow.conversation_id == bindparam("conversation_id"), MessageRow.position < bindparam("position"))
    .order_by(MessageRow.position.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Work:
    """One message on its way to the engine, and the epoch under which its answer counts."""

    conversation_id: str
    epoch: int
    message_id: str
    text: str
    payload: str | None
    state: dict[str, Any] | None
    metadata: dict[str, Any]


def work_on(conversation: ConversationRow, message: MessageRow) -> Work:
    """The message with its conversation's state; ``now`` is when it was received, however often it is tried.

    ``last_at`` in its metadata is when the customer wrote before that, None for their first message.
    """
    return Work(
        conversation_id=conversation.conversation_id,
        epoch=conversation.epoch,
        message_id=message.message_id,
        text=message.text,
        payload=CODE_CHECKED if message.code_outcome else message.payload,
        state=conversation.state,
        metadata=_metadata(conversation, message, message.received_at),
    )


def _metadata(conversation: ConversationRow, message: MessageRow, received_at: datetime) -> dict[str, Any]:
    return {
        "message_id": message.message_id,
        "conversation_id": conversation.conversation_id,
        "channel": conversation.channel,
        "now": received_at.isoformat(),
        "last_at": _last_at(message),
        "zone": conversation.zone,
        "locale": conversation.locale,
        "code_outcome": message.code_outcome,
        "first": conversation.state is None,
    }


def _last_at(message: MessageRow) -> str | None:
    if message.position == 1:
        return None
    session = object_session(message)
    if session is None:
        raise ValueError("a message is worked on within the transaction that read it")
    place = {"conversation_id": message.conversation_id, "position": message.position}
    last_at = session.scalar(_RECEIVED_BEFORE, place)
    return last_at.isoformat() if last_at else None
