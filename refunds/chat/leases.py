"""The lease on a conversation: one holder at a time works on its messages. Judged by the database's clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from refunds.tables import ConversationRow

LEASE = timedelta(seconds=30)


def take(conversation: ConversationRow, token: str, now: datetime) -> bool:
    """Take or renew the lease of a locked conversation; False when another's still runs."""
    held = conversation.lease_until is not None and conversation.lease_until > now
    if held and conversation.lease_token != token:
        return False
    conversation.lease_token, conversation.lease_until = token, now + LEASE
    return True


def holds(conversation: ConversationRow, token: str) -> bool:
    """Whether nobody took the lease since; one that ran out unnoticed still counts."""
    return conversation.lease_token == token


def give_back(conversation: ConversationRow) -> None:
    """Let the next one have it at once."""
    conversation.lease_token = conversation.lease_until = None
