"""When the vendor means to have verified a request and sent the money, in business days of the payment's country."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from refunds.days import BankCalendars, local_day
from refunds.policy.arrival import UNKNOWN_COUNTRY
from refunds.policy.book import PolicyBook


@dataclass(frozen=True, slots=True)
class Timetable:
    """The vendor's own targets (P2.b, P4.a): no promise of a bank's."""

    verification_due: date
    payout_due: date


def timetable(
    now: datetime, zone: ZoneInfo, country: str | None, policy: PolicyBook, calendars: BankCalendars
) -> Timetable:
    """Both targets, counted from the day of ``now`` in ``zone``."""
    calendar = policy.arrival.country_calendars.get(country or "", country or UNKNOWN_COUNTRY)

    def is_business_day(day: date) -> bool:
        return calendars.is_business_day(calendar, day)

    verified = policy.settings.verification_target.after(local_day(now, zone), is_business_day)
    return Timetable(verified, policy.settings.payout_target.after(verified, is_business_day))
