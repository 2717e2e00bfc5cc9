"""What was told about refunds by webhook and what is still to be told; kept in the ledger until it was taken."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.answers import RefundEvent
from sandbox.ledger import Ledger, RefundOrder
from sandbox.world import Refund

_FIRST_PAUSE = timedelta(seconds=0.2)
_LONGEST_PAUSE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that nobody took yet, after ``attempts`` that failed."""

    number: int
    body: str
    attempts: int


class Announcements:
    """At least once for each state in which a refund was seen."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def unfinished(self) -> list[RefundOrder]:
        """The refunds about which there may be news."""
        return self._ledger.select("refund_id NOT IN (SELECT refund_id FROM announced WHERE is_final)")

    def announce(self, refund: Refund, is_final: bool, now: datetime) -> None:
        """Keep an event for ``refund``, unless it was last seen exactly so."""
        told = refund.model_dump_json()
        if self._ledger.run("SELECT 1 FROM announced WHERE refund_id = ? AND told = ?", refund.refund_id, told):
            return
        event = RefundEvent(event_id=f"EV-{secrets.token_hex(12)}", created_at=now, refund=refund)
        self._ledger.run("INSERT OR REPLACE INTO announced VALUES (?, ?, ?)", refund.refund_id, told, is_final)
        self._ledger.run("INSERT INTO events (body, due_at) VALUES (?, ?)", event.model_dump_json(), now.timestamp())

    def next(self, now: datetime) -> Waiting | None:
        """The event that is due for the longest time."""
        rows = self._ledger.run(
            "SELECT number, body, attempts FROM events WHERE due_at <= ? ORDER BY due_at, number LIMIT 1",
            now.timestamp(),
        )
        return Waiting(*rows[0]) if rows else None

    def taken(self, event: Waiting) -> None:
        """The other side has it."""
        self._ledger.run("DELETE FROM events WHERE number = ?", event.number)

    def not_taken(self, event: Waiting, now: datetime) -> None:
        """Once more, later each time."""
        pause = min(_FIRST_PAUSE * 2 ** min(event.attempts, 10), _LONGEST_PAUSE)
        self._ledger.run(
            "UPDATE events SET attempts = attempts + 1, due_at = ? WHERE number = ?",
            (now + pause).timestamp(),
            event.number,
        )
