"""Rows of identity: one-time codes that were asked for, and who a conversation's customer showed to be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, select, update
from sqlalchemy.orm import Session

from refunds.errors import NotFound
from refunds.tables import ChallengeRow, ConversationRow

# Asked at nearly every message, so put together once.
_VERIFICATION = select(ConversationRow.customer_id, ConversationRow.verified_until).where(
    ConversationRow.conversation_id == bindparam("conversation_id")
)


def conversation(session: Session, conversation_id: str) -> ConversationRow:
    """The conversation; raises ``NotFound``."""
    row = session.get(ConversationRow, conversation_id)
    if row is None:
        raise NotFound("there is no such conversation")
    return row


def verification(session: Session, conversation_id: str) -> tuple[str | None, datetime | None]:
    """The customer of a conversation and until when that holds; nobody where there is no such conversation."""
    found = session.execute(_VERIFICATION, {"conversation_id": conversation_id}).one_or_none()
    return (found[0], found[1]) if found else (None, None)


def one_at_a_time(session: Session, names: Iterable[str]) -> None:
    """Until the transaction ends nobody else passes here with one of ``names`` (hex): limits must not be raced past.

    On SQLite the write transaction does that by itself.
    """
    if session.get_bind().dialect.name == "postgresql":
        for number in sorted(int(name[:15], 16) for name in names):
            session.execute(select(func.pg_advisory_xact_lock(number)))


def challenge_of_message(session: Session, message_id: str) -> ChallengeRow | None:
    """The challenge that this message asked for."""
    return session.scalars(select(ChallengeRow).where(ChallengeRow.message_id == message_id)).one_or_none()


def most_made_since(session: Session, since: datetime, *, address_digest: str, conversation_id: str) -> int:
    """How many challenges were made since then for the address or in the conversation, whichever is more."""
    return max(
        _made_since(session, since, ChallengeRow.address_digest == address_digest),
        _made_since(session, since, ChallengeRow.conversation_id == conversation_id),
    )


def add_challenge(session: Session, challenge: ChallengeRow) -> None:
    """Make ``challenge`` the one that its conversation waits for; older ones of the conversation end.

    Raises ``NotFound`` for a conversation that is not there.
    """
    waiting = conversation(session, challenge.conversation_id)
    session.execute(
        update(ChallengeRow)
        .where(ChallengeRow.conversation_id == challenge.conversation_id, ChallengeRow.ended_at.is_(None))
        .values(ended_at=challenge.made_at)
    )
    session.add(challenge)
    waiting.challenge_id = challenge.challenge_id


def awaited_challenge(session: Session, awaiting: ConversationRow) -> ChallengeRow | None:
    """The challenge that the conversation waits for, held until the transaction ends: two tries count as two."""
    if awaiting.challenge_id is None:
        return None
    return session.get(ChallengeRow, awaiting.challenge_id, with_for_update=True, populate_existing=True)


def tries_left(session: Session, conversation_id: str) -> int:
    """The tries left for the code that the conversation waits for; 0 where it waits for none."""
    waiting = select(ChallengeRow.tries_left).join(
        ConversationRow, ConversationRow.challenge_id == ChallengeRow.challenge_id
    )
    return session.scalar(waiting.where(ConversationRow.conversation_id == conversation_id)) or 0


def _made_since(session: Session, since: datetime, whose: ColumnElement[bool]) -> int:
    made = select(func.count()).select_from(ChallengeRow).where(ChallengeRow.made_at > since, whose)
    return session.execute(made).scalar_one()
