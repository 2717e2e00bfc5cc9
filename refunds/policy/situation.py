"""One request with all that its decision may look at, and the days that the clauses count in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from refunds.days import local_day
from refunds.policy.book import PolicyBook
from refunds.policy.records import Customer, Order, Records
from refunds.policy.request import Claim, RefundRequest
from refunds.policy.zones import customer_zone


@dataclass(frozen=True, slots=True)
class Situation:
    """A request, the records it is about, the policy in force and the moment of deciding (aware)."""

    request: RefundRequest
    records: Records
    policy: PolicyBook
    now: datetime

    @property
    def order(self) -> Order:
        """The order that the request is about."""
        return self.records.order

    @property
    def customer(self) -> Customer:
        """Whose order it is."""
        return self.records.customer

    @property
    def zone(self) -> ZoneInfo:
        """Where the customer's days begin and end."""
        return customer_zone(self.request.zone, self.customer.country, self.policy.zones)

    @property
    def today(self) -> date:
        """The customer's day of deciding."""
        return self.day(self.now)

    @property
    def purchase_day(self) -> date:
        """The customer's day of purchase: day 0 of the windows that start with it."""
        return self.day(self.order.purchased_at)

    @property
    def stated_at(self) -> datetime:
        """When the customer asked: by the stamp of a withdrawal statement about this order, else now."""
        stamp = self.request.withdrawn_at
        return stamp if stamp and self.order.purchased_at <= stamp <= self.now else self.now

    def day(self, moment: datetime) -> date:
        """The calendar day of ``moment`` where the customer lives."""
        return local_day(moment, self.zone)

    def claims(self, claim: Claim) -> bool:
        """Whether the customer claims it."""
        return claim in self.request.claims
