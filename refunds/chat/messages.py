"""Rows of messages, found by the name that their channel gave them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from refunds.chat.message import Incoming
from refunds.tables import ConversationRow, MessageRow


def handed_over_before(session: Session, incoming: Incoming) -> MessageRow | None:
    """The message that this channel handed over under the same id, if it did.

    Looks at closed conversations too: a late redelivery must not open a new one.
    """
    return session.scalars(
        select(MessageRow)
        .join(ConversationRow, ConversationRow.conversation_id == MessageRow.conversation_id)
        .where(
            ConversationRow.channel == incoming.channel,
            ConversationRow.address == incoming.address,
            MessageRow.channel_message_id == incoming.message_id,
        )
    ).one_or_none()
