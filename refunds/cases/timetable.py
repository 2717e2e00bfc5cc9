"""When the vendor means to have verified a request and sent the money, in business days of the payment's country."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from refunds.days import BankCalendars, local_day
from refunds.policy.arrival import UNKNOWN_COUNTRY
from refunds.policy.book import PolicyBook
from refunds.policy.records import Records


@dataclass(frozen=True, slots=True)
class Timetable:
    """The vendor's own targets (P2.b, P4.a): no promise of a bank's."""

    verification_due: date
    payout_due: date


def timetable(
    now: datetime, zone: ZoneInfo, country: str | None, policy: PolicyBook, calendars: BankCalendars
) -> Timetable:
    """Both targets, counted from the day of ``now`` in ``zone``."""
    is_business_day = _business_days(country, policy, calendars)
    verified = policy.settings.verification_target.after(local_day(now, zone), is_business_day)
    return Timetable(verified, policy.settings.payout_target.after(verified, is_business_day))


def payout_day(
    now: datetime, zone: ZoneInfo, country: str | None, policy: PolicyBook, calendars: BankCalendars
) -> date:
    """The target for money that is approved at ``now``."""
    return policy.settings.payout_target.after(local_day(now, zone), _business_days(country, policy, calendars))


def payment_country(records: Records) -> str | None:
    """The country whose bank days count: the payment's, else the customer's."""
    return records.order.payment.country or records.customer.country


def _business_days(country: str | None, policy: PolicyBook, calendars: BankCalendars) -> Callable[[date], bool]:
    calendar = policy.arrival.country_calendars.get(country or "", country or UNKNOWN_COUNTRY)
    return lambda day: calendars.is_business_day(calendar, day)
