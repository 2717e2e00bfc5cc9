"""The digest of what a customer was shown: only that may be filed."""

from __future__ import annotations

import hashlib
import json

from refunds.cases.plain import dump
from refunds.policy.decision import Decision


def confirmation_digest(order_id: str, decision: Decision) -> str:
    """SHA-256 (hex) over order, outcome, clauses, amount and whether the contract ends with it."""
    shown = {
        "order": order_id,
        "outcome": decision.outcome.value,
        "clauses": list(decision.clauses),
        "amount": None if decision.amount is None else dump(decision.amount.total),
        "ends_contract": decision.ends_contract,
    }
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()
