"""Which policy version is in force: the files in ``policy/`` only propose one, two people make it live.

Old cases keep the version that decided them (``refunds.cases.policy_versions``).
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from refunds.cases.policy_versions import keep_policy_version, policy_of
from refunds.database import Database
from refunds.errors import DatabaseUnavailable, NotFound, TransitionRefused
from refunds.policy.book import PolicyBook
from refunds.tables import PolicyActivationRow

FIRST_START = "first start"
LOOK_EVERY = 5.0
"""Seconds between two looks of a process at the version in force."""
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Activation:
    """A version put forward, and who made it live; ``signed_by`` None: nobody yet."""

    number: int
    version: str
    why: str
    proposed_by: str
    proposed_at: datetime
    signed_by: str | None
    signed_at: datetime | None


def policy_in_force(database: Database, shipped: PolicyBook) -> PolicyBook:
    """The live policy; ``shipped`` before the first start. Raises ``DatabaseUnavailable``."""
    with database.reading() as session:
        version = version_in_force(session)
        return shipped if version in (None, shipped.version) else policy_of(session, str(version))


def version_in_force(session: Session) -> str | None:
    """The newest version that was signed; None before the first start."""
    signed = select(PolicyActivationRow.version).where(PolicyActivationRow.signed_at.is_not(None))
    return session.scalars(signed.order_by(PolicyActivationRow.number.desc()).limit(1)).first()


def activate_first(database: Database, shipped: PolicyBook, now: datetime) -> None:
    """Make ``shipped`` live where no version is: of several processes that start at once one wins."""
    first = Activation(1, shipped.version, "the policy as it was installed", FIRST_START, now, FIRST_START, now)
    with suppress(IntegrityError), database.transaction() as session:
        if version_in_force(session) is None:
            keep_policy_version(session, shipped, now)
            session.add(PolicyActivationRow(**asdict(first)))


def activations(session: Session) -> list[Activation]:
    """Everything that was put forward, the newest first."""
    rows = session.scalars(select(PolicyActivationRow).order_by(PolicyActivationRow.number.desc()))
    return [_activation(row) for row in rows]


def propose(session: Session, policy: PolicyBook, *, who: str, why: str, now: datetime) -> Activation:
    """Put ``policy`` forward; somebody else signs it. Raises ``TransitionRefused`` where that makes no sense."""
    if not why.strip():
        raise TransitionRefused("say why the policy changes: whoever signs it reads that")
    newest = next(iter(activations(session)), None)
    if policy.version == version_in_force(session):
        raise TransitionRefused(f"{policy.version} is in force already")
    if newest and newest.signed_by is None and newest.version == policy.version:
        raise TransitionRefused(f"{policy.version} was put forward by {newest.proposed_by} and waits for a signature")
    keep_policy_version(session, policy, now)
    number = 1 + (session.scalar(select(func.max(PolicyActivationRow.number))) or 0)
    proposal = Activation(number, policy.version, why.strip(), who, now, signed_by=None, signed_at=None)
    try:
        with session.begin_nested():
            session.add(PolicyActivationRow(**asdict(proposal)))
    except IntegrityError as error:
        raise TransitionRefused("somebody else put a version forward at the same moment; look at that one") from error
    return proposal


def sign(session: Session, number: int, *, who: str, now: datetime) -> Activation:
    """Make what was put forward live. Raises ``NotFound``, and ``TransitionRefused`` for its proposer or too late."""
    row = session.get(PolicyActivationRow, number)
    if row is None:
        raise NotFound(f"nothing was put forward under number {number}")
    if row.proposed_by.casefold() == who.casefold():
        raise TransitionRefused(f"{who} put it forward: somebody else signs it")
    if number != session.scalar(select(func.max(PolicyActivationRow.number))):
        raise TransitionRefused("another version was put forward since; look at that one")
    signed = session.execute(
        update(PolicyActivationRow)
        .where(PolicyActivationRow.number == number, PolicyActivationRow.signed_at.is_(None))
        .values(signed_by=who, signed_at=now)
        .returning(PolicyActivationRow.number)
    )
    if signed.one_or_none() is None:
        raise TransitionRefused(f"{row.version} was signed before, by {row.signed_by}")
    session.refresh(row)
    return _activation(row)


def leave_when_policy_changes(database: Database, policy: PolicyBook) -> None:
    """End this process in order once another version is in force: its supervisor starts it again with that one.

    A process holds one version from its start to its end, so that no answer mixes two.
    """
    threading.Thread(target=_wait_for_another, args=(database, policy), name="policy", daemon=True).start()


def _wait_for_another(database: Database, policy: PolicyBook) -> None:
    while not is_superseded(database, policy):
        threading.Event().wait(LOOK_EVERY)
    _log.warning("policy_changed", version=policy.version)
    os.kill(os.getpid(), signal.SIGTERM)


def is_superseded(database: Database, policy: PolicyBook) -> bool:
    """Whether another version than ``policy`` is in force; False while the database does not say."""
    try:
        with database.reading() as session:
            return version_in_force(session) not in (None, policy.version)
    except DatabaseUnavailable:
        return False


def _activation(row: PolicyActivationRow) -> Activation:
    names = ("number", "version", "why", "proposed_by", "proposed_at", "signed_by", "signed_at")
    return Activation(**{name: getattr(row, name) for name in names})
