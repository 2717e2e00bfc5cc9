"""Who sees to which case. It is no part of the case's history, and raises no version. Callers bring the session."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from refunds.cases.lifecycle import OPEN
from refunds.errors import NotFound
from refunds.tables import AgentRow, CaseRow

_ONLY_READS = "auditor"


def assign(session: Session, case_ids: Collection[str], agent_id: str | None, now: datetime) -> list[str]:
    """Give open cases to an agent, or back to the queue (None); those that changed hands.

    Raises ``NotFound`` for an agent who is not there or may not sign in any more.
    """
    if agent_id is not None and not _is_at_work(session, agent_id):
        raise NotFound("there is no such agent, or they may not sign in any more")
    other = CaseRow.assigned_to.is_not(None) if agent_id is None else CaseRow.assigned_to.is_distinct_from(agent_id)
    given = update(CaseRow).where(CaseRow.case_id.in_(case_ids), CaseRow.state.in_(OPEN), other)
    changed = given.values(assigned_to=agent_id, assigned_at=agent_id and now)
    return list(session.scalars(changed.returning(CaseRow.case_id)))


def not_anothers(session: Session, case_ids: Collection[str], agent_id: str) -> list[str]:
    """Those of the cases that nobody or this agent sees to."""
    free = or_(CaseRow.assigned_to.is_(None), CaseRow.assigned_to == agent_id)
    return list(session.scalars(select(CaseRow.case_id).where(CaseRow.case_id.in_(case_ids), free)))


def assigned_agent(session: Session, case_id: str) -> tuple[str, str] | None:
    """Id and name of who sees to a case."""
    joined = select(AgentRow.agent_id, AgentRow.name).join(CaseRow, CaseRow.assigned_to == AgentRow.agent_id)
    return session.execute(joined.where(CaseRow.case_id == case_id)).one_or_none()


def assignable(session: Session) -> list[tuple[str, str]]:
    """Id and name of everybody to whom a case can be given, by name."""
    chosen = select(AgentRow.agent_id, AgentRow.name).where(
        AgentRow.disabled_at.is_(None), AgentRow.role != _ONLY_READS
    )
    return list(session.execute(chosen.order_by(AgentRow.name)))


def left_behind(session: Session, unseen_since: datetime) -> list[tuple[str, str, str]]:
    """Open cases of somebody who is away, may not sign in any more or was not seen since: case, agent's id and name.

    What was given to somebody who is not at the desk waits as long for them.
    """
    unseen = or_(AgentRow.seen_at.is_(None), AgentRow.seen_at < unseen_since)
    given_before = or_(CaseRow.assigned_at.is_(None), CaseRow.assigned_at < unseen_since)
    gone = or_(AgentRow.is_away, AgentRow.disabled_at.is_not(None), and_(unseen, given_before))
    theirs = select(CaseRow.case_id, AgentRow.agent_id, AgentRow.name).join(
        AgentRow, AgentRow.agent_id == CaseRow.assigned_to
    )
    return list(session.execute(theirs.where(CaseRow.state.in_(OPEN), gone)))


def says_to_be_away(session: Session, agent_id: str) -> bool:
    """Whether an agent says that they are away: what is given to them comes straight back."""
    row = session.get(AgentRow, agent_id)
    return row is not None and row.is_away


def _is_at_work(session: Session, agent_id: str) -> bool:
    row = session.get(AgentRow, agent_id)
    return row is not None and row.disabled_at is None and row.role != _ONLY_READS
