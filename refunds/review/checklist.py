"""What a customer may be asked for to verify a claim (P5.a): each item names its words, ``information_<item>``."""

from __future__ import annotations

from enum import StrEnum

from refunds.policy.records import Customer
from refunds.policy.request import Claim, RefundRequest


class Item(StrEnum):
    """Something that our own systems cannot tell. Never a full card number, a CVV or a password."""

    INCIDENT_TIME = "incident_time"
    AFFECTED_RESOURCES = "affected_resources"
    ERROR_MESSAGES = "error_messages"
    TICKET_NUMBER = "ticket_number"
    TRANSACTIONS = "transactions"
    STATEMENT = "statement"
    RESIDENCE = "residence"
    USAGE = "usage"
    REQUEST_REASON = "request_reason"


_BY_CLAIM = {
    Claim.FAILURE: (Item.INCIDENT_TIME, Item.AFFECTED_RESOURCES, Item.ERROR_MESSAGES),
    Claim.WRONG_CHARGE: (Item.TRANSACTIONS, Item.STATEMENT),
    Claim.WITHDRAWAL: (Item.RESIDENCE, Item.USAGE),
    Claim.EARLY_END: (Item.REQUEST_REASON, Item.USAGE),
}
_WITHOUT_CLAIM = (Item.REQUEST_REASON, Item.INCIDENT_TIME)


def fitting_items(request: RefundRequest, customer: Customer) -> tuple[Item, ...]:
    """The items that fit what is claimed, the weightiest claim's, without what is known already."""
    items = next((items for claim, items in _BY_CLAIM.items() if claim in request.claims), _WITHOUT_CLAIM)
    known = set()
    if request.time is not None:
        known.add(Item.INCIDENT_TIME)
    if customer.kind and customer.country:
        known.add(Item.RESIDENCE)
    return tuple(item for item in items if item not in known) or (Item.REQUEST_REASON,)
