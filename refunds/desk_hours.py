"""When people answer: opening hours by weekday, in the desk's own zone, closed on its country's public holidays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from refunds.errors import SettingsError

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY = "|".join(_DAYS)
_PART = re.compile(rf"({_DAY})(?:-({_DAY}))? (\d\d):(\d\d)-(\d\d):(\d\d)")
_LOOKED_AHEAD = 60  # days: more than any row of holidays


class Holidays(Protocol):
    """Which days are public holidays."""

    def is_public_holiday(self, country: str, day: date) -> bool:
        """Whether ``day`` is a public holiday of ``country`` (two letters)."""


@dataclass(frozen=True, slots=True)
class Shift:
    """The hours of one weekday (0 is Monday), or a part of them; ``closes`` at 24:00 is midnight."""

    weekday: int
    opens: timedelta
    closes: timedelta


@dataclass(frozen=True, slots=True)
class OpenSpan:
    """A stretch of time in which people answer."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class DeskHours:
    """The desk's week, as read from the settings."""

    shifts: tuple[Shift, ...]
    zone: ZoneInfo
    country: str

    def spans_from(self, moment: datetime, holidays: Holidays) -> tuple[OpenSpan, OpenSpan]:
        """The span that holds ``moment``, or else the next one, and the one after it."""
        first, second = islice((span for span in self._spans(moment, holidays) if span.closes > moment), 2)
        return first, second

    def is_open(self, moment: datetime, holidays: Holidays) -> bool:
        """Whether people answer at ``moment``."""
        return self.spans_from(moment, holidays)[0].opens <= moment

    def open_between(self, start: datetime, end: datetime, holidays: Holidays) -> timedelta:
        """How much of the time from ``start`` to ``end`` people answered."""
        spans = takewhile(lambda span: span.opens < end, self._spans(start, holidays))
        # In UTC: the difference of two local times is one of wall clocks.
        parts = (min(s.closes, end).astimezone(UTC) - max(s.opens, start).astimezone(UTC) for s in spans)
        return sum((part for part in parts if part > timedelta()), timedelta())

    def _spans(self, moment: datetime, holidays: Holidays) -> Iterator[OpenSpan]:
        today = moment.astimezone(self.zone).date()
        for day in (today + timedelta(days=ahead) for ahead in range(_LOOKED_AHEAD)):
            if not holidays.is_public_holiday(self.country, day):
                midnight = datetime.combine(day, time(), self.zone)
                yield from (
                    # Wall clock time: adding to a local datetime keeps 09:00 at 09:00 when clocks change.
                    OpenSpan(midnight + shift.opens, midnight + shift.closes)
                    for shift in self.shifts
                    if shift.weekday == day.weekday()
                )


def read_desk_hours(hours: str, zone: str, country: str) -> DeskHours:
    """The desk's hours from settings such as ``Mon-Fri 09:00-18:00, Sat 10:00-14:00``.

    Raises ``SettingsError`` for hours, a zone or a country that cannot be read.
    """
    shifts = [shift for part in hours.split(",") for shift in _shifts(part.strip(), hours)]
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise SettingsError(f"REFUNDS_DESK_COUNTRY is {country!r}; it must be a country's two letters such as DE")
    try:
        desk_zone = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingsError(f"REFUNDS_DESK_ZONE is {zone!r}; it must be a zone such as Europe/Berlin") from error
    return DeskHours(tuple(sorted(shifts, key=lambda shift: (shift.weekday, shift.opens))), desk_zone, country)


def _shifts(part: str, hours: str) -> list[Shift]:
    found = _PART.fullmatch(part)
    if found is None:
        raise SettingsError(f"REFUNDS_DESK_HOURS is {hours!r}; it must be hours such as Mon-Fri 09:00-18:00")
    first, last = _DAYS.index(found[1]), _DAYS.index(found[2] or found[1])
    opens = timedelta(hours=int(found[3]), minutes=int(found[4]))
    closes = timedelta(hours=int(found[5]), minutes=int(found[6]))
    if not (first <= last and opens < closes <= timedelta(days=1)):
        raise SettingsError(f"REFUNDS_DESK_HOURS is {hours!r}; its days and times must go forward")
    return [Shift(weekday, opens, closes) for weekday in range(first, last + 1)]
