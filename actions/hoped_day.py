"""The day by which a customer hopes to have the money: "before Christmas", "by Friday", "this week"."""

from __future__ import annotations

import re
from datetime import date, timedelta

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FEASTS = {"christmas eve": (12, 24), "christmas": (12, 25), "xmas": (12, 25), "new year": (1, 1)}
_LEAD = r"\b(?P<lead>before|by|until|till)\s+(?:the\s+|next\s+|this\s+)*"
_FEAST = re.compile(rf"(?:{_LEAD})?\b(?<!chinese )(?<!lunar )(?P<feast>{'|'.join(_FEASTS)})", re.I)
_WEEKDAY = re.compile(rf"{_LEAD}(?P<day>{'|'.join(_WEEKDAYS)}|weekend)\b", re.I)
_DATE = re.compile(
    rf"{_LEAD}(?P<day>[1-9]|[12]\d|3[01])(?:st|nd|rd|th|\.)?(?:\s+(?:of\s+)?(?P<month>{'|'.join(_MONTHS)})[a-z]*)?\b"
    r"(?!\s*(?:business|working|days?|weeks?|hours?|[-:]))",
    re.I,
)
_SOON = re.compile(
    r"\b(?:get|have|there|arrives?|comes?|see|lands?|receive|reach)\s+(?:(?:it|the|my|me|us|money|refund|back)\s+)*"
    r"(?P<soon>today|tonight|tomorrow|this week|next week)\b",
    re.I,
)
_END = re.compile(
    r"\b(?:before|by|until|till|at)\s+(?:the\s+)?end of (?:the |this )?(?P<period>week|month|year)\b", re.I
)


def hoped_day(text: str, today: date) -> date | None:
    """The last day that would still do; None where the question names none."""
    found = (find(text, today) for find in (_by_feast, _by_weekday, _by_date, _by_end, _soon))
    return next((day for day in found if day), None)


def _by_feast(text: str, today: date) -> date | None:
    match = _FEAST.search(text)
    return _last(match, _next_of(*_FEASTS[match["feast"].lower()], today)) if match else None


def _by_weekday(text: str, today: date) -> date | None:
    match = _WEEKDAY.search(text)
    if not match:
        return None
    number = _WEEKDAYS.index(match["day"].lower().replace("weekend", "saturday"))
    return _last(match, today + timedelta(days=(number - today.weekday() - 1) % 7 + 1))


def _by_date(text: str, today: date) -> date | None:
    match = _DATE.search(text)
    if not match:
        return None
    months = [_MONTHS.index(match["month"].lower()) + 1] if match["month"] else [today.month, today.month % 12 + 1]
    days = [day for month in months if (day := _next_of(month, int(match["day"]), today))]
    return _last(match, min(days, default=None))


def _by_end(text: str, today: date) -> date | None:
    match = _END.search(text)
    if not match:
        return None
    if match["period"].lower() == "week":
        return _sunday(today)
    month = 12 if match["period"].lower() == "year" else today.month
    return (date(today.year, month, 1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _soon(text: str, today: date) -> date | None:
    match = _SOON.search(text)
    if not match:
        return None
    said = match["soon"].lower()
    if said.endswith("week"):
        return _sunday(today) + timedelta(days=7 if said.startswith("next") else 0)
    return today + timedelta(days=said == "tomorrow")


def _sunday(today: date) -> date:
    return today + timedelta(days=6 - today.weekday())


def _next_of(month: int, day: int, today: date) -> date | None:
    """The next such day from today on; None where the month has no such day."""
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None


def _last(match: re.Match[str], day: date | None) -> date | None:
    """The day itself, or the one before it for "before"."""
    return day - timedelta(days=(match["lead"] or "").lower() == "before") if day else None
