"""Back to the beginning, in development: the sandbox's world as its file says, everything of ours empty."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import httpx
from sqlalchemy import CursorResult, delete, text, update

from refunds.database import Base, Database
from refunds.errors import BackOfficeUnavailable, SettingsError
from refunds.settings import Settings
from refunds.tables import AgentRow, AuditRow, DeskSessionRow, PolicyActivationRow, PolicyVersionRow

# A policy is what decided, agents are not part of the world that is reset, and the audit log only grows.
_KEPT_ROWS = (PolicyVersionRow, PolicyActivationRow, AgentRow, DeskSessionRow, AuditRow)
KEPT = frozenset(row.__tablename__ for row in _KEPT_ROWS)
TIMEOUT = httpx.Timeout(10.0, connect=2.0)


def reset_sandbox(settings: Settings, database: Database) -> dict[str, int]:
    """Reset the sandbox and empty tables, mailbox and attachments; returns how much went, by table, mails and files.

    Agents stay, signed in as they are, and the audit log stays; locks of their accounts end.
    Safe while all processes run: what they had under way fails its own conditions and is dropped.
    Raises ``SettingsError`` outside the development profile and ``BackOfficeUnavailable``.
    """
    if not settings.is_development:
        raise SettingsError("sandbox reset empties everything: it works in the development profile only")
    _reset_world(settings)
    rows = _empty_tables(database)
    return {**rows, "mails": _empty(settings.mailbox, "*.eml"), "files": _empty(settings.attachments, "*")}


def _reset_world(settings: Settings) -> None:
    token = settings.backoffice_token
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        answer = httpx.post(f"{settings.backoffice_url}/sandbox/reset", headers=headers, timeout=TIMEOUT)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        raise BackOfficeUnavailable(f"the sandbox at {settings.backoffice_url} did not reset: {error}") from error


def _empty_tables(database: Database) -> dict[str, int]:
    emptied = [table for table in reversed(Base.metadata.sorted_tables) if table.name not in KEPT]
    with database.transaction() as session:
        if not database.is_sqlite:
            # Waits for turns and filings under way and keeps new ones out, so that none is left without its parent.
            session.execute(text("LOCK TABLE conversations, cases, outbox IN EXCLUSIVE MODE"))
        session.execute(update(AgentRow).values(failed_tries=0, locked_until=None, is_away=False))
        return {table.name: _rows_gone(session.execute(delete(table))) for table in emptied}


def _empty(folder: Path, pattern: str) -> int:
    files = list(folder.glob(pattern))
    for file in files:
        file.unlink(missing_ok=True)
    return len(files)


def _rows_gone(result: Any) -> int:
    return cast("CursorResult[Any]", result).rowcount
