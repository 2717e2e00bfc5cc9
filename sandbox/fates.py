"""What becomes of a refund made here, moment by moment. Pure: ledger row and time come in as arguments."""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.ledger import RefundOrder

# A transfer whose account nobody names goes back to the vendor: refund facts, section 1, `us_wire`.
DETAILS_WANTED_FOR = timedelta(days=45)
_ENDS = {"fail": "failed", "cancel": "cancelled"}
GONE = frozenset({"failed", "cancelled", "canceled", "reversed"})


def standing(made: RefundOrder, now: datetime) -> tuple[str, str | None]:
    """Status and reason at ``now``.

    A fate is ``succeed`` or one of these with its reason: ``fail``, ``cancel`` (both when due), ``pending`` (for ever),
    ``reverse`` (succeeds when due, comes back as long after) and ``requires_action`` (until details are given).
    """
    fate, _, reason = made.fate.partition(":")
    if fate == "requires_action":
        return _wanting_details(made, reason, now)
    if fate == "pending":
        return "pending", reason
    if now < made.due_at:
        return "pending", "processing"
    if fate in _ENDS:
        return _ENDS[fate], reason
    if fate == "reverse" and now >= made.due_at + _delay(made):
        return "reversed", reason
    return "succeeded", None


def is_final(made: RefundOrder, now: datetime) -> bool:
    """Whether nothing will change any more."""
    status, _ = standing(made, now)
    return status in GONE or (status == "succeeded" and not made.fate.startswith("reverse:"))


def _wanting_details(made: RefundOrder, reason: str, now: datetime) -> tuple[str, str | None]:
    given = made.details_at
    if given is not None and given <= now:
        return ("pending", "processing") if now < given + _delay(made) else ("succeeded", None)
    if now >= made.created_at + DETAILS_WANTED_FOR:
        return "cancelled", "customer_details_missing"
    return "requires_action", reason


def _delay(made: RefundOrder) -> timedelta:
    return made.due_at - made.created_at
