"""What comes in from a customer and what goes out, in no channel's form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

LONGEST_LOCALE = 20
_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,2}")


def plausible_locale(locale: str | None) -> str | None:
    """``locale`` where it reads like one (BCP 47): what a customer's own program tells may be anything."""
    return locale if locale and len(locale) <= LONGEST_LOCALE and _LOCALE.fullmatch(locale) else None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a customer's: ``name`` to show, ``kind`` (MIME), ``size`` in bytes."""

    attachment_id: str
    name: str
    kind: str
    size: int


class Wish(StrEnum):
    """What a channel may offer at any time by buttons of its own; each is the intent that it stands for."""

    PERSON = "ask_for_human"
    WITHDRAWAL = "withdraw_from_contract"
    REFUND = "request_refund"
    STATUS = "ask_refund_status"
    ARRIVAL = "ask_refund_arrival"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message as a connector hands it over, already authentic.

    ``address`` tells the customer apart within the channel (REST: the sender). ``message_id`` is the
    channel's own and makes a redelivery recognisable. ``button`` is the id of a button that was pressed.
    ``zone`` (IANA) and ``locale`` (BCP 47) are the customer's where the channel knows them. ``files`` are ids of
    files that were received before, to be said with it; messages with files that were sent as one ``album`` (a name of
    the channel's) are said back once. With a ``wish`` the text is what its button says, in whatever
    language: nobody has to understand it.
    """

    channel: str
    address: str
    message_id: str
    text: str
    button: str | None = None
    zone: str | None = None
    locale: str | None = None
    files: tuple[str, ...] = ()
    wish: Wish | None = None
    album: str | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """A choice on its way from the engine: what it says and the command it stands for."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing to say, as the engine or a notice gives it, before it has a number.

    ``card`` is a small JSON object with a ``type`` (orders, summary, case, arrival ...); all that it shows
    stands in the text and buttons too.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    card: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class OfferedButton:
    """A choice as a customer sees it: a title and an opaque id that means something in this conversation only."""

    title: str
    button_id: str


@dataclass(frozen=True, slots=True)
class Line:
    """One numbered line that the customer reads. ``author``: assistant, agent or notice.

    In a history the customer's own messages are among them: author customer, number 0, ``said_id``, the
    channel's id of the message, and the ``files`` that were said with it. ``agent_name`` signs an agent's line, which
    may bring ``files`` too.
    """

    conversation_id: str
    number: int
    author: str
    text: str
    said_at: datetime
    buttons: tuple[OfferedButton, ...] = ()
    card: dict[str, Any] | None = None
    in_reply_to: str | None = None
    said_id: str | None = None
    files: tuple[Attachment, ...] = ()
    agent_name: str | None = None


@dataclass(frozen=True, slots=True)
class PersonNeeded:
    """What an action asks of the turn: give the conversation to a person, with why and what is known so far."""

    reason: str
    summary: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EngineAnswer:
    """What the engine made of one message: replies, the state to keep, and how it read the words."""

    replies: tuple[Reply, ...]
    state: dict[str, Any]
    reading: dict[str, Any] = field(default_factory=dict)
    person_needed: PersonNeeded | None = None
