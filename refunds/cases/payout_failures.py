"""What follows from billing's reason for a payout that failed or was cancelled: pure, one table."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class NextRoute(StrEnum):
    """The next best way to get the money to the customer."""

    AGAIN = "again"  # the same route, by itself, a little later
    OTHER_ROUTE = "other_route"  # another route, agreed with the customer
    PERSON = "person"  # somebody must look first


# Reasons as billing systems name them: refund facts, section 2 (Stripe's seven, PayPal's, WeChat's), and our own.
_NEXT: dict[str, NextRoute] = {
    "expired_or_canceled_card": NextRoute.OTHER_ROUTE,
    "lost_or_stolen_card": NextRoute.OTHER_ROUTE,
    "declined": NextRoute.OTHER_ROUTE,
    "account_closed": NextRoute.OTHER_ROUTE,
    "refund_time_limit_exceeded": NextRoute.OTHER_ROUTE,
    "customer_details_missing": NextRoute.OTHER_ROUTE,
    "insufficient_funds": NextRoute.AGAIN,
    "frequency_limited": NextRoute.AGAIN,
    "charge_for_pending_refund_disputed": NextRoute.PERSON,
    "disputed": NextRoute.PERSON,
    "refunded_elsewhere": NextRoute.PERSON,
    "merchant_request": NextRoute.PERSON,
}
TRIES_ALONG_A_ROUTE = 3
PAUSE_BEFORE_AGAIN = timedelta(hours=4)
# Agreed with the customer where the original route is closed: our own ledger, or a transfer for which billing asks them
# for their bank details by itself, so that these never pass the chat.
OTHER_ROUTES = ("account_credit", "bank_transfer")


def next_route(reason: str | None, failed_along_it: int) -> NextRoute:
    """What to do after ``failed_along_it`` payouts of a case along one route failed, the last one for ``reason``."""
    following = _NEXT.get(reason or "", NextRoute.PERSON)
    if following is NextRoute.AGAIN and failed_along_it >= TRIES_ALONG_A_ROUTE:
        return NextRoute.PERSON
    return following


def known_reasons() -> frozenset[str]:
    """Every reason that has a row, so that each has its words too."""
    return frozenset(_NEXT)
