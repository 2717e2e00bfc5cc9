"""The stretch of days, and the channel, that figures are asked for: pure, read from an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

USUAL_DAYS = 30
MOST_DAYS = 366
EARLIEST = date(2000, 1, 1)
"""Nothing of ours is older, and days near the first year have no day before them."""
_LONGEST_CHANNEL = 20


@dataclass(frozen=True, slots=True)
class Period:
    """From the day ``first`` to the day ``last``, both within it, in the desk's ``zone``; ``channel`` None is all."""

    first: date
    last: date
    zone: ZoneInfo
    channel: str | None = None

    @classmethod
    def read(cls, query: Mapping[str, str], today: date, zone: ZoneInfo) -> Self:
        """The period that an address names; the last 30 days where it names none.

        People edit addresses: a day that is none counts as not given, one after today is today, and a year is the most.
        """
        last = max(min(_day(query.get("last"), today), today), EARLIEST)
        first = min(_day(query.get("first"), last - timedelta(days=USUAL_DAYS - 1)), last)
        first = max(first, last - timedelta(days=MOST_DAYS - 1))
        return cls(first, last, zone, query.get("channel", "").strip()[:_LONGEST_CHANNEL] or None)

    @property
    def since(self) -> datetime:
        """The first moment within it."""
        return datetime.combine(self.first, time(), self.zone)

    @property
    def until(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone)

    @property
    def days(self) -> list[date]:
        """Its days in order."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    @property
    def query(self) -> dict[str, str]:
        """The period as an address names it."""
        named = {"first": self.first.isoformat(), "last": self.last.isoformat()}
        return named | ({"channel": self.channel} if self.channel else {})


def _day(text: str | None, otherwise: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return otherwise
