"""When a customer is told something about a case without having asked, and on which ways."""

from __future__ import annotations

from enum import StrEnum

from refunds.cases.case import Case
from refunds.cases.notice_wishes import Way


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
# What decides a case, wants something of the customer or tells where their money is: the law or the case needs it.
NEEDED = frozenset(
    {
        Occasion.RECEIVED,
        Occasion.INFORMATION_NEEDED,
        Occasion.APPROVED,
        Occasion.REJECTED,
        Occasion.PAID,
        Occasion.FAILED,
        Occasion.STOPPED,
        Occasion.DETAILS_NEEDED,
        Occasion.REVERSED,
        Occasion.CLOSED_ELSEWHERE,
    }
)
_CUSTOMER = "customer"


def told_in_chat(occasion: Occasion, case: Case) -> bool:
    """Whether the chat should tell it: not what the customer just did there, which the assistant has answered."""
    if occasion is Occasion.RECEIVED:
        return False
    if occasion in (Occasion.APPEALED, Occasion.WITHDRAWN):
        return not case.events or case.events[-1].who != _CUSTOMER
    return True


def is_wanted(occasion: Occasion, way: Way) -> bool:
    """Whether a customer who chose that way wants to hear of it at all."""
    return way is not Way.NEEDED or occasion in NEEDED


def is_urgent(occasion: Occasion, case: Case) -> bool:
    """Whether it is told in quiet hours too: it confirms what the customer did a moment ago, or the provider waits."""
    return occasion is Occasion.DETAILS_NEEDED or not told_in_chat(occasion, case)


def is_enough_if_read(occasion: Occasion, way: Way) -> bool:
    """Whether no mail is needed of what was read in the chat; it waits until that is known."""
    return way in (Way.AWAY, Way.CHAT) or (way is not Way.ALWAYS and occasion in ONLY_WHEN_AWAY)
