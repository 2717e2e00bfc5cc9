"""When a customer is told something about a case without having asked, and on which ways."""

from __future__ import annotations

from enum import StrEnum

from refunds.cases.case import Case


class Occasion(StrEnum):
    """What a notice is about."""

    RECEIVED = "received"
    INFORMATION_NEEDED = "information_needed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    APPEALED = "appealed"
    PAID = "paid"
    TRACED = "traced"
    FAILED = "failed"
    STOPPED = "stopped"
    DETAILS_NEEDED = "details_needed"
    DELAYED = "delayed"
    REVERSED = "reversed"
    SLIPPING = "slipping"
    OVERDUE = "overdue"
    CLOSED_ELSEWHERE = "closed_elsewhere"


# News of the moment, mailed only to who has not read it in the chat; the others are a durable record, always mailed.
ONLY_WHEN_AWAY = frozenset({Occasion.DELAYED, Occasion.SLIPPING, Occasion.OVERDUE})
_CUSTOMER = "customer"


def told_in_chat(occasion: Occasion, case: Case) -> bool:
    """Whether the chat should tell it: not what the customer just did there, which the assistant has answered."""
    if occasion is Occasion.RECEIVED:
        return False
    if occasion in (Occasion.APPEALED, Occasion.WITHDRAWN):
        return not case.events or case.events[-1].who != _CUSTOMER
    return True
