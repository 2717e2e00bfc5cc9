"""Rows of conversations: found or made, locked, and handed from one owner to the next."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from refunds.chat.ownership import Change, Owner, Standing, move
from refunds.errors import TransitionRefused
from refunds.tables import ConversationRow

_LOCKED = (
    select(ConversationRow)
    .where(ConversationRow.conversation_id == bindparam("conversation_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_LIVE = (
    select(ConversationRow)
    .where(
        ConversationRow.channel == bindparam("channel"),
        ConversationRow.address == bindparam("address"),
        ConversationRow.owner != Owner.CLOSED,
    )
    .with_for_update()
)


def new_id() -> str:
    """128 bits that nobody guesses: ids of conversations, messages and buttons."""
    return secrets.token_hex(16)


def locked(session: Session, conversation_id: str) -> ConversationRow | None:
    """The conversation, held against every other writer until the transaction ends."""
    return session.scalars(_LOCKED, {"conversation_id": conversation_id}).one_or_none()


def live(session: Session, channel: str, address: str) -> ConversationRow | None:
    """The conversation of ``address`` that is not closed, locked."""
    return session.scalars(_LIVE, {"channel": channel, "address": address}).one_or_none()


def found_or_made(session: Session, channel: str, address: str, now: datetime) -> ConversationRow:
    """The live conversation of ``address``, made when there is none; of two that make it at once one wins."""
    found = live(session, channel, address)
    if found is not None:
        return found
    made = ConversationRow(
        conversation_id=new_id(),
        channel=channel,
        address=address,
        owner=Owner.ASSISTANT,
        epoch=0,
        last_position=0,
        last_number=0,
        delivered_number=0,
        created_at=now,
        updated_at=now,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        return found_or_made(session, channel, address, now)
    return made


def change_owner(
    session: Session,
    conversation: ConversationRow,
    change: Change,
    *,
    reason: str | None,
    now: datetime,
    agent_id: str | None = None,
) -> None:
    """Hand the conversation on in one conditional update; ``reason`` says why a person is needed.

    ``agent_id`` is who holds it from now on; nobody does when it is None.

    Raises ``TransitionRefused`` when the table does not know the change or somebody else was quicker.
    """
    standing = Standing(Owner(conversation.owner), conversation.epoch)
    moved = move(standing, change)
    changed = session.execute(
        update(ConversationRow)
        .where(ConversationRow.conversation_id == conversation.conversation_id, ConversationRow.epoch == standing.epoch)
        .values(owner=moved.owner, epoch=moved.epoch, reason=reason, agent_id=agent_id, updated_at=now)
        .returning(ConversationRow.epoch)
    )
    if changed.one_or_none() is None:
        raise TransitionRefused("somebody else changed who owns the conversation")
    session.refresh(conversation)
