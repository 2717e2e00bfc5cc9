"""What a case is and what happened to it, as frozen records."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from refunds.cases.lifecycle import CaseState
from refunds.cases.payout import Payout
from refunds.money import Money
from refunds.policy.decision import Outcome


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """Something that happened to a case. ``what`` is ``filed`` or one of the lifecycle's events."""

    at: datetime
    who: str
    what: str
    state_before: CaseState | None
    state_after: CaseState
    why: str
    policy_version: str
    decision: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """The event as the command line prints it."""
        return {**asdict(self), "at": self.at.isoformat()}


@dataclass(frozen=True, slots=True)
class Case:
    """A filed refund request. ``amount`` is what the customer was shown, None where a person must say how much.

    ``version`` rises with each change. ``verification_due`` and ``payout_due`` are the vendor's own targets,
    ``statutory_due`` is the last day on which a law wants the money sent, where one does. ``first_approver`` approved
    an amount that needs two. ``agreed_route`` is the method key that was agreed where the original one is closed.
    """

    case_id: str
    order_id: str
    customer_id: str
    payment_id: str
    payment_method: str
    state: CaseState
    outcome: Outcome
    clauses: tuple[str, ...]
    amount: Money | None
    currency: str
    words: str
    evidence: tuple[str, ...]
    policy_version: str
    receipt: dict[str, Any]
    receipt_hash: str
    channel: str
    conversation_id: str | None
    filing_key: str
    verification_due: date
    payout_due: date
    filed_at: datetime
    updated_at: datetime
    version: int = 1
    statutory_due: date | None = None
    first_approver: str | None = None
    agreed_route: str | None = None
    events: tuple[CaseEvent, ...] = ()
    payouts: tuple[Payout, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The case as the command line prints it; amounts are strings, clauses strongest first."""
        return {
            "case_id": self.case_id,
            "order_id": self.order_id,
            "state": self.state.value,
            "outcome": self.outcome.value,
            "clauses": list(self.clauses),
            "amount": None if self.amount is None else str(self.amount.value),
            "currency": self.currency,
            "payment_method": self.payment_method,
            "channel": self.channel,
            "conversation_id": self.conversation_id,
            "filed_at": self.filed_at.isoformat(),
            "words": self.words,
            "evidence": list(self.evidence),
            "policy_version": self.policy_version,
            "verification_due": self.verification_due.isoformat(),
            "payout_due": self.payout_due.isoformat(),
            "statutory_due": self.statutory_due.isoformat() if self.statutory_due else None,
            "version": self.version,
            "receipt_hash": self.receipt_hash,
            "events": [event.as_json() for event in self.events],
            "payouts": [payout.as_json() for payout in self.payouts],
        }
