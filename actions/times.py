"""Times in the words, as details, turned into spans."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from refunds.policy.request import NamedTime

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TWO_NUMBERS = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?:\s*[/.\-]\s*(\d{4}|\d{2}))?")


def named_time(detail: dict[str, Any], zone: ZoneInfo) -> NamedTime:
    """The span of a time detail; a day without a clock time lasts until its last second where the customer lives."""
    start = _moment(detail["from"], zone, at_end=False)
    end = _moment(detail.get("to") or detail["from"], zone, at_end=True)
    return NamedTime(start, max(start, end), ongoing=bool(detail.get("ongoing")))


def _moment(text: str, zone: ZoneInfo, *, at_end: bool) -> datetime:
    if _DAY.fullmatch(text):
        day = date.fromisoformat(text)
        return datetime.combine(day, time(23, 59, 59) if at_end else time(0), zone)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def both_readings(text: str, now: datetime) -> list[date]:
    """The days that 03/04 may mean, day first and month first, the latest ones that are not ahead of ``now``."""
    found = _TWO_NUMBERS.search(text)
    if not found:
        return []
    first, second = int(found[1]), int(found[2])
    days = [_past_day(now.date(), month, day, found[3]) for day, month in ((first, second), (second, first))]
    return list(dict.fromkeys(day for day in days if day))


def _past_day(today: date, month: int, day: int, year: str | None) -> date | None:
    try:
        if year:
            return date(int(year) % 100 + 2000, month, day)
        reading = date(today.year, month, day)
        return reading if reading <= today + timedelta(days=1) else date(today.year - 1, month, day)
    except ValueError:
        return None
