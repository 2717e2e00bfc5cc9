"""Reading a conversation: lines since a number, the whole history, the answers to a message, all conversations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from refunds.chat.attachments import files_of_lines, files_said
from refunds.chat.conversations import locked
from refunds.chat.lines import AGENT, line_of
from refunds.chat.message import Attachment, Line
from refunds.chat.ownership import Owner
from refunds.database import Database
from refunds.errors import DatabaseUnavailable
from refunds.tables import AgentRow, ButtonRow, ConversationRow, LineRow, MessageRow

CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class ChatStanding:
    """How a conversation stands: who owns it, the number of its last line, and of the last one that was read.

    ``agent`` is the name of who holds it, while an agent does.
    """

    conversation_id: str
    owner: Owner
    last_number: int
    read_number: int
    agent: str | None = None


class Transcript:
    """What was said, for connectors and the desk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def since(self, conversation_id: str, number: int) -> list[Line]:
        """The numbered lines after ``number``, in order."""
        with self._database.reading() as session:
            return _lines(session, LineRow.conversation_id == conversation_id, LineRow.number > number)

    def history(self, conversation_id: str) -> list[Line]:
        """All that was said, the customer's own messages (number 0) among the lines they brought."""
        with self._database.reading() as session:
            messages = session.scalars(
                select(MessageRow).where(MessageRow.conversation_id == conversation_id).order_by(MessageRow.position)
            )
            files = files_said(session, conversation_id)
            said = [_said(one, files.get(one.message_id, ())) for one in messages if not is_start(one)]
            lines = _lines(session, LineRow.conversation_id == conversation_id)
        return sorted([*said, *lines], key=lambda line: (line.said_at, line.number))

    def answers_to(self, message_id: str) -> list[Line]:
        """The lines that one message brought, late ones too."""
        with self._database.reading() as session:
            return _lines(session, LineRow.in_reply_to == message_id)

    def said(self, message_id: str) -> Line:
        """A customer's message as it is kept, masked."""
        with self._database.reading() as session:
            row = session.get_one(MessageRow, message_id)
            return _said(row, files_said(session, row.conversation_id).get(message_id, ()))

    def standings(self, channel: str, addresses: Iterable[str]) -> dict[str, ChatStanding]:
        """The newest conversation of each address: one question for all that a process delivers to."""
        query = (
            select(ConversationRow, AgentRow.name)
            .outerjoin(AgentRow, AgentRow.agent_id == ConversationRow.agent_id)
            .where(ConversationRow.channel == channel, ConversationRow.address.in_(set(addresses)))
            .order_by(ConversationRow.created_at)
        )
        with self._database.reading() as session:
            return {row.address: _standing(row, agent) for row, agent in session.execute(query)}

    def answers(self) -> bool:
        """Whether the database gives rows now."""
        try:
            with self._database.reading() as session:
                session.execute(select(ConversationRow.conversation_id).limit(1))
        except DatabaseUnavailable:
            return False
        return True

    def is_done(self, message_id: str) -> bool:
        """Whether a message needs no answer of the assistant any more."""
        with self._database.reading() as session:
            message = session.get(MessageRow, message_id)
            return message is not None and message.status != "pending"

    def undelivered(self, conversation_id: str) -> list[Line]:
        """Lines that a channel without a memory of its own has not been given yet."""
        with self._database.reading() as session:
            row = session.get(ConversationRow, conversation_id)
            after = row.delivered_number if row else 0
            return _lines(session, LineRow.conversation_id == conversation_id, LineRow.number > after)

    def mark_delivered(self, conversation_id: str, number: int) -> None:
        """Lines up to ``number`` are the customer's now; a smaller number than before changes nothing."""
        with self._database.transaction() as session:
            row = locked(session, conversation_id)
            if row is not None and row.delivered_number < number:
                row.delivered_number = number

    def mark_read(self, conversation_id: str, number: int) -> int:
        """The customer has seen the lines up to ``number``; returns the last that counts as read.

        It never goes back, nor beyond the lines that there are.
        """
        with self._database.transaction() as session:
            row = locked(session, conversation_id)
            if row is None:
                return 0
            row.read_number = max(row.read_number, min(number, row.last_number))
            return row.read_number

    def note_here(self, conversation_ids: Iterable[str], until: datetime) -> None:
        """Their customers have the chat open, which is so ``until`` then, or ended then."""
        # One that is being changed is left to the next time: nobody waits for this.
        free = select(ConversationRow.conversation_id).where(ConversationRow.conversation_id.in_(set(conversation_ids)))
        with self._database.transaction() as session:
            ids = session.scalars(free.with_for_update(skip_locked=True)).all()
            mine = update(ConversationRow).where(ConversationRow.conversation_id.in_(ids))
            session.execute(mine.values(here_until=until))


def is_read(session: Session, conversation_id: str, number: int) -> bool:
    """Whether the customer has read a line of the conversation: seen on the website, or fetched by REST."""
    row = session.get(ConversationRow, conversation_id)
    return row is not None and max(row.read_number, row.delivered_number) >= number


def list_conversations(session: Session) -> list[dict[str, Any]]:
    """All conversations, the oldest first, in the form of ``refunds chat list --json``."""
    rows = session.scalars(select(ConversationRow).order_by(ConversationRow.created_at))
    shown = ("conversation_id", "channel", "address", "owner", "reason", "customer_id")
    return [{name: getattr(row, name) for name in shown} for row in rows]


def is_start(row: MessageRow) -> bool:
    """Whether a message is nobody's: it lets the assistant speak first when an agent hands a chat back."""
    return not row.text and row.payload is not None


def _standing(row: ConversationRow, agent: str | None) -> ChatStanding:
    return ChatStanding(row.conversation_id, Owner(row.owner), row.last_number, row.read_number, agent)


def _lines(session: Session, *conditions: Any) -> list[Line]:
    rows = session.scalars(select(LineRow).where(*conditions).order_by(LineRow.number)).all()
    buttons = _buttons(session, rows)
    by_agents = {row.conversation_id for row in rows if row.author == AGENT}
    files = {one: files_of_lines(session, one) for one in by_agents}
    return [
        line_of(
            row,
            buttons.get((row.conversation_id, row.number), ()),
            files.get(row.conversation_id, {}).get(row.number, ()),
        )
        for row in rows
    ]


def _buttons(session: Session, rows: Sequence[LineRow]) -> dict[tuple[str, int], tuple[ButtonRow, ...]]:
    found: dict[tuple[str, int], tuple[ButtonRow, ...]] = {}
    if not rows:
        return found
    query = select(ButtonRow).where(
        ButtonRow.conversation_id == rows[0].conversation_id, ButtonRow.number.between(rows[0].number, rows[-1].number)
    )
    for row in session.scalars(query.order_by(ButtonRow.number, ButtonRow.place)):
        key = (row.conversation_id, row.number)
        found[key] = (*found.get(key, ()), row)
    return found


def _said(row: MessageRow, files: tuple[Attachment, ...]) -> Line:
    return Line(
        conversation_id=row.conversation_id,
        number=0,
        author=CUSTOMER,
        text=row.text,
        said_at=row.received_at,
        said_id=row.channel_message_id,
        files=files,
    )
