"""The queue of cases, by the day on which something is due. Callers bring the session."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from refunds.cases.lifecycle import UNDECIDED, CaseState
from refunds.cases.people import about
from refunds.desk.cases.wanted import STATES, Due, Group, SeenToBy, Wanted
from refunds.money import Money
from refunds.tables import AgentRow, CasePersonRow, CaseRow, TaskRow

A_PAGE = 25
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class QueuedCase:
    """One row of the queue. ``due`` is the nearest of its days, ``due_by_law`` whether that one is the law's.

    ``name`` is the customer's, ``agent`` the name of who sees to it; ``tasks`` counts what waits for a person.
    """

    case_id: str
    order_id: str
    name: str
    state: CaseState
    outcome: str
    amount: Money | None
    due: date | None
    due_by_law: bool
    agent: str | None
    first_approver: str | None
    filed_at: datetime
    tasks: int


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the queue; ``found`` counts the cases of all ``pages``."""

    cases: list[QueuedCase]
    found: int
    pages: int


_own_day = case(
    (CaseRow.state.in_(UNDECIDED - {CaseState.INFO_REQUESTED}), CaseRow.verification_due),
    (CaseRow.state == CaseState.APPROVED, CaseRow.payout_due),
)
_law_day = case((CaseRow.state.in_(UNDECIDED | {CaseState.APPROVED}), CaseRow.statutory_due))
_law_is_nearer = _law_day.is_not(None) & or_(_own_day.is_(None), _law_day < _own_day)
_due = case((_law_is_nearer, _law_day), else_=_own_day)


def queue_page(session: Session, wanted: Wanted, *, me: str, today: date, customer_id: str | None = None) -> QueuePage:
    """The page that is ``wanted`` by the agent ``me`` on ``today``, nearest day first; the last one past the end.

    ``customer_id`` adds the cases of a customer whom the back office knows by the mail that was searched for.
    """
    # Numbers first: they lie in an index, while whole rows are long.
    chosen = select(CaseRow.case_id).where(*_conditions(wanted, me, today, customer_id))
    found = session.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()
    pages = max(-(-found // A_PAGE), 1)
    page = min(wanted.page, pages)
    ordered = chosen.order_by(_due.is_(None), _due, CaseRow.filed_at, CaseRow.case_id)
    numbers = session.scalars(ordered.limit(A_PAGE).offset((page - 1) * A_PAGE)).all()
    return QueuePage(_rows(session, numbers), found, pages)


def counts(session: Session) -> dict[Group, int]:
    """How many cases each group holds."""
    by_state = dict(session.execute(select(CaseRow.state, func.count()).group_by(CaseRow.state)).all())
    return {group: sum(by_state.get(state, 0) for state in states) for group, states in STATES.items()}


def _conditions(wanted: Wanted, me: str, today: date, customer_id: str | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [CaseRow.state.in_(STATES[wanted.group])]
    if wanted.seen_to_by != SeenToBy.ANYONE:
        nobody = wanted.seen_to_by == SeenToBy.NOBODY
        agent_id = me if wanted.seen_to_by == SeenToBy.ME else wanted.seen_to_by
        conditions.append(CaseRow.assigned_to.is_(None) if nobody else CaseRow.assigned_to == agent_id)
    if wanted.due in _BY_DAY:
        conditions.append(_BY_DAY[wanted.due](today))
    if wanted.search:
        named = CaseRow.case_id.in_(select(CasePersonRow.case_id).where(*about(wanted.search)))
        conditions.append(named if customer_id is None else or_(named, CaseRow.customer_id == customer_id))
    return conditions


_BY_DAY: Mapping[Due, Callable[[date], ColumnElement[bool]]] = {
    Due.OVERDUE: lambda today: _due < today.isoformat(),
    Due.TODAY: lambda today: _due <= today.isoformat(),
    Due.WEEK: lambda today: _due <= (today + _WEEK).isoformat(),
    Due.LAW: lambda today: _law_day.is_not(None),
}


def _rows(session: Session, numbers: Iterable[str]) -> list[QueuedCase]:
    tasks = (
        select(func.count())
        .select_from(TaskRow)
        .where(TaskRow.case_id == CaseRow.case_id, TaskRow.done_at.is_(None))
        .scalar_subquery()
    )
    columns = (
        CaseRow.case_id,
        CaseRow.order_id,
        func.coalesce(CasePersonRow.name, ""),
        CaseRow.state,
        CaseRow.outcome,
        CaseRow.amount_minor,
        CaseRow.currency,
        _due,
        _law_is_nearer,
        AgentRow.name,
        CaseRow.first_approver,
        CaseRow.filed_at,
        tasks,
    )
    joined = select(*columns).join(CasePersonRow, CasePersonRow.case_id == CaseRow.case_id, isouter=True)
    joined = joined.join(AgentRow, AgentRow.agent_id == CaseRow.assigned_to, isouter=True)
    rows = {row[0]: row for row in session.execute(joined.where(CaseRow.case_id.in_(numbers)))}
    return [_queued(*rows[number]) for number in numbers]


def _queued(  # noqa: PLR0917 - a row's columns, in their order
    case_id: str,
    order_id: str,
    name: str,
    state: str,
    outcome: str,
    minor: int | None,
    currency: str,
    due: str | None,
    due_by_law: bool | None,
    agent: str | None,
    first_approver: str | None,
    filed_at: datetime,
    tasks: int,
) -> QueuedCase:
    return QueuedCase(
        case_id=case_id,
        order_id=order_id,
        name=name,
        state=CaseState(state),
        outcome=outcome,
        amount=None if minor is None else Money.from_minor(minor, currency),
        due=date.fromisoformat(due) if due else None,
        due_by_law=bool(due_by_law),
        agent=agent,
        first_approver=first_approver,
        filed_at=filed_at,
        tasks=tasks,
    )
