"""Filters of the queue that an agent saved under a name. Callers bring the session."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from refunds.desk.cases.wanted import Wanted
from refunds.errors import RefundsError
from refunds.tables import SavedFilterRow

LONGEST_NAME = 60
MOST_FILTERS = 20


class FilterRefused(RefundsError):
    """A filter that cannot be saved; the message says why."""


def save_filter(session: Session, agent_id: str, name: str, wanted: Wanted, now: datetime) -> None:
    """Save ``wanted``, its first page, under ``name``; a filter of that name is replaced. Raises ``FilterRefused``."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise FilterRefused(f"a filter has a name, of {LONGEST_NAME} characters at most")
    row = session.get(SavedFilterRow, (agent_id, name))
    if row is None and len(saved_filters(session, agent_id)) >= MOST_FILTERS:
        raise FilterRefused(f"you have {MOST_FILTERS} filters already; forget one first")
    query = wanted.on(1).query
    session.merge(SavedFilterRow(agent_id=agent_id, name=name, query=query, saved_at=now))


def saved_filters(session: Session, agent_id: str) -> dict[str, Wanted]:
    """An agent's filters by name, in the order of their names."""
    theirs = select(SavedFilterRow).where(SavedFilterRow.agent_id == agent_id).order_by(SavedFilterRow.name)
    return {row.name: Wanted.read(row.query) for row in session.scalars(theirs)}


def forget_filter(session: Session, agent_id: str, name: str) -> None:
    """Forget a filter; one that is not there is forgotten already."""
    session.execute(delete(SavedFilterRow).where(SavedFilterRow.agent_id == agent_id, SavedFilterRow.name == name))
