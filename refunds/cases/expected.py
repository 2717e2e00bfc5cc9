"""When the money of a case should arrive, and in whose days: from the case's own receipt and its payout."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from refunds.cases.case import Case
from refunds.cases.payout import Payout
from refunds.cases.receipt import read_receipt
from refunds.days import BankCalendars
from refunds.policy.arrival import ArrivalWindow, arrival
from refunds.policy.book import PolicyBook
from refunds.policy.zones import customer_zone


def zone_of(case: Case, policy: PolicyBook) -> ZoneInfo:
    """The zone whose days count for the customer of ``case``."""
    request, records, _, _ = read_receipt(case.receipt)
    return customer_zone(request.zone, records.customer.country, policy.zones)


def window_of(
    case: Case, payout: Payout | None, policy: PolicyBook, calendars: BankCalendars, zone: ZoneInfo
) -> ArrivalWindow:
    """When the money should arrive: counted from when ``payout`` was sent, before that from the day promised."""
    records = read_receipt(case.receipt).records
    payment = records.order.payment
    country = payment.country or records.customer.country
    sent = (payout and payout.sent_at) or datetime.combine(case.payout_due, time(12), zone)
    if payout is None or payout.original_route:
        return arrival(payment.method, payment.funding, country, sent, policy, calendars, zone)
    return arrival(payout.route, None, country, sent, policy, calendars, zone)
