"""Marks of what changed for the desk: cheap to read, twice a second, by every process that somebody listens to."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from refunds.chat.ownership import Owner
from refunds.tables import ConversationRow, DeliveryRow, HandOffRow, MentionRow, NoteRow

_FOR_PEOPLE = (Owner.WAITING, Owner.AGENT)
_QUEUE = select(func.count(), func.sum(ConversationRow.epoch), func.max(ConversationRow.updated_at)).where(
    ConversationRow.owner.in_(_FOR_PEOPLE)
)


def queue_mark(session: Session) -> Hashable:
    """Changes with who waits or is held, and with what is said there."""
    return tuple(session.execute(_QUEUE).one())


def chat_marks(session: Session, conversation_ids: Iterable[str]) -> dict[str, Hashable]:
    """For each chat a mark that changes with its lines, messages, holder, reading, delivery and who is there."""
    ids = list(conversation_ids)
    rows = session.execute(
        select(
            ConversationRow.conversation_id,
            ConversationRow.epoch,
            ConversationRow.updated_at,
            ConversationRow.last_number,
            ConversationRow.last_position,
            ConversationRow.read_number,
            ConversationRow.delivered_number,
            ConversationRow.verified_until,
            ConversationRow.here_until > datetime.now(UTC),
            HandOffRow.assigned_to,
        )
        .outerjoin(
            HandOffRow,
            (HandOffRow.conversation_id == ConversationRow.conversation_id) & HandOffRow.ended_at.is_(None),
        )
        .where(ConversationRow.conversation_id.in_(ids))
    )
    marks: dict[str, Hashable] = {row.conversation_id: tuple(row) for row in rows}
    return {one: (mark, _deliveries(session, one)) for one, mark in marks.items()}


def _deliveries(session: Session, conversation_id: str) -> Hashable:
    mine = select(DeliveryRow.state, func.count()).where(DeliveryRow.conversation_id == conversation_id)
    return tuple(sorted((state, count) for state, count in session.execute(mine.group_by(DeliveryRow.state))))


def mention_marks(session: Session) -> dict[str, Hashable]:
    """For each agent who was named and has not looked: when the newest such note was written."""
    query = select(MentionRow.agent_id, func.count(), func.max(NoteRow.written_at)).join(
        NoteRow, NoteRow.note_id == MentionRow.note_id
    )
    unseen = query.where(MentionRow.seen_at.is_(None)).group_by(MentionRow.agent_id)
    return {agent_id: (count, newest) for agent_id, count, newest in session.execute(unseen)}
