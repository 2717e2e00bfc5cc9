"""Who is signed in. A session lives in the database; the browser holds a random key, of which only a digest is kept."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Update, delete, select, update

from refunds.database import Database
from refunds.desk.accounts import Agent, agent_of
from refunds.desk.audit import Audit
from refunds.tables import AgentRow, DeskSessionRow

LONGEST = timedelta(hours=12)
"""A working day: after this everybody signs in anew."""
IDLE = timedelta(hours=2)
"""Without a click for so long, a session is over."""
NOTED_EVERY = timedelta(seconds=30)


def digest_of(key: str) -> str:
    """What is kept of a session's key."""
    return sha256(key.encode()).hexdigest()


class Sessions:
    """Begins, finds and ends sessions."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def begin(self, agent: Agent, now: datetime, *, how: str) -> str:
        """Sign ``agent`` in; the key for their browser. Sessions that are over are cleared away."""
        key = secrets.token_urlsafe(32)
        with self._database.transaction() as session:
            session.execute(delete(DeskSessionRow).where(DeskSessionRow.ends_at < now))
            row = DeskSessionRow(digest=digest_of(key), agent_id=agent.agent_id)
            row.began_at, row.seen_at, row.ends_at = now, now, now + LONGEST
            session.add(row)
            session.execute(_seen(agent.agent_id, now))
            session.flush()
            self._audit.note(session, agent, "signed_in", now, how=how)
        return key

    def holder(self, key: str, now: datetime, *, by_hand: bool = True) -> Agent | None:
        """Whose session ``key`` opens; None where it is over or was never one.

        ``by_hand``: somebody did something, which keeps the session from being idle; a stream of events does not.
        """
        live = (
            select(DeskSessionRow.seen_at, AgentRow)
            .join(AgentRow, AgentRow.agent_id == DeskSessionRow.agent_id)
            .where(DeskSessionRow.digest == digest_of(key), DeskSessionRow.ends_at > now)
            .where(DeskSessionRow.seen_at > now - IDLE, AgentRow.disabled_at.is_(None))
        )
        with self._database.reading() as session:
            found = session.execute(live).first()
        if found is None:
            return None
        if by_hand and found.seen_at < now - NOTED_EVERY:
            self._note(key, found.AgentRow.agent_id, now)
        return agent_of(found.AgentRow)

    def end(self, key: str, agent: Agent, now: datetime) -> None:
        """Sign ``agent`` out of the session that ``key`` opens."""
        with self._database.transaction() as session:
            session.execute(delete(DeskSessionRow).where(DeskSessionRow.digest == digest_of(key)))
            self._audit.note(session, agent, "signed_out", now)

    def _note(self, key: str, agent_id: str, now: datetime) -> None:
        with self._database.transaction() as session:
            kept = update(DeskSessionRow).where(DeskSessionRow.digest == digest_of(key))
            session.execute(kept.values(seen_at=now))
            session.execute(_seen(agent_id, now))


def _seen(agent_id: str, now: datetime) -> Update:
    return update(AgentRow).where(AgentRow.agent_id == agent_id).values(seen_at=now)
