"""Rows of messages, found by the name that their channel gave them."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from refunds.chat.message import Incoming
from refunds.tables import ConversationRow, MessageRow

_HANDED_OVER = (
    select(MessageRow)
    .join(ConversationRow, ConversationRow.conversation_id == MessageRow.conversation_id)
    .where(
        ConversationRow.channel == bindparam("channel"),
        ConversationRow.address == bindparam("address"),
        MessageRow.channel_message_id == bindparam("channel_message_id"),
    )
)


def handed_over_before(session: Session, incoming: Incoming) -> MessageRow | None:
    """The message that this channel handed over under the same id, if it did; call it with the live one locked.

    Looks at closed conversations too: a late redelivery must not open a new one.
    """
    name = {"channel": incoming.channel, "address": incoming.address, "channel_message_id": incoming.message_id}
    return session.scalars(_HANDED_OVER, name).one_or_none()
