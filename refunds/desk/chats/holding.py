"""Who holds a chat: take, take over, assign, release, hand back to the assistant, close. Of two who take one wins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from refunds.chat.conversations import change_owner, locked, new_id
from refunds.chat.lines import NOTICE, add_lines
from refunds.chat.message import Reply
from refunds.chat.outcomes import GO_ON
from refunds.chat.ownership import Change, Owner
from refunds.chat.pending import HANDED_OVER, PENDING
from refunds.database import Database
from refunds.desk.accounts import Agent
from refunds.desk.audit import Audit
from refunds.desk.chats.agreed import Agreed, state_of
from refunds.errors import NotFound, TransitionRefused
from refunds.handoff import HandOff
from refunds.tables import AgentRow, ConversationRow, HandOffRow, MessageRow
from refunds.words import Words

TAKEN_OVER = "taken_over"
LONGEST_RESOLUTION = 60


class HeldByAnother(TransitionRefused):
    """Somebody else holds the chat; ``name`` is theirs."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has this chat.")
        self.name = name


class NotHeld(TransitionRefused):
    """What only its holder may do, in a chat that nobody holds now."""


@dataclass(frozen=True)
class Holding:
    """Changes who holds a chat; each change is one transaction with its line for the customer and its audit entry.

    Every method raises ``NotFound``, ``TransitionRefused`` where the chat does not stand so any more
    (``HeldByAnother`` names who has it), and ``DatabaseUnavailable``; nothing has changed then.
    """

    database: Database
    handoff: HandOff
    audit: Audit
    words: Words

    def take(self, agent: Agent, conversation_id: str, now: datetime) -> None:
        """Take a chat that waits, or one that the assistant has; taking what one has already changes nothing."""
        with self._locked(conversation_id) as (session, row):
            if row.owner == Owner.AGENT and row.agent_id == agent.agent_id:
                return
            refuse_unless_free(session, row)
            unasked = row.owner == Owner.ASSISTANT
            reason = TAKEN_OVER if unasked else row.reason or TAKEN_OVER
            self.handoff.open(session, row, reason, {}, now)
            change_owner(session, row, Change.TAKEN, reason=reason, now=now, agent_id=agent.agent_id)
            _forget_starts(session, row, now)
            hand_off = _open_hand_off(session, row)
            hand_off.taken_by, hand_off.taken_at, hand_off.assigned_to = agent.agent_id, now, None
            self._notice(session, row, "desk_agent_is_here", now, agent=agent.name)
            self._note(session, agent, "took_over_chat" if unasked else "took_chat", row, now)

    def release(self, agent: Agent, conversation_id: str, now: datetime) -> None:
        """Put the chat back in the line, where it keeps its place."""
        with self._held(agent, conversation_id) as (session, row):
            self._released(session, row, None, now)
            self._note(session, agent, "released_chat", row, now)

    def assign(self, lead: Agent, conversation_id: str, to: str, now: datetime) -> None:
        """Give a chat to the agent of id ``to``, who finds it among their own; whoever holds it lets it go."""
        with self._locked(conversation_id) as (session, row):
            given_to = session.get(AgentRow, to)
            if given_to is None or given_to.disabled_at is not None:
                raise NotFound("there is no such agent")
            if row.owner == Owner.AGENT:
                self._released(session, row, to, now)
            elif row.owner == Owner.WAITING:
                _open_hand_off(session, row).assigned_to = to
                row.updated_at = now
            else:
                raise NotHeld("only a chat that is for a person can be given to one")
            self._note(session, lead, "assigned_chat", row, now, to=given_to.name)

    def hand_back(self, agent: Agent, conversation_id: str, agreed: Agreed, now: datetime) -> None:
        """Give the chat back to the assistant, which begins with what was agreed; the form before is gone.

        Start the conversation's turn then.
        """
        with self._held(agent, conversation_id) as (session, row):
            change_owner(session, row, Change.HANDED_BACK, reason=None, now=now)
            row.state = state_of(agreed, row.state)
            self._end_hand_off(session, row, "handed_back", now)
            name = "desk_handed_back_agreed" if agreed.told.strip() else "desk_handed_back"
            self._notice(session, row, name, now, agent=agent.name, agreed=agreed.told.strip())
            _start_assistant(session, row, now)
            self._note(session, agent, "handed_chat_back", row, now, goes_on_with=agreed.goes_on_with)

    def close(self, agent: Agent, conversation_id: str, resolution: str, now: datetime) -> None:
        """End the chat, saying how it was solved; what the customer writes next begins a new one."""
        with self._held(agent, conversation_id) as (session, row):
            self._notice(session, row, "desk_chat_closed", now, agent=agent.name)
            change_owner(session, row, Change.ENDED, reason=None, now=now)
            self._end_hand_off(session, row, resolution[:LONGEST_RESOLUTION], now)
            self._note(session, agent, "closed_chat", row, now, resolution=resolution)

    @contextmanager
    def _locked(self, conversation_id: str) -> Iterator[tuple[Session, ConversationRow]]:
        with self.database.transaction() as session:
            row = locked(session, conversation_id)
            if row is None:
                raise NotFound("there is no such chat")
            yield session, row

    @contextmanager
    def _held(self, agent: Agent, conversation_id: str) -> Iterator[tuple[Session, ConversationRow]]:
        with self._locked(conversation_id) as (session, row):
            refuse_unless_held(session, row, agent)
            yield session, row

    def _released(self, session: Session, row: ConversationRow, to: str | None, now: datetime) -> None:
        reason = row.reason
        change_owner(session, row, Change.RELEASED, reason=reason, now=now)
        self.handoff.open(session, row, reason or TAKEN_OVER, {}, now)
        _open_hand_off(session, row).assigned_to = to
        self._notice(session, row, "desk_agent_left", now)

    def _end_hand_off(self, session: Session, row: ConversationRow, resolution: str, now: datetime) -> None:
        _open_hand_off(session, row).resolution = resolution
        self.handoff.end(session, row.conversation_id, now)

    def _notice(self, session: Session, row: ConversationRow, name: str, now: datetime, **values: str) -> None:
        add_lines(session, row, [Reply(self.words.say(name, **values))], author=NOTICE, in_reply_to=None, now=now)

    def _note(self, session: Session, agent: Agent, act: str, row: ConversationRow, now: datetime, **more: str) -> None:
        about = {"conversation_id": row.conversation_id, "customer_id": row.customer_id}
        self.audit.note(session, agent, act, now, **about, **more)


def refuse_unless_free(session: Session, row: ConversationRow) -> None:
    """Raise ``HeldByAnother`` when an agent holds the chat."""
    if row.owner == Owner.AGENT:
        holder = session.get(AgentRow, row.agent_id) if row.agent_id else None
        raise HeldByAnother(holder.name if holder else "Somebody else")


def refuse_unless_held(session: Session, row: ConversationRow, agent: Agent) -> None:
    """Raise ``HeldByAnother`` or ``NotHeld`` unless this very agent holds the locked chat."""
    if row.owner == Owner.AGENT and row.agent_id == agent.agent_id:
        return
    refuse_unless_free(session, row)
    raise NotHeld("You don't have this chat any more: take it first.")


def _open_hand_off(session: Session, row: ConversationRow) -> HandOffRow:
    query = select(HandOffRow).where(HandOffRow.conversation_id == row.conversation_id, HandOffRow.ended_at.is_(None))
    return session.scalars(query).one()


def _start_assistant(session: Session, row: ConversationRow, now: datetime) -> None:
    """A message without words that nobody said: it lets the assistant speak first."""
    row.last_position += 1
    session.add(
        MessageRow(
            message_id=new_id(),
            conversation_id=row.conversation_id,
            position=row.last_position,
            channel_message_id=f"desk:{row.epoch}",
            text="",
            payload=GO_ON,
            status=PENDING,
            attempts=0,
            received_at=now,
        )
    )


def _forget_starts(session: Session, row: ConversationRow, now: datetime) -> None:
    """Somebody takes the chat before the assistant began: it must not speak, nor take it back from the line."""
    session.execute(
        update(MessageRow)
        .where(
            MessageRow.conversation_id == row.conversation_id,
            MessageRow.status == PENDING,
            MessageRow.text == "",
            MessageRow.payload == GO_ON,
        )
        .values(status=HANDED_OVER, done_at=now)
    )
