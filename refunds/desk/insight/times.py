"""How long customers waited for answers, for people, for decisions and for their money. Callers bring the session."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from refunds.cases.lifecycle import UNDECIDED, CaseState, Event
from refunds.chat.lines import AGENT, ASSISTANT
from refunds.chat.ownership import Owner
from refunds.days import local_day
from refunds.desk.insight.chats import BEGUN_BY_AGENTS, BY_A_CUSTOMER, TAKEN_UNASKED
from refunds.desk.insight.figure import Chart, Column, Figure, Kind, Row, median, nine_of_ten_within, share
from refunds.desk.insight.scope import Scope
from refunds.tables import CaseEventRow, CaseRow, ConversationRow, HandOffRow, LineRow, MessageRow

_ASKED_FOR = HandOffRow.reason.not_in((*BEGUN_BY_AGENTS, TAKEN_UNASKED))


@dataclass(frozen=True, slots=True)
class Waits:
    """Waits of a kind that ended. ``kept`` of them were within their target, ``late`` more go on past it."""

    what: str
    spans: Sequence[timedelta]
    target: str = "none is set"
    kept: int | None = None
    late: int | None = None

    @property
    def row(self) -> Row:
        """As a row of the figure."""
        within = None if self.kept is None else share(self.kept, len(self.spans))
        typical = (median(self.spans), nine_of_ten_within(self.spans))
        return (self.what, len(self.spans), *typical, self.target, self.kept, within, self.late)


def times(session: Session, scope: Scope) -> Figure:
    """Time to the first answer, to a person, to the decision and to the payout, each against its target."""
    waits = (
        _first_answer(session, scope),
        _person_took(session, scope),
        _person_answered(session, scope),
        _decision(session, scope),
        _payout(session, scope),
    )
    return Figure(
        key="times",
        title="Times, against their targets",
        definition=(
            "First answer: from a chat's first message, in the period, to the assistant's first line in answer. A "
            "person took it: from the moment a person was needed, in the period, to the moment one took the chat "
            "(the last time, if it was let go). A person answered: from that need to an agent's first line before "
            "it ended. Both in the desk's opening hours. Decision: from filing to the first approval or rejection, "
            "if that was in the period. Payout: from the last approval before it to the first time the money was "
            "with the customer's bank, if that was in the period. Targets of a case are its own days, in the desk's "
            "zone. Late now: what has not ended at this moment and is past its target, whenever it began."
        ),
        columns=(
            Column("Time to", Kind.TEXT),
            Column("Ended"),
            Column("Median", Kind.SPAN),
            Column("Nine of ten within", Kind.SPAN),
            Column("Target", Kind.TEXT),
            Column("Within target"),
            Column("Share within", Kind.SHARE),
            Column("Late now"),
        ),
        rows=tuple(each.row for each in waits),
        chart=Chart((6,)),
    )


def _first_answer(session: Session, scope: Scope) -> Waits:
    answered = (
        select(MessageRow.received_at, func.min(LineRow.said_at))
        .join(LineRow, and_(LineRow.in_reply_to == MessageRow.message_id, LineRow.author == ASSISTANT))
        .join(ConversationRow, ConversationRow.conversation_id == MessageRow.conversation_id)
        .where(MessageRow.position == 1, BY_A_CUSTOMER, scope.within(MessageRow.received_at))
        .group_by(MessageRow.message_id, MessageRow.received_at)
    )
    rows = session.execute(scope.of_channel(answered, ConversationRow.channel))
    return Waits("first answer of the assistant", [said - received for received, said in rows])


def _person_took(session: Session, scope: Scope) -> Waits:
    spans = [scope.hours.open_between(*both, scope.holidays) for both in _handed(session, scope, HandOffRow.taken_at)]
    still = select(HandOffRow.opened_at).where(
        _ASKED_FOR, HandOffRow.ended_at.is_(None), ConversationRow.owner == Owner.WAITING
    )
    waiting = sorted(session.scalars(scope.of_channel(_with_chat(still), ConversationRow.channel)))

    def in_time(since: datetime) -> bool:
        return scope.hours.open_between(since, scope.now, scope.holidays) <= scope.take_within

    minutes = int(scope.take_within.total_seconds() // 60)
    return Waits(
        "a person taking the chat",
        spans,
        target=f"{minutes} min of open desk",
        kept=sum(span <= scope.take_within for span in spans),
        late=bisect_left(waiting, True, key=in_time),  # whoever waits longer is late too
    )


def _person_answered(session: Session, scope: Scope) -> Waits:
    first = (
        select(func.min(LineRow.said_at))
        .where(
            LineRow.conversation_id == HandOffRow.conversation_id,
            LineRow.author == AGENT,
            LineRow.said_at >= HandOffRow.opened_at,
            or_(HandOffRow.ended_at.is_(None), LineRow.said_at <= HandOffRow.ended_at),
        )
        .correlate(HandOffRow)
        .scalar_subquery()
    )
    spans = [scope.hours.open_between(*both, scope.holidays) for both in _handed(session, scope, first)]
    return Waits("first answer of a person", spans)


def _handed(session: Session, scope: Scope, until: Any) -> list[tuple[datetime, datetime]]:
    """When a person was needed, and the moment ``until``, of hand-offs in the period that came so far."""
    query = select(HandOffRow.opened_at, until).where(scope.within(HandOffRow.opened_at), _ASKED_FOR)
    rows = session.execute(scope.of_channel(_with_chat(query), ConversationRow.channel))
    return [(opened, ended) for opened, ended in rows if ended is not None]


def _with_chat(query: Select[Any]) -> Select[Any]:
    return query.join(ConversationRow, ConversationRow.conversation_id == HandOffRow.conversation_id)


def _decision(session: Session, scope: Scope) -> Waits:
    first = _first_event(Event.APPROVED, Event.REJECTED)
    decided = (
        select(CaseRow.filed_at, first.c.at, CaseRow.verification_due)
        .join(first, first.c.case_id == CaseRow.case_id)
        .where(scope.within(first.c.at))
    )
    late = select(func.count()).where(CaseRow.state.in_(UNDECIDED - {CaseState.INFO_REQUESTED}))
    return _by_case(session, scope, "the decision", "the case's check day", decided, late, CaseRow.verification_due)


def _payout(session: Session, scope: Scope) -> Waits:
    paid, approved = _first_event(Event.PAID), aliased(CaseEventRow)
    since = (
        select(func.max(approved.at))
        .where(approved.case_id == paid.c.case_id, approved.what == Event.APPROVED, approved.number < paid.c.number)
        .scalar_subquery()
    )
    sent = (
        select(since, paid.c.at, CaseRow.payout_due)
        .join(paid, paid.c.case_id == CaseRow.case_id)
        .where(scope.within(paid.c.at))
    )
    late = select(func.count()).where(CaseRow.state == CaseState.APPROVED)
    return _by_case(session, scope, "the money with the bank", "the case's payout day", sent, late, CaseRow.payout_due)


def _by_case(  # noqa: PLR0917 - two of a kind, side by side above
    session: Session, scope: Scope, what: str, target: str, ended: Select[Any], late: Select[Any], due: Any
) -> Waits:
    zone = scope.period.zone
    rows = session.execute(scope.of_channel(ended, CaseRow.channel)).all()
    past = scope.of_channel(late.where(due < local_day(scope.now, zone).isoformat()), CaseRow.channel)
    return Waits(
        what,
        [until - since for since, until, _ in rows],
        target=target,
        kept=sum(local_day(until, zone) <= date.fromisoformat(by) for _, until, by in rows),
        late=session.scalar(past) or 0,
    )


def _first_event(*events: Event) -> Any:
    """The first of ``events`` of each case."""
    number = (
        select(CaseEventRow.case_id, func.min(CaseEventRow.number).label("number"))
        .where(CaseEventRow.what.in_([event.value for event in events]))
        .group_by(CaseEventRow.case_id)
        .subquery()
    )
    is_it = and_(CaseEventRow.case_id == number.c.case_id, CaseEventRow.number == number.c.number)
    return select(CaseEventRow.case_id, CaseEventRow.number, CaseEventRow.at).join(number, is_it).subquery()
