"""Whether a customer can be reached where they write: what became of the lines that their channel was handed last."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from refunds.chat.deliveries import FAILED, SENT, was_taken
from refunds.chat.transcript import is_read
from refunds.tables import ConversationRow, DeliveryRow, LineRow

BLOCKED = "blocked by the user"
# How the connectors call it: Telegram's one answer, and Slack's names of errors that mean the same.
_SHUT_OUT = frozenset({BLOCKED, "user_disabled", "cannot_dm_bot", "messages_tab_disabled"})


class Trouble(StrEnum):
    """Why a channel does not bring a customer what is said to them."""

    SHUT_OUT = "shut_out"
    REFUSED = "refused"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Unreached:
    """A conversation whose newest line on its way did not arrive. ``why`` is the channel's word for it; ``since`` is
    when the line was said. ``SHUT_OUT`` and ``REFUSED`` are for good, ``LATE`` is tried again by itself.
    """

    channel: str
    trouble: Trouble
    why: str
    since: datetime


def unreached(session: Session, conversation_ids: Collection[str]) -> dict[str, Unreached]:
    """Of these conversations those that cannot be reached now; the next line that arrives ends it."""
    newest = (
        select(DeliveryRow.conversation_id, func.max(DeliveryRow.number).label("number"))
        .where(DeliveryRow.conversation_id.in_(conversation_ids))
        .group_by(DeliveryRow.conversation_id)
        .subquery()
    )
    of_it = (DeliveryRow.conversation_id == newest.c.conversation_id) & (DeliveryRow.number == newest.c.number)
    query = (
        select(DeliveryRow, ConversationRow.channel, LineRow.said_at)
        .join(newest, of_it)
        .join(ConversationRow, ConversationRow.conversation_id == DeliveryRow.conversation_id)
        .join(
            LineRow,
            (LineRow.conversation_id == DeliveryRow.conversation_id) & (LineRow.number == DeliveryRow.number),
        )
        .where(DeliveryRow.state != SENT, DeliveryRow.why.is_not(None))
    )
    return {
        row.conversation_id: Unreached(channel, _trouble(row), row.why or "", said_at)
        for row, channel, said_at in session.execute(query)
    }


def reached(session: Session, conversation_id: str, number: int) -> bool:
    """Whether a line is with its customer: read, or taken by their channel and not failed on its way."""
    return is_read(session, conversation_id, number) and was_taken(session, conversation_id, number)


def _trouble(row: DeliveryRow) -> Trouble:
    if row.state != FAILED:
        return Trouble.LATE
    return Trouble.SHUT_OUT if row.why in _SHUT_OUT else Trouble.REFUSED
