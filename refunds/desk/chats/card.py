"""The hand-off card: what an agent must know before the first word, made from data alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from refunds.cases.lifecycle import OPEN, TRANSITIONS, CaseState, Event
from refunds.cases.promises import promises_of
from refunds.chat.transcript import is_start
from refunds.money import Money
from refunds.policy.book import PolicyBook
from refunds.tables import AssessmentRow, CaseRow, ConversationRow, HandOffRow, MessageRow

_NOT_UNDERSTOOD = frozenset({"doubtful", "out_of_scope"})
_BY_A_PERSON = (
    Event.VERIFICATION_STARTED,
    Event.APPROVED,
    Event.REJECTED,
    Event.INFORMATION_ASKED,
    Event.AMOUNT_CHANGED,
    Event.WITHDRAWN,
    Event.APPEALED,
)


@dataclass(frozen=True, slots=True)
class Told:
    """A decision: ``why`` holds each clause with its text and the facts that it rests on."""

    order_id: str
    outcome: str
    amount: Money | None
    told_at: datetime
    why: tuple[tuple[str, str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class CardCase:
    """A case of the customer's with the days they were promised and what a person may do with it now."""

    case_id: str
    order_id: str
    state: str
    amount: Money | None
    version: int
    promises: tuple[tuple[str, date], ...]
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """The card. ``words`` are the customer's own, ``tries`` what failed so far; ``order_id`` what it is about."""

    reason: str
    opened_at: datetime | None
    customer_id: str | None
    verified_by: str | None
    verified_until: datetime | None
    order_id: str | None
    words: tuple[str, ...]
    told: tuple[Told, ...]
    tries: tuple[str, ...]
    cases: tuple[CardCase, ...]
    withdrawn_at: str | None


def card_of(session: Session, row: ConversationRow, policy: PolicyBook) -> Card:
    """The card of a chat as its rows stand now."""
    hand_off = session.scalars(
        select(HandOffRow)
        .where(HandOffRow.conversation_id == row.conversation_id)
        .order_by(HandOffRow.opened_at.desc())
        .limit(1)
    ).one_or_none()
    summary: Mapping[str, Any] = hand_off.summary if hand_off is not None else {}
    messages = _messages(session, row)
    told = _told(session, row, policy)
    return Card(
        reason=hand_off.reason if hand_off is not None else "",
        opened_at=hand_off.opened_at if hand_off is not None else None,
        customer_id=row.customer_id,
        verified_by=row.verified_by,
        verified_until=row.verified_until,
        order_id=summary.get("order_id") or (told[0].order_id if told else None),
        words=_words(summary, messages),
        told=told,
        tries=_tries(messages),
        cases=_cases(session, row),
        withdrawn_at=summary.get("withdrawn_at"),
    )


def _messages(session: Session, row: ConversationRow) -> list[MessageRow]:
    mine = select(MessageRow).where(MessageRow.conversation_id == row.conversation_id)
    return [one for one in session.scalars(mine.order_by(MessageRow.position)) if not is_start(one)]


def _words(summary: Mapping[str, Any], messages: Sequence[MessageRow]) -> tuple[str, ...]:
    """What was kept of their story; where nothing was, what they typed last."""
    kept = [*(summary.get("words") or ()), *(summary.get("last_words") or ())]
    typed = [one.text for one in messages if one.payload is None and one.text]
    return tuple(dict.fromkeys(str(words) for words in kept or typed[-3:]))


def _told(session: Session, row: ConversationRow, policy: PolicyBook) -> tuple[Told, ...]:
    query = select(AssessmentRow).where(AssessmentRow.conversation_id == row.conversation_id)
    latest: dict[str, AssessmentRow] = {}
    for each in session.scalars(query.order_by(AssessmentRow.told_at.desc())):
        latest.setdefault(each.order_id, each)
    texts = {clause.id: clause.plain for clause in policy.clauses}
    return tuple(_decision(each, texts) for each in latest.values())


def _decision(row: AssessmentRow, texts: Mapping[str, str]) -> Told:
    named = set(row.clauses)
    why = [one for one in row.receipt.get("why", ()) if one["clause"] in named]
    return Told(
        row.order_id,
        row.outcome,
        None if row.amount_minor is None else Money.from_minor(row.amount_minor, row.currency),
        row.told_at,
        tuple((one["clause"], texts.get(one["clause"], ""), tuple(one["facts"])) for one in why),
    )


def _tries(messages: Iterable[MessageRow]) -> tuple[str, ...]:
    """What the assistant could not do, in the order it happened."""
    return tuple(words for one in messages if (words := _try(one)))


def _try(row: MessageRow) -> str:
    intent = (row.reading or {}).get("intent")
    if row.attempts:
        return f"No answer could be made to “{row.text}” ({row.attempts} tries)."
    if row.code_outcome and row.code_outcome != "verified":
        return f"A code was {row.code_outcome.replace('_', ' ')}."
    return f"Not understood: “{row.text}”." if intent in _NOT_UNDERSTOOD and row.payload is None else ""


def _cases(session: Session, row: ConversationRow) -> tuple[CardCase, ...]:
    mine = [CaseRow.conversation_id == row.conversation_id]
    if row.customer_id:
        mine.append(CaseRow.customer_id == row.customer_id)
    query = select(CaseRow).where(or_(*mine)).order_by(CaseRow.state.in_(OPEN).desc(), CaseRow.filed_at.desc()).limit(8)
    return tuple(_case(session, each) for each in session.scalars(query))


def _case(session: Session, row: CaseRow) -> CardCase:
    state = CaseState(row.state)
    return CardCase(
        case_id=row.case_id,
        order_id=row.order_id,
        state=state.value,
        amount=None if row.amount_minor is None else Money.from_minor(row.amount_minor, row.currency),
        version=row.version,
        promises=tuple((one.kind.value, one.day) for one in promises_of(session, row.case_id) if one.ended_at is None),
        acts=tuple(event.value for event in _BY_A_PERSON if (state, event) in TRANSITIONS),
    )
