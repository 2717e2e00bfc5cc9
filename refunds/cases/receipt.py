"""A decision receipt: what was decided and why, in words, with all that is needed to decide it again."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any, NamedTuple

from refunds.cases.plain import dump, load
from refunds.days import aware
from refunds.policy.decision import Decision, Reason
from refunds.policy.records import Records
from refunds.policy.request import RefundRequest

FORM = 1  # rises when a receipt's shape changes


class Decided(NamedTuple):
    """What a receipt was made from."""

    request: RefundRequest
    records: Records
    decision: Decision
    decided_at: datetime


def make_receipt(request: RefundRequest, records: Records, decision: Decision, now: datetime) -> dict[str, Any]:
    """A receipt in JSON values; ``why`` holds each rule tried with its facts in words.

    Raises ``ValueError`` for a ``now`` without a zone.
    """
    return {
        "form": FORM,
        "decided_at": aware(now).isoformat(),
        "policy_version": decision.policy_version,
        "outcome": decision.outcome.value,
        "clauses": list(decision.clauses),
        "why": [_why(reason) for reason in decision.reasons],
        "request": dump(request),
        "records": dump(records),
        "decision": dump(decision),
    }


def read_receipt(receipt: dict[str, Any]) -> Decided:
    """All that ``receipt`` was made from."""
    return Decided(
        request=load(RefundRequest, receipt["request"]),
        records=load(Records, receipt["records"]),
        decision=load(Decision, receipt["decision"]),
        decided_at=datetime.fromisoformat(receipt["decided_at"]),
    )


def receipt_hash(receipt: dict[str, Any]) -> str:
    """SHA-256 (hex) over the whole receipt in canonical JSON: a change of anything in it shows."""
    return _sha256(receipt)


def told_hash(receipt: dict[str, Any]) -> str:
    """SHA-256 (hex) over what makes two receipts the same answer: all but the moment and facts that name it."""
    decision = {name: part for name, part in receipt["decision"].items() if name != "reasons"}
    same = {name: receipt[name] for name in ("policy_version", "clauses", "request", "records")}
    return _sha256({**same, "decision": decision})


def _why(reason: Reason) -> dict[str, Any]:
    return {
        "clause": reason.clause,
        "rule": reason.rule,
        "outcome": reason.outcome.value,
        "facts": [fact.words for fact in reason.facts],
    }


def _sha256(content: dict[str, Any]) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
