"""Admission: one transaction from which on a customer's message is not lost, masked before it is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from refunds.chat.conversations import found_or_made, new_id
from refunds.chat.lines import latest_button_titled, offered_button
from refunds.chat.masking import mask
from refunds.chat.message import Incoming
from refunds.chat.messages import handed_over_before
from refunds.database import Database
from refunds.errors import NothingSaid, NotVerified
from refunds.identity import Identity
from refunds.tables import ButtonRow, ConversationRow, MessageRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LONGEST_TEXT = 4000
CUT_MARK = " [cut]"


@dataclass(frozen=True, slots=True)
class Admitted:
    """A message that is safe now. ``repeated``: this channel had handed over the same one before."""

    conversation_id: str
    message_id: str
    repeated: bool


@dataclass(frozen=True, slots=True)
class _Said:
    """What is stored of a message: masked text, an offered button's payload, what became of a code."""

    text: str
    payload: str | None = None
    code_outcome: str | None = None


class AnotherCustomer(NotVerified):
    """A good token, but of somebody else than the one whose conversation this is."""


class Admission:
    """The door through which every channel's messages come in."""

    def __init__(self, database: Database, identity: Identity) -> None:
        self._database = database
        self._identity = identity

    def admit(self, incoming: Incoming, now: datetime) -> Admitted:
        """Store one message, once however often it is handed over.

        Raises ``NothingSaid`` when it holds neither words nor an offered button, and ``DatabaseUnavailable``
        when it could not be stored: then the customer must be told that it was not received.
        """
        incoming = _storable(incoming)
        with self._database.transaction() as session:
            before = handed_over_before(session, incoming)
            if before is not None:
                return Admitted(before.conversation_id, before.message_id, repeated=True)
            conversation = found_or_made(session, incoming.channel, incoming.address, now)
            # Two redeliveries that both saw nothing meet at the conversation's lock; the second looks again.
            before = handed_over_before(session, incoming)
            if before is not None:
                return Admitted(before.conversation_id, before.message_id, repeated=True)
            said = self._said(session, conversation, incoming, now)
            message = _stored(session, conversation, incoming, said, now)
            return Admitted(conversation.conversation_id, message.message_id, repeated=False)

    def sign_in(self, channel: str, address: str, token: str, now: datetime) -> None:
        """Verify a conversation's customer by a token of the host site.

        Raises ``NotVerified`` when the token is not good, and ``AnotherCustomer`` when it is somebody else's than
        the conversation: nothing changes then.
        """
        with self._database.transaction() as session:
            conversation = found_or_made(session, channel, address, now)
            known = conversation.customer_id
            if not self._identity.verify_by_token(session, conversation, token, now):
                raise NotVerified("the site's token is forged, expired or not for us")
            if known not in (None, conversation.customer_id):
                raise AnotherCustomer("the conversation is another customer's")

    def _said(self, session: Session, conversation: ConversationRow, incoming: Incoming, now: datetime) -> _Said:
        button = _button(session, conversation, incoming)
        if button is not None:
            return _Said(button.title, payload=button.payload)
        text = _cut(mask(incoming.text))
        if not text.strip():
            raise NothingSaid("there are no words and no offered button in it")
        text, code_outcome = self._identity.check_code(session, conversation, text, now)
        return _Said(text, code_outcome=code_outcome)


def _button(session: Session, conversation: ConversationRow, incoming: Incoming) -> ButtonRow | None:
    """The offered button that was pressed, sent back as text by a channel without buttons, or named by its title."""
    if incoming.button is not None:
        pressed = offered_button(session, conversation.conversation_id, incoming.button)
        if pressed is not None:
            return pressed
    return offered_button(session, conversation.conversation_id, incoming.text.strip()) or latest_button_titled(
        session, conversation, incoming.text
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + CUT_MARK


def _storable(incoming: Incoming) -> Incoming:
    """Without what no database takes: zero characters and halves of surrogate pairs."""
    parts = {name: getattr(incoming, name) for name in ("address", "message_id", "text", "button")}
    cleaned = {
        name: part and part.replace("\0", "").encode("utf-8", "replace").decode() for name, part in parts.items()
    }
    return replace(incoming, **cleaned)


def _stored(
    session: Session, conversation: ConversationRow, incoming: Incoming, said: _Said, now: datetime
) -> MessageRow:
    conversation.last_position += 1
    conversation.updated_at = now
    conversation.zone = incoming.zone or conversation.zone
    conversation.locale = incoming.locale or conversation.locale
    message = MessageRow(
        message_id=new_id(),
        conversation_id=conversation.conversation_id,
        position=conversation.last_position,
        channel_message_id=incoming.message_id,
        text=said.text,
        payload=said.payload,
        code_outcome=said.code_outcome,
        status="pending",
        attempts=0,
        received_at=now,
    )
    session.add(message)
    session.flush()
    return message
