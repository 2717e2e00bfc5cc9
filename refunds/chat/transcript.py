"""Reading a conversation: lines since a number, the whole history, the answers to a message, all conversations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from refunds.chat.conversations import locked
from refunds.chat.message import Line, OfferedButton
from refunds.chat.ownership import Owner
from refunds.database import Database
from refunds.errors import DatabaseUnavailable
from refunds.tables import ButtonRow, ConversationRow, LineRow, MessageRow

CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class ChatStanding:
    """How a conversation stands: who owns it, and the number of its last line."""

    conversation_id: str
    owner: Owner
    last_number: int


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
            said = [_said(message) for message in messages]
            lines = _lines(session, LineRow.conversation_id == conversation_id)
        return sorted([*said, *lines], key=lambda line: (line.said_at, line.number))

    def answers_to(self, message_id: str) -> list[Line]:
        """The lines that one message brought, late ones too."""
        with self._database.reading() as session:
            return _lines(session, LineRow.in_reply_to == message_id)

    def said(self, message_id: str) -> Line:
        """A customer's message as it is kept, masked."""
        with self._database.reading() as session:
            return _said(session.get_one(MessageRow, message_id))

    def standings(self, channel: str, addresses: Iterable[str]) -> dict[str, ChatStanding]:
        """The newest conversation of each address: one question for all that a process delivers to."""
        query = (
            select(ConversationRow)
            .where(ConversationRow.channel == channel, ConversationRow.address.in_(set(addresses)))
            .order_by(ConversationRow.created_at)
        )
        with self._database.reading() as session:
            rows = session.scalars(query)
            return {row.address: ChatStanding(row.conversation_id, Owner(row.owner), row.last_number) for row in rows}

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


def list_conversations(session: Session) -> list[dict[str, Any]]:
    """All conversations, the oldest first, in the form of ``refunds chat list --json``."""
    rows = session.scalars(select(ConversationRow).order_by(ConversationRow.created_at))
    shown = ("conversation_id", "channel", "address", "owner", "reason", "customer_id")
    return [{name: getattr(row, name) for name in shown} for row in rows]


def _lines(session: Session, *conditions: Any) -> list[Line]:
    rows = session.scalars(select(LineRow).where(*conditions).order_by(LineRow.number)).all()
    buttons = _buttons(session, rows)
    return [_line(row, buttons.get((row.conversation_id, row.number), ())) for row in rows]


def _buttons(session: Session, rows: Sequence[LineRow]) -> dict[tuple[str, int], tuple[OfferedButton, ...]]:
    found: dict[tuple[str, int], tuple[OfferedButton, ...]] = {}
    if not rows:
        return found
    query = select(ButtonRow).where(
        ButtonRow.conversation_id == rows[0].conversation_id, ButtonRow.number.between(rows[0].number, rows[-1].number)
    )
    for row in session.scalars(query.order_by(ButtonRow.number, ButtonRow.place)):
        key = (row.conversation_id, row.number)
        found[key] = (*found.get(key, ()), OfferedButton(row.title, row.button_id))
    return found


def _line(row: LineRow, buttons: tuple[OfferedButton, ...]) -> Line:
    return Line(
        conversation_id=row.conversation_id,
        number=row.number,
        author=row.author,
        text=row.text,
        said_at=row.said_at,
        buttons=buttons,
        card=row.card,
        in_reply_to=row.in_reply_to,
    )


def _said(row: MessageRow) -> Line:
    return Line(
        conversation_id=row.conversation_id,
        number=0,
        author=CUSTOMER,
        text=row.text,
        said_at=row.received_at,
        said_id=row.channel_message_id,
    )
