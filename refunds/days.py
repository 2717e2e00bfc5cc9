"""Days of two kinds that must never be mixed: legal deadlines run in calendar days, bank times in business days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, order=True)
class CalendarDays:
    """A number of days of the calendar, weekends and holidays included."""

    count: int

    def after(self, day: date) -> date:
        """The day that lies this many days after ``day`` (day 0)."""
        return day + timedelta(days=self.count)


@dataclass(frozen=True, slots=True, order=True)
class BusinessDays:
    """A number of days on which banks work, by a calendar that the caller brings."""

    count: int

    def after(self, day: date, is_business_day: Callable[[date], bool]) -> date:
        """The business day this many after ``day``; with 0, ``day`` itself or the next business day."""
        current = day
        while not is_business_day(current):
            current += timedelta(days=1)
        # A start on a day off counts from the next business day, as banks book it.
        for _ in range(self.count):
            current += timedelta(days=1)
            while not is_business_day(current):
                current += timedelta(days=1)
        return current


class BankCalendars(Protocol):
    """Which days banks work, by calendar name: XECB, XFED, or a country code such as GB."""

    def is_business_day(self, calendar: str, day: date) -> bool:
        """Whether banks of ``calendar`` work on ``day``."""

    def is_published(self, calendar: str, day: date) -> bool:
        """Whether the holidays of that year are officially known; if not, an estimate is provisional."""


def aware(moment: datetime) -> datetime:
    """``moment`` in UTC; raises ``ValueError`` for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone says nothing; give one")
    return moment.astimezone(UTC)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar day of ``moment`` where the customer lives."""
    return aware(moment).astimezone(zone).date()
