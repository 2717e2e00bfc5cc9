"""The audit log: who saw or did what, and whose data it concerned. It is added to, and never changed.

Each row's digest covers the row and the digest before it: a row that was changed, added between or taken out shows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from refunds.database import Database
from refunds.tables import AuditRow

if TYPE_CHECKING:
    from refunds.desk.accounts import Agent

# One appends at a time, over all processes; the number means nothing but this lock.
_LOCK = 7_240_017
SAME_LOOK = timedelta(minutes=5)
_LOOKS_KEPT = 10_000
_FIRST_DIGEST = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the log."""

    number: int
    at: datetime
    agent_id: str | None
    who: str
    act: str
    conversation_id: str | None
    case_id: str | None
    customer_id: str | None
    details: Mapping[str, Any]
    digest: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries somebody looks for; None and "" leave a field open. ``who`` is a name; ``before`` a number."""

    who: str = ""
    act: str = ""
    customer_id: str = ""
    case_id: str = ""
    conversation_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """How the chain stands: ``broken_at`` is the first number that does not fit, None when all do."""

    count: int
    head: str
    broken_at: int | None


class Audit:
    """Appends to the log and reads it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looks: dict[tuple[str | None, ...], datetime] = {}

    def note(
        self,
        session: Session,
        who: Agent | str,
        act: str,
        now: datetime,
        *,
        conversation_id: str | None = None,
        case_id: str | None = None,
        customer_id: str | None = None,
        **details: Any,
    ) -> None:
        """Append an act to the log within the caller's transaction: both become true, or neither.

        Make it the last step of the transaction: from here to its end nobody else appends. ``details`` are plain
        values for JSON, without secrets. ``who`` is a plain name only where no agent is known.
        """
        row = AuditRow(at=now.astimezone(UTC), act=act, details=_plain(details))
        row.agent_id, row.who = (None, who[:80]) if isinstance(who, str) else (who.agent_id, who.name)
        row.conversation_id, row.case_id, row.customer_id = conversation_id, case_id, customer_id
        if not self._database.is_sqlite:
            session.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        last = session.execute(
            select(AuditRow.number, AuditRow.digest).order_by(AuditRow.number.desc()).limit(1)
        ).first()
        row.number = last.number + 1 if last else 1
        row.digest = _digest(row, last.digest if last else _FIRST_DIGEST)
        session.add(row)
        session.flush()

    def did(self, who: Agent | str, act: str, now: datetime, **about: Any) -> None:
        """Append an act that has no transaction of its own (signing in and out)."""
        with self._database.transaction() as session:
            self.note(session, who, act, now, **about)

    def seen(
        self,
        who: Agent,
        act: str,
        now: datetime,
        *,
        conversation_id: str | None = None,
        case_id: str | None = None,
        customer_id: str | None = None,
        **details: Any,
    ) -> None:
        """Append that somebody looked at something. A page that refreshes itself is one look, for five minutes."""
        about = {"conversation_id": conversation_id, "case_id": case_id, "customer_id": customer_id}
        look = (who.agent_id, act, *about.values(), json.dumps(_plain(details), sort_keys=True))
        before = self._looks.get(look)
        if before is not None and now - before < SAME_LOOK:
            return
        self.did(who, act, now, **about, **details)
        self._looks[look] = now
        if len(self._looks) > _LOOKS_KEPT:
            self._looks = {key: at for key, at in self._looks.items() if now - at < SAME_LOOK}

    def entries(self, wanted: Wanted, limit: int) -> list[Entry]:
        """At most ``limit`` entries that are wanted, newest first."""
        with self._database.reading() as session:
            rows = session.scalars(_selected(wanted).order_by(AuditRow.number.desc()).limit(limit))
            return [_entry(row) for row in rows.all()]

    def check(self, expected: tuple[int, str] | None = None) -> Checked:
        """Work out the whole chain again. ``expected`` is a number and its digest that were noted down before.

        Without it, rows missing at the very end cannot be told from rows never written.
        """
        with self._database.reading() as session:
            in_order = select(AuditRow).order_by(AuditRow.number).execution_options(yield_per=1000)
            with closing(session.scalars(in_order)) as rows:
                count, head, broken_at = _followed(rows, expected)
            if broken_at is None and expected and count < expected[0]:
                broken_at = count + 1
            return Checked(session.scalar(select(func.count()).select_from(AuditRow)) or 0, head, broken_at)


def _followed(rows: Iterable[AuditRow], expected: tuple[int, str] | None) -> tuple[int, str, int | None]:
    """How many rows fit, the last digest that does, and the first number that does not."""
    number, digest = 0, _FIRST_DIGEST
    for row in rows:
        if row.number != number + 1 or row.digest != _digest(row, digest):
            return number, digest, number + 1
        if expected and row.number == expected[0] and row.digest != expected[1]:
            return number, digest, row.number
        number, digest = row.number, row.digest
    return number, digest, None


def _digest(row: AuditRow, before: str) -> str:
    about = [row.agent_id, row.who, row.act, row.conversation_id, row.case_id, row.customer_id]
    covered = [before, row.number, row.at.astimezone(UTC).isoformat(), *about, row.details]
    return sha256(json.dumps(covered, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def _plain(details: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON gives them back: what is digested now must be what is read later."""
    plain: dict[str, Any] = json.loads(json.dumps(details, default=str))
    return plain


def _selected(wanted: Wanted) -> Select[AuditRow]:
    query = select(AuditRow)
    for column, value in (
        (AuditRow.who, wanted.who),
        (AuditRow.act, wanted.act),
        (AuditRow.customer_id, wanted.customer_id),
        (AuditRow.case_id, wanted.case_id),
        (AuditRow.conversation_id, wanted.conversation_id),
    ):
        query = query.where(column == value) if value else query
    query = query.where(AuditRow.at >= wanted.since) if wanted.since else query
    query = query.where(AuditRow.at < wanted.until) if wanted.until else query
    return query.where(AuditRow.number < wanted.before) if wanted.before else query


def _entry(row: AuditRow) -> Entry:
    about = (row.conversation_id, row.case_id, row.customer_id)
    return Entry(row.number, row.at, row.agent_id, row.who, row.act, *about, row.details, row.digest)
