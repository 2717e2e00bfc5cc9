"""The content of each policy version that decided something, kept so that it can be decided again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from refunds.cases.plain import dump, load
from refunds.errors import NotFound
from refunds.policy.book import PolicyBook
from refunds.tables import PolicyVersionRow


def keep_policy_version(session: Session, policy: PolicyBook, now: datetime) -> None:
    """Store ``policy`` the first time that its version is used; later calls change nothing."""
    if session.get(PolicyVersionRow, policy.version) is not None:
        return
    try:
        with session.begin_nested():  # another process may be first: that must not drop the caller's work
            session.add(PolicyVersionRow(version=policy.version, content=dump(policy), first_used_at=now))
    except IntegrityError:
        return


def policy_of(session: Session, version: str) -> PolicyBook:
    """The policy as that version had it; raises ``NotFound``."""
    row = session.get(PolicyVersionRow, version)
    if row is None:
        raise NotFound(f"policy version {version} has decided nothing here")
    policy: PolicyBook = load(PolicyBook, row.content)
    return policy
