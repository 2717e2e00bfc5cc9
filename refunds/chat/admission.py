"""Admission: one transaction from which on a customer's message is not lost, masked before it is stored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from refunds.chat.attachments import say_with
from refunds.chat.channel_events import is_new
from refunds.chat.conversations import found_or_made, live, new_id
from refunds.chat.lines import NOTICE, add_lines, latest_button_titled, offered_button
from refunds.chat.masking import mask
from refunds.chat.message import Attachment, Incoming, Reply, plausible_locale
from refunds.chat.messages import handed_over_before
from refunds.chat.ownership import Owner
from refunds.chat.pending import DONE, HANDED_OVER, PENDING
from refunds.database import Database
from refunds.errors import NothingSaid, NotVerified
from refunds.identity import Identity
from refunds.tables import ButtonRow, ConversationRow, MessageRow
from refunds.words import Words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LONGEST_TEXT = 4000
CUT_MARK = " [cut]"
_BUTTON_ID = re.compile("[0-9a-f]{32}")


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

    def __init__(self, database: Database, identity: Identity, words: Words) -> None:
        self._database = database
        self._identity = identity
        self._words = words

    def admit(self, incoming: Incoming, now: datetime) -> Admitted:
        """Store one message, once however often it is handed over.

        Raises ``NothingSaid`` when it holds neither words nor an offered button nor files, ``NotFound`` when it names
        a file that cannot be said, and ``DatabaseUnavailable`` when it could not be stored: then the customer must be
        told that it was not received.
        """
        with self._database.transaction() as session:
            return self.admit_within(session, incoming, now)

    def admit_within(self, session: Session, incoming: Incoming, now: datetime) -> Admitted:
        """Like ``admit``, in a transaction of the caller's; the conversation stays locked until it ends."""
        incoming = _storable(incoming)
        # Two redeliveries meet at the conversation's lock; the second finds what the first has stored.
        conversation = live(session, incoming.channel, incoming.address)
        before = handed_over_before(session, incoming)
        if before is None and conversation is None:
            conversation = found_or_made(session, incoming.channel, incoming.address, now)
            before = handed_over_before(session, incoming)
        if before is not None:
            return Admitted(before.conversation_id, before.message_id, repeated=True)
        assert conversation is not None
        said = self._said(session, conversation, incoming, now)
        message = _stored(session, conversation, incoming, said, now)
        self._take_files(session, conversation, message, incoming, now)
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
        if incoming.wish is not None and text.strip():
            return _Said(text, payload=f"/{incoming.wish}")
        if not text.strip():
            if incoming.files:
                return _Said("")
            raise NothingSaid("there are no words and no offered button in it")
        text, code_outcome = self._identity.check_code(session, conversation, text, now)
        return _Said(text, code_outcome=code_outcome)

    def _take_files(
        self,
        session: Session,
        conversation: ConversationRow,
        message: MessageRow,
        incoming: Incoming,
        now: datetime,
    ) -> None:
        """Say each file back, unless an agent does; a message of files alone asks the assistant nothing."""
        if not incoming.files:
            return
        files, case_id = say_with(session, conversation, message.message_id, incoming.files)
        if not message.text:
            message.status = DONE if conversation.owner == Owner.ASSISTANT else HANDED_OVER
            message.done_at = now
        if conversation.owner != Owner.AGENT:
            told = self._said_back(session, incoming, files, case_id, now)
            add_lines(session, conversation, told, author=NOTICE, in_reply_to=message.message_id, now=now)

    def _said_back(
        self, session: Session, incoming: Incoming, files: Sequence[Attachment], case_id: str | None, now: datetime
    ) -> list[Reply]:
        if incoming.album is None:
            name = "utter_file_for_case" if case_id else "utter_file_received"
            return [Reply(self._words.say(name, file=file.name, case_id=case_id)) for file in files]
        if not is_new(session, incoming.channel, f"album {incoming.album}", now):
            return []
        name = "utter_album_for_case" if case_id else "utter_album_received"
        return [Reply(self._words.say(name, case_id=case_id))]


def _button(session: Session, conversation: ConversationRow, incoming: Incoming) -> ButtonRow | None:
    """The offered button that was pressed, sent back as text by a channel without buttons, or named by its title."""
    if incoming.wish is not None:
        return None
    if incoming.button is not None:
        pressed = offered_button(session, conversation.conversation_id, incoming.button)
        if pressed is not None:
            return pressed
    text = incoming.text.strip()
    sent_back = offered_button(session, conversation.conversation_id, text) if _BUTTON_ID.fullmatch(text) else None
    return sent_back or latest_button_titled(session, conversation, text)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + CUT_MARK


def _storable(incoming: Incoming) -> Incoming:
    """Without what no database takes (zero characters, halves of surrogate pairs) and without a locale that is none."""
    parts = {name: getattr(incoming, name) for name in ("address", "message_id", "text", "button")}
    cleaned = {
        name: part and part.replace("\0", "").encode("utf-8", "replace").decode() for name, part in parts.items()
    }
    return replace(incoming, **cleaned, locale=plausible_locale(incoming.locale))


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
        status=PENDING,
        attempts=0,
        received_at=now,
    )
    session.add(message)
    return message
