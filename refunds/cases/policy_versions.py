"""The content of each policy version that decided something, kept so that it can be decided again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from refunds.errors import NotFound
from refunds.tables import PolicyVersionRow


def keep_policy_version(session: Session, version: str, content: dict[str, Any], now: datetime) -> None:
    """Store ``content`` the first time that ``version`` is used; later calls change nothing."""
    if session.get(PolicyVersionRow, version) is not None:
        return
    try:
        with session.begin_nested():  # another process may be first: that must not drop the caller's work
            session.add(PolicyVersionRow(version=version, content=content, first_used_at=now))
    except IntegrityError:
        return


def policy_content(session: Session, version: str) -> dict[str, Any]:
    """What the policy said in that version; raises ``NotFound``."""
    row = session.get(PolicyVersionRow, version)
    if row is None:
        raise NotFound(f"policy version {version} has decided nothing here")
    return row.content
