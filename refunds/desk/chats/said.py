"""A chat from its first word as the desk reads it: with buttons that were pressed, readings, files and delivery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from refunds.chat.attachments import files_of_lines, files_said
from refunds.chat.deliveries import FAILED, SENT
from refunds.chat.message import Attachment
from refunds.chat.transcript import CUSTOMER, is_start
from refunds.tables import ButtonRow, ConversationRow, DeliveryRow, LineRow, MessageRow


@dataclass(frozen=True, slots=True)
class Reading:
    """How the assistant read a message: the likeliest intents with their probability, and details in the words."""

    intent: str
    confidence: float
    others: tuple[tuple[str, float], ...]
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said. ``number`` counts what the customer reads, 0 for their own.

    ``pressed``: a button, not typed. ``offered`` are titles of buttons beneath. ``delivery`` says where an agent's
    line is: sent, read, sending, failed; ``why`` it failed. ``perhaps_twice``: nobody knows whether the first try came.
    """

    number: int
    author: str
    name: str
    text: str
    said_at: datetime
    pressed: bool = False
    offered: tuple[str, ...] = ()
    files: tuple[Attachment, ...] = ()
    reading: Reading | None = None
    delivery: str = ""
    why: str = ""
    perhaps_twice: bool = False


def said_in(session: Session, row: ConversationRow) -> list[Said]:
    """All of a chat in the order in which it was said."""
    mine = MessageRow.conversation_id == row.conversation_id
    messages = session.scalars(select(MessageRow).where(mine).order_by(MessageRow.position)).all()
    files = files_said(session, row.conversation_id)
    theirs = [_message(one, files.get(one.message_id, ())) for one in messages if not is_start(one)]
    return sorted([*theirs, *_lines(session, row)], key=lambda said: (said.said_at, said.number))


def _message(row: MessageRow, files: tuple[Attachment, ...]) -> Said:
    pressed = row.payload is not None
    return Said(0, CUSTOMER, "", row.text, row.received_at, pressed, (), files, _reading(row.reading))


def _lines(session: Session, row: ConversationRow) -> list[Said]:
    lines = session.scalars(select(LineRow).where(LineRow.conversation_id == row.conversation_id)).all()
    files = files_of_lines(session, row.conversation_id)
    query = select(ButtonRow.number, ButtonRow.title).where(ButtonRow.conversation_id == row.conversation_id)
    offered: dict[int, tuple[str, ...]] = {}
    for number, title in session.execute(query.order_by(ButtonRow.number, ButtonRow.place)):
        offered[number] = (*offered.get(number, ()), title)
    sent = session.scalars(select(DeliveryRow).where(DeliveryRow.conversation_id == row.conversation_id))
    deliveries = {one.number: one for one in sent}
    return [
        Said(
            line.number,
            line.author,
            line.agent_name or "",
            line.text,
            line.said_at,
            offered=offered.get(line.number, ()),
            files=files.get(line.number, ()),
            delivery=_delivery(row, line.number, deliveries.get(line.number)),
            why=_why(deliveries.get(line.number)),
            perhaps_twice=_perhaps_twice(row, deliveries.get(line.number)),
        )
        for line in lines
    ]


def _delivery(row: ConversationRow, number: int, delivery: DeliveryRow | None) -> str:
    """What is known: a channel that tells what was read, one that keeps what it took, or the queue of lines alone."""
    if delivery is not None and delivery.state == FAILED:
        return FAILED
    if number <= max(row.read_number, row.delivered_number):
        return "read" if number <= row.read_number else "fetched"
    if delivery is not None:
        return delivery.state
    return "sending" if row.channel in ("slack", "telegram") else "sent"


def _why(delivery: DeliveryRow | None) -> str:
    return delivery.why or "" if delivery is not None and delivery.state != SENT else ""


def _perhaps_twice(row: ConversationRow, delivery: DeliveryRow | None) -> bool:
    """Slack is asked what it has before anything goes again; Telegram cannot be asked."""
    return delivery is not None and delivery.state == SENT and delivery.unknown > 0 and row.channel == "telegram"


def _reading(reading: Mapping[str, Any] | None) -> Reading | None:
    if not reading or not reading.get("intent"):
        return None
    ranking = [(str(name), float(chance)) for name, chance in map(_ranked, reading.get("ranking") or [])]
    details = [(str(each.get("entity")), str(each.get("value"))) for each in reading.get("entities") or []]
    intent = str(reading["intent"])
    others = tuple(one for one in ranking if one[0] != intent)[:2]
    return Reading(intent, float(reading.get("confidence") or 0), others, tuple(details))


def _ranked(entry: Any) -> tuple[Any, Any]:
    return (entry["name"], entry["confidence"]) if isinstance(entry, Mapping) else (entry[0], entry[1])
