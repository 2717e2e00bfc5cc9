"""What a payout is and what happened to it, as frozen records."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from refunds.cases.lifecycle import PayoutState
from refunds.money import Money


@dataclass(frozen=True, slots=True)
class PayoutHappening:
    """Something that happened to a payout. ``what`` is ``requested`` or one of the lifecycle's events."""

    at: datetime
    who: str
    what: str
    state_before: PayoutState | None
    state_after: PayoutState
    reason: str | None


@dataclass(frozen=True, slots=True)
class Payout:
    """Money sent back for a case. ``attempt`` counts a case's payouts from 1; each keeps its key for life.

    ``route`` is the method key that the money goes along, the payment's own unless another was agreed.
    ``kind``: refund, or reversal of a charge that had not settled. ``reason`` says why it waits or failed, in billing's
    code. ``refund_id`` is billing's. ``sends`` counts how often billing was asked to make it.
    """

    payout_id: str
    case_id: str
    attempt: int
    payment_id: str
    route: str
    original_route: bool
    amount: Money
    state: PayoutState
    idempotency_key: str
    requested_at: datetime
    updated_at: datetime
    kind: str = "refund"
    reason: str | None = None
    refund_id: str | None = None
    trace_type: str | None = None
    trace_value: str | None = None
    sends: int = 0
    first_sent_at: datetime | None = None
    last_sent_at: datetime | None = None
    submitted_at: datetime | None = None
    succeeded_at: datetime | None = None
    version: int = 1
    happenings: tuple[PayoutHappening, ...] = ()

    @property
    def sent_at(self) -> datetime | None:
        """When the money left for the customer's bank; while billing still holds it, when billing took it on."""
        return self.succeeded_at or self.submitted_at

    def as_json(self) -> dict[str, Any]:
        """The payout as the command line prints it; amounts are strings."""
        return {
            "payout_id": self.payout_id,
            "attempt": self.attempt,
            "state": self.state.value,
            "reason": self.reason,
            "kind": self.kind,
            "amount": str(self.amount.value),
            "currency": self.amount.currency,
            "route": self.route,
            "refund_id": self.refund_id,
            "trace": {"type": self.trace_type, "value": self.trace_value} if self.trace_value else None,
            "requested_at": self.requested_at.isoformat(),
            "submitted_at": _iso(self.submitted_at),
            "succeeded_at": _iso(self.succeeded_at),
            "events": [
                {
                    "at": each.at.isoformat(),
                    "who": each.who,
                    "what": each.what,
                    "state_before": each.state_before,
                    "state_after": each.state_after.value,
                    "reason": each.reason,
                }
                for each in self.happenings
            ],
        }


def payout_key(case_id: str, attempt: int) -> str:
    """The idempotency key of a case's payout: 64 characters, the same in whatever process makes it."""
    return hashlib.sha256(json.dumps(["payout", case_id, attempt]).encode()).hexdigest()


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
