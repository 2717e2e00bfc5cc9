"""Back to the beginning, in development: the sandbox's world as its file says, everything of ours empty."""

from __future__ import annotations

from typing import Any, cast

import httpx
from sqlalchemy import CursorResult, delete, text

from refunds.database import Base, Database
from refunds.errors import BackOfficeUnavailable, SettingsError
from refunds.settings import Settings
from refunds.tables import PolicyVersionRow

TIMEOUT = httpx.Timeout(10.0, connect=2.0)


def reset_sandbox(settings: Settings, database: Database) -> dict[str, int]:
    """Reset the sandbox and empty tables and mailbox; returns what went, by table, and the number of mails.

    Safe while all processes run: what they had under way fails its own conditions and is dropped.
    Raises ``SettingsError`` outside the development profile and ``BackOfficeUnavailable``.
    """
    if not settings.is_development:
        raise SettingsError("sandbox reset empties everything: it works in the development profile only")
    _reset_world(settings)
    return {**_empty_tables(database), "mails": _empty_mailbox(settings)}


def _reset_world(settings: Settings) -> None:
    token = settings.backoffice_token
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        answer = httpx.post(f"{settings.backoffice_url}/sandbox/reset", headers=headers, timeout=TIMEOUT)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        raise BackOfficeUnavailable(f"the sandbox at {settings.backoffice_url} did not reset: {error}") from error


def _empty_tables(database: Database) -> dict[str, int]:
    emptied = [table for table in reversed(Base.metadata.sorted_tables) if table.name != PolicyVersionRow.__tablename__]
    with database.transaction() as session:
        if not database.is_sqlite:
            # Waits for turns and filings under way and keeps new ones out, so that none is left without its parent.
            session.execute(text("LOCK TABLE conversations, cases, outbox IN EXCLUSIVE MODE"))
        return {table.name: _rows_gone(session.execute(delete(table))) for table in emptied}


def _empty_mailbox(settings: Settings) -> int:
    mails = list(settings.mailbox.glob("*.eml"))
    for mail in mails:
        mail.unlink(missing_ok=True)
    return len(mails)


def _rows_gone(result: Any) -> int:
    return cast("CursorResult[Any]", result).rowcount
