"""Requests by day, and what was told and decided about them by clause. Callers bring the session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, literal, select
from sqlalchemy.orm import Session

from refunds.cases.lifecycle import Event
from refunds.days import local_day
from refunds.desk.insight.figure import Chart, Column, Figure, Kind, Row
from refunds.desk.insight.scope import Scope
from refunds.tables import AssessmentRow, CaseEventRow, CaseRow, ConversationRow

_A_REQUEST = (
    "A request is a case that was filed, or a decision about an order that the assistant told in a chat and for which "
    "no case was filed from that chat; told several times, it counts once, by the last time in the period."
)
# What settles a case for now; an appeal opens the question again.
_SETTLES = (Event.APPROVED.value, Event.REJECTED.value, Event.WITHDRAWN.value, Event.APPEALED.value)
_SETTLED = (Event.APPROVED.value, Event.REJECTED.value, Event.WITHDRAWN.value)


def requests(session: Session, scope: Scope) -> Figure:
    """Requests of each day: filed, and told only."""
    filed = _by_day(session.scalars(_filed(scope, CaseRow.filed_at)), scope)
    told = _by_day(session.scalars(select(_told_only(scope).c.told_at)), scope)
    return Figure(
        key="requests",
        title="Requests",
        definition=f"{_A_REQUEST} Each counts on its day in the desk's zone.",
        columns=(Column("Day", Kind.DAY), Column("Filed"), Column("Told only"), Column("Requests")),
        rows=tuple((day, filed[day], told[day], filed[day] + told[day]) for day in scope.period.days),
        chart=Chart((1, 2), upright=True),
    )


def outcomes(session: Session, scope: Scope) -> Figure:
    """What the assistant told, by outcome and strongest clause, and how the filed ones were decided since."""
    told = _told_only(scope)
    filed = _filed_with_last_event(scope)
    counted: Counter[tuple[str, str, str]] = Counter()
    for part in (select(told.c.outcome, told.c.clause, literal("told_only")), select(filed)):
        for outcome, clause, what, count in session.execute(_grouped(part)):
            counted[outcome, clause or "none", what or "open"] += count
    return Figure(
        key="outcomes",
        title="Outcomes by clause",
        definition=(
            f"{_A_REQUEST} Counted by what the assistant found and the strongest clause it rests on. Filed ones also "
            "by the last approval, rejection or withdrawal; without one, or after an appeal, they are still open."
        ),
        columns=(
            Column("Outcome", Kind.TEXT),
            Column("Clause", Kind.TEXT),
            *map(Column, ("Told only", "Approved", "Rejected", "Withdrawn", "Still open", "Requests")),
        ),
        rows=tuple(_outcome_rows(counted)),
        chart=Chart((2, 3, 4, 5, 6), named_by=2),
    )


def _outcome_rows(counted: Counter[tuple[str, str, str]]) -> Iterable[Row]:
    for outcome, clause in sorted({(outcome, clause) for outcome, clause, _ in counted}):
        of_kind = {what: count for (*which, what), count in counted.items() if which == [outcome, clause]}
        settled = [of_kind.get(what, 0) for what in _SETTLED]
        told, every = of_kind.get("told_only", 0), sum(of_kind.values())
        yield (outcome, clause, told, *settled, every - told - sum(settled), every)


def _by_day(moments: Iterable[datetime], scope: Scope) -> Counter[Any]:
    return Counter(local_day(moment, scope.period.zone) for moment in moments)


def _filed(scope: Scope, *columns: Any) -> Select[Any]:
    return scope.of_channel(select(*columns).where(scope.within(CaseRow.filed_at)), CaseRow.channel)


def _told_only(scope: Scope) -> Subquery:
    """The last decision told about each order in each chat from which no case of it was filed."""
    latest_first = (AssessmentRow.told_at.desc(), AssessmentRow.assessment_id)
    place = func.row_number().over(
        partition_by=(AssessmentRow.conversation_id, AssessmentRow.order_id), order_by=latest_first
    )
    filed = select(CaseRow.case_id).where(
        CaseRow.conversation_id == AssessmentRow.conversation_id, CaseRow.order_id == AssessmentRow.order_id
    )
    told = (
        select(AssessmentRow.told_at, AssessmentRow.outcome, _strongest(AssessmentRow.clauses), place.label("place"))
        .join(ConversationRow, ConversationRow.conversation_id == AssessmentRow.conversation_id, isouter=True)
        .where(scope.within(AssessmentRow.told_at), ~filed.exists())
    )
    every = scope.of_channel(told, ConversationRow.channel).subquery()
    return select(every).where(every.c.place == 1).subquery()


def _filed_with_last_event(scope: Scope) -> Subquery:
    last = (
        select(CaseEventRow.case_id, func.max(CaseEventRow.number).label("number"))
        .where(CaseEventRow.what.in_(_SETTLES))
        .group_by(CaseEventRow.case_id)
        .subquery()
    )
    settled = and_(CaseEventRow.case_id == last.c.case_id, CaseEventRow.number == last.c.number)
    return (
        _filed(scope, CaseRow.outcome, _strongest(CaseRow.clauses), CaseEventRow.what)
        .join(last, last.c.case_id == CaseRow.case_id, isouter=True)
        .join(CaseEventRow, settled, isouter=True)
        .subquery()
    )


def _grouped(part: Select[Any]) -> Select[Any]:
    whole = part.subquery()
    return select(*whole.c, func.count()).group_by(*whole.c)


def _strongest(clauses: Any) -> ColumnElement[str]:
    first: ColumnElement[str] = clauses[0].as_string().label("clause")
    return first
