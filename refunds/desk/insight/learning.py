"""Sentences that were not understood: proposed as examples with an intent, reviewed, and written for data/nlu.

Callers bring the session.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from operator import attrgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from refunds.desk.insight.scope import Scope
from refunds.desk.insight.scrubbing import scrubbed
from refunds.desk.insight.understanding import is_not_understood, sentences
from refunds.desk.refusals import ExampleRefused
from refunds.errors import NotFound, TransitionRefused
from refunds.tables import CasePersonRow, CaseRow, ConversationRow, MessageRow, TrainingExampleRow

MOST_SHOWN = 50


class ExampleState(StrEnum):
    """Where a proposed sentence stands."""

    IN_REVIEW = "in_review"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a customer wrote, scrubbed, and what the assistant took it for, with its probability."""

    message_id: str
    text: str
    guess: str
    confidence: float
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence proposed for ``intent``."""

    message_id: str
    text: str
    intent: str
    state: ExampleState
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None


def not_understood(session: Session, scope: Scope) -> list[Sentence]:
    """Sentences of the period that nobody proposed yet, the newest first, 50 at most."""
    proposed = select(TrainingExampleRow.message_id).where(TrainingExampleRow.message_id == MessageRow.message_id)
    found = (
        sentences(select(MessageRow, ConversationRow.customer_id), scope)
        .where(is_not_understood(), MessageRow.text != "", ~proposed.exists())
        .order_by(MessageRow.received_at.desc(), MessageRow.message_id)
        .limit(MOST_SHOWN)
    )
    rows = session.execute(found).all()
    return [_sentence(message, _names(session, customer_id)) for message, customer_id in rows]


def propose(  # noqa: PLR0917 - who proposes what, and when
    session: Session, message_id: str, text: str, intent: str, intents: Collection[str], who: str, now: datetime
) -> str:
    """Put a sentence into review, in the words that ``who`` left of it, scrubbed once more; gives those.

    Raises ``NotFound``, ``ExampleRefused`` where nothing is left or the intent is none of ``intents``, and
    ``TransitionRefused`` where somebody proposed it already.
    """
    message = session.get(MessageRow, message_id, with_for_update=True)
    if message is None:
        raise NotFound("There is no such sentence.")
    if session.get(TrainingExampleRow, message_id) is not None:
        raise TransitionRefused("Somebody proposed this sentence already.")
    chat = session.get(ConversationRow, message.conversation_id)
    words = scrubbed(text, _names(session, chat.customer_id if chat else None))
    if not words:
        raise ExampleRefused("There are no words in it.")
    if intent not in intents:
        raise ExampleRefused("Choose what the sentence means.")
    row = TrainingExampleRow(message_id=message_id, text=words, intent=intent, state=ExampleState.IN_REVIEW)
    row.proposed_by, row.proposed_at = who, now
    session.add(row)
    session.flush()
    return words


def decide(session: Session, message_id: str, state: ExampleState, who: str, now: datetime) -> Example:
    """Accept or reject a sentence in review.

    Raises ``NotFound``, and ``TransitionRefused`` for one that was decided already.
    """
    row = session.get(TrainingExampleRow, message_id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such sentence.")
    if row.state != ExampleState.IN_REVIEW:
        raise TransitionRefused(f"{row.decided_by} decided this sentence already.")
    row.state, row.decided_by, row.decided_at = state.value, who, now
    session.flush()
    return _example(row)


def examples(session: Session, state: ExampleState | None = None) -> list[Example]:
    """Proposed sentences, those of ``state`` or all, by intent and in the order in which they were proposed."""
    query = select(TrainingExampleRow)
    if state is not None:
        query = query.where(TrainingExampleRow.state == state.value)
    order = (TrainingExampleRow.intent, TrainingExampleRow.proposed_at, TrainingExampleRow.message_id)
    return [_example(row) for row in session.scalars(query.order_by(*order))]


def as_training_data(chosen: Iterable[Example]) -> str:
    """Sentences, sorted by intent, in the form of a file of data/nlu; one that is there twice stands there once."""
    lines = ['version: "3.1"', "", "nlu:"]
    for intent, theirs in groupby(chosen, attrgetter("intent")):
        lines += [f"- intent: {intent}", "  examples: |", *dict.fromkeys(f"    - {each.text}" for each in theirs)]
    return "\n".join(lines) + "\n"


def _sentence(message: MessageRow, names: Collection[str]) -> Sentence:
    reading = message.reading or {}
    guess, confidence = str(reading.get("intent")), float(reading.get("confidence") or 0)
    return Sentence(message.message_id, scrubbed(message.text, names), guess, confidence, message.received_at)


def _names(session: Session, customer_id: str | None) -> Collection[str]:
    """What the customer is called in the records of their cases."""
    if customer_id is None:
        return ()
    theirs = select(CasePersonRow.name).join(CaseRow, CaseRow.case_id == CasePersonRow.case_id)
    return set(session.scalars(theirs.where(CaseRow.customer_id == customer_id)))


def _example(row: TrainingExampleRow) -> Example:
    return Example(
        row.message_id,
        row.text,
        row.intent,
        ExampleState(row.state),
        row.proposed_by,
        row.proposed_at,
        row.decided_by,
        row.decided_at,
    )
