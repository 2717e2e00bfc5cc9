"""What a notice is about: a case, perhaps a payout, and every value that its words may use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from refunds.case_words import holder_words, method_words, route_words, window_days
from refunds.cases.case import Case
from refunds.cases.expected import window_of, zone_of
from refunds.cases.following import Following, whereabouts
from refunds.cases.payout import Payout
from refunds.cases.receipt import read_receipt
from refunds.days import BankCalendars, local_day
from refunds.money import Money
from refunds.policy.arrival import ArrivalWindow
from refunds.policy.book import PolicyBook
from refunds.words import Words


@dataclass(frozen=True)
class Matter:
    """One event as it is told. ``details`` are what the occasion brings; ``verify_by`` is the day promised last."""

    words: Words
    policy: PolicyBook
    calendars: BankCalendars
    case: Case
    payout: Payout | None
    details: dict[str, Any]
    verify_by: date
    now: datetime
    locale: str | None

    def say(self, name: str, **more: str) -> str:
        """A text of the catalogue, filled with the values of the case and ``more``."""
        return self.words.say(name, **(self.values | more))

    def day(self, day: date | str) -> str:
        """A day, also one in ISO form, as the customer reads it."""
        return self.words.day(date.fromisoformat(day) if isinstance(day, str) else day, self.locale)

    def money(self, amount: Money | dict[str, str]) -> str:
        """An amount, also one in JSON form, as the customer reads it."""
        return self.words.money(Money.from_json(amount) if isinstance(amount, dict) else amount, self.locale)

    @property
    def today(self) -> date:
        """The day where the customer lives."""
        return local_day(self.now, self.zone)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone in which the customer's days begin and end."""
        return zone_of(self.case, self.policy)

    @cached_property
    def window(self) -> ArrivalWindow:
        """When the money should be there."""
        return window_of(self.case, self.payout, self.policy, self.calendars, self.zone)

    @property
    def following(self) -> Following:
        """Where the money is and whose turn it is."""
        return whereabouts(self.case, self.today, self.window if self.case.payouts else None)

    @property
    def route(self) -> str:
        """The method key along which the money goes."""
        if self.payout is not None:
            return self.payout.route
        return self.case.agreed_route or self.case.payment_method

    @cached_property
    def values(self) -> dict[str, str]:
        """What words may name: only what is known stands in it."""
        amount = self.payout.amount if self.payout else self.case.amount
        known: dict[str, str | None] = {
            "case": self.case.case_id,
            "order": self.case.order_id,
            "amount": self.money(amount) if amount else None,
            "method": self._method,
            "holder": holder_words(self.words, self.route),
            "state": self.words.say(f"state_{self.case.state.value}"),
            "verify_by": self.day(self.verify_by),
            "pay_by": self.day(self.case.payout_due),
            **window_days(self.words, self.window, self.locale),
            **self._sent,
        }
        return {name: value for name, value in known.items() if value is not None}

    @property
    def _method(self) -> str:
        payment = read_receipt(self.case.receipt).records.order.payment
        if self.route == payment.method:
            return method_words(self.words, payment)
        return route_words(self.words, self.route)

    @property
    def _sent(self) -> dict[str, str | None]:
        if self.payout is None or self.payout.sent_at is None:
            return {}
        kind, value = self.payout.trace_type, self.payout.trace_value
        return {
            "sent": self.day(local_day(self.payout.sent_at, self.zone)),
            "trace": f"{kind.upper()} {value}" if kind and value else None,
            "trace_type": kind.upper() if kind else None,
            "trace_value": value,
        }
