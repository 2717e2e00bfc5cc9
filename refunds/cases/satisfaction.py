"""How customers found their case handled: asked once when it has ended. Callers bring the session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from refunds.cases.case import Case
from refunds.cases.lifecycle import CaseState
from refunds.cases.notice_wishes import Way
from refunds.chat.ownership import Owner
from refunds.tables import CaseRow, ConversationRow, NoticeWishesRow
from refunds.tables import SatisfactionRow as Row

# A customer who takes a request back is still being answered; one who was told no may appeal first.
ASKED_AFTER = {
    CaseState.PAID: timedelta(),
    CaseState.CLOSED: timedelta(),
    CaseState.WITHDRAWN: timedelta(minutes=1),
    CaseState.REJECTED: timedelta(days=3),
}
# What ended longer ago is not asked about any more: the customer has other things in mind.
ASKED_WITHIN = timedelta(days=10)
_AT_ONCE = 500  # more than have quiet hours at one moment


class Rating(StrEnum):
    """What a customer says of how their case was handled."""

    GOOD = "good"
    OK = "ok"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Opinion:
    """A customer was asked about a case; ``rating`` is None until they answer. ``conversation_id`` is where."""

    case_id: str
    channel: str
    conversation_id: str | None
    asked_at: datetime
    rating: Rating | None
    answered_at: datetime | None


def to_ask(session: Session, now: datetime) -> list[str]:
    """Cases that have ended for good and whose customer was not asked, the oldest first.

    Who speaks with a person, or waits for one, is asked after that; who wishes to hear only what the case needs, never.
    """
    ended = or_(*(_ended(state, now) for state in ASKED_AFTER))
    with_a_person = (
        (ConversationRow.conversation_id == CaseRow.conversation_id)
        & (ConversationRow.customer_id == CaseRow.customer_id)
        & ConversationRow.owner.in_((Owner.WAITING, Owner.AGENT))
    )
    chosen = (
        select(CaseRow.case_id)
        .join(ConversationRow, with_a_person, isouter=True)
        .join(Row, Row.case_id == CaseRow.case_id, isouter=True)
        .join(NoticeWishesRow, NoticeWishesRow.customer_id == CaseRow.customer_id, isouter=True)
        .where(ended, Row.case_id.is_(None), NoticeWishesRow.way.is_distinct_from(Way.NEEDED.value))
        .where(ConversationRow.conversation_id.is_(None))
    )
    return list(session.scalars(chosen.order_by(CaseRow.updated_at).limit(_AT_ONCE)))


def is_to_ask(case: Case, now: datetime) -> bool:
    """Whether a case has ended long enough ago that its customer may be asked about it, and not too long ago."""
    after = ASKED_AFTER.get(case.state)
    return after is not None and after <= now - case.updated_at < ASKED_WITHIN


def note_asked(session: Session, case: Case, channel: str, conversation_id: str | None, now: datetime) -> bool:
    """Note that the customer is being asked; False where they were asked before, also at the same moment."""
    if session.get(Row, case.case_id) is not None:
        return False
    row = Row(
        case_id=case.case_id,
        customer_id=case.customer_id,
        channel=channel,
        conversation_id=conversation_id,
        asked_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


def note_answer(session: Session, case_id: str, rating: Rating, now: datetime) -> bool:
    """Keep the answer; False where there is one already, which stays, or where nobody was asked."""
    row = session.get(Row, case_id, with_for_update=True)
    if row is None or row.rating is not None:
        return False
    row.rating, row.answered_at = rating.value, now
    return True


def opinion_of(session: Session, case_id: str) -> Opinion | None:
    """What the customer said about a case; None where they were not asked."""
    row = session.get(Row, case_id)
    if row is None:
        return None
    rating = None if row.rating is None else Rating(row.rating)
    return Opinion(row.case_id, row.channel, row.conversation_id, row.asked_at, rating, row.answered_at)


def _ended(state: CaseState, now: datetime) -> ColumnElement[bool]:
    return (
        (CaseRow.state == state.value)
        & (CaseRow.updated_at <= now - ASKED_AFTER[state])
        & (CaseRow.updated_at > now - ASKED_WITHIN)
    )
