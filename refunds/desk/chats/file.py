"""One chat with all that an agent is shown of it. Callers bring the session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from refunds.chat.ownership import Owner
from refunds.chat.reach import Unreached, unreached
from refunds.desk.chats.card import Card, card_of
from refunds.desk.chats.said import Said, said_in
from refunds.errors import NotFound
from refunds.policy.book import PolicyBook
from refunds.tables import AgentRow, ConversationRow, HandOffRow


@dataclass(frozen=True, slots=True)
class ChatFile:
    """A chat: where it comes from, who holds it, its card and all that was said.

    ``unreached`` says why nothing gets to the customer now. The customer has it open while ``here_until`` lies ahead,
    and left then; None where their channel does not tell. ``holder`` and ``assigned`` are names; ``colleagues`` are
    (id, name) of whom a lead may give it to.
    """

    conversation_id: str
    channel: str
    address: str
    owner: Owner
    holder_id: str | None
    holder: str | None
    assigned: str | None
    zone: str | None
    locale: str | None
    customer_id: str | None
    created_at: datetime
    read_number: int
    unreached: Unreached | None
    here_until: datetime | None
    card: Card
    said: tuple[Said, ...]
    colleagues: tuple[tuple[str, str], ...]


def chat_file(session: Session, conversation_id: str, policy: PolicyBook) -> ChatFile:
    """The file of that chat; raises ``NotFound``."""
    row = session.get(ConversationRow, conversation_id)
    if row is None:
        raise NotFound("there is no such chat")
    assigned = session.scalar(
        select(HandOffRow.assigned_to).where(
            HandOffRow.conversation_id == conversation_id, HandOffRow.ended_at.is_(None)
        )
    )
    names = {one.agent_id: one for one in session.scalars(select(AgentRow).order_by(AgentRow.name))}
    return ChatFile(
        conversation_id=row.conversation_id,
        channel=row.channel,
        address=row.address,
        owner=Owner(row.owner),
        holder_id=row.agent_id,
        holder=names[row.agent_id].name if row.agent_id in names else None,
        assigned=names[assigned].name if assigned in names else None,
        zone=row.zone,
        locale=row.locale,
        customer_id=row.customer_id,
        created_at=row.created_at,
        read_number=row.read_number,
        unreached=unreached(session, [conversation_id]).get(conversation_id),
        here_until=row.here_until,
        card=card_of(session, row, policy),
        said=tuple(said_in(session, row)),
        colleagues=tuple(
            (one.agent_id, one.name)
            for one in names.values()
            if one.disabled_at is None and one.role in ("agent", "lead", "admin")
        ),
    )
