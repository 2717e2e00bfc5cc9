"""Dates that name day and month: 2026-11-20, 20/11/2026, 3 Nov, November 18 to 22."""

import calendar
import re
from datetime import date, datetime, timedelta
from typing import Callable, Iterator, List, Match, Optional, Pattern, Tuple

from rasa_ext.detail_kinds.times.atoms import Ambiguous, Day, Impossible, Instant, What
from rasa_ext.detail_kinds.times.spelling import MONTHS

MONTH = r"(?:{}|sept)\b\.?".format("|".join(f"{month[:3]}(?:{month[3:]})?" for month in MONTHS))
# "3 may" is a day, "these 3 may not work" is none.
_NOT_MODAL = r"(?:(?<!\bmay)|(?!\s+(?:not|be|have|need|also|want|get|i|we|you|it|as)\b))"
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty-first",
    "twenty-second",
    "twenty-third",
    "twenty-fourth",
    "twenty-fifth",
    "twenty-sixth",
    "twenty-seventh",
    "twenty-eighth",
    "twenty-ninth",
    "thirtieth",
    "thirty-first",
]
_NUMBER = r"(?<![\w.,:/-])(\d{1,2})(?:\s?(?:st|nd|rd|th)\b)?\.?"
_SECOND_NUMBER = r"(\d{1,2})(?:\s?(?:st|nd|rd|th)\b)?\.?"
_YEAR = r"(?:,?\s*(?:'(\d{2})|(20\d{2}))(?!\d|:))?"
_TO = r"\s*(?:-|to|until|till|til|through|thru|and|bis)\s*(?:the\s+)?"
_NOT_CLOCK = r"(?!\d|[:.]\d|\s?(?:am|pm|a\.m|p\.m|o'?clock|uhr|%|€|eur\b|times))"
# An order of months ago matters to no one; 3.6.21 is a version then and not a day.
_OLDEST_YEARS = 4

Build = Callable[[Match[str], date], Optional[What]]


def latest(month: int, day: int, today: date) -> Optional[date]:
    """The latest such day that is not after today; None where there is none (30 February)."""
    for year in range(today.year, today.year - 5, -1):
        if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1] and date(year, month, day) <= today:
            return date(year, month, day)
    return None


def _dated(year: Optional[str], month: int, day: int, today: date) -> Optional[date]:
    if year is None:
        return latest(month, day, today)
    full = int(year) + (2000 if len(year) == 2 else 0)
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(full, month)[1]:
        return None
    return date(full, month, day) if today.year - _OLDEST_YEARS <= full <= today.year + 1 else None


def _one(day: Optional[date]) -> Optional[What]:
    return Day(day, day) if day else None


def _one_or_impossible(day: Optional[date]) -> What:
    return Day(day, day) if day else Impossible()


def month_number(written: str) -> int:
    """1 to 12 for a month's name or its abbreviation."""
    return [month[:3] for month in MONTHS].index(written[:3]) + 1


def _year_first(match: Match[str], today: date) -> Optional[What]:
    return _one(_dated(match[1], int(match[2]), int(match[3]), today))


def _moment(match: Match[str], today: date) -> Optional[What]:
    offset = "+00:00" if match[3] in {"z", "utc", " utc"} else match[3]
    try:
        return Instant(datetime.fromisoformat(f"{match[1]}T{match[2]}{offset}"))
    except ValueError:
        return None


def _day_first(match: Match[str], today: date) -> Optional[What]:
    return _one(_dated(match.groupdict().get("year"), int(match[2]), int(match[1]), today))


def _slashes(match: Match[str], today: date) -> Optional[What]:
    """20/11 can only be one day, 03/04 may be two: day first in Europe, month first in America."""
    first, second, year = int(match[1]), int(match[2]), match.groupdict().get("year")
    if (first, second) == (24, 7):
        return None
    both = {_dated(year, second, first, today), _dated(year, first, second, today)} - {None}
    past = {day for day in both if day and day <= today}
    candidates = past or both
    if len(candidates) > 1:
        return Ambiguous()
    return _one(candidates.pop()) if candidates else None


def _number_month(match: Match[str], today: date) -> Optional[What]:
    return _one_or_impossible(_dated(match[3] or match[4], month_number(match[2]), int(match[1]), today))


def _month_number(match: Match[str], today: date) -> Optional[What]:
    return _one_or_impossible(_dated(match[3] or match[4], month_number(match[1]), int(match[2]), today))


def _word_month(match: Match[str], today: date) -> Optional[What]:
    return _one_or_impossible(latest(month_number(match[2]), _ordinal(match[1]), today))


def _month_word(match: Match[str], today: date) -> Optional[What]:
    return _one_or_impossible(latest(month_number(match[1]), _ordinal(match[2]), today))


def _ordinal(word: str) -> int:
    return _ORDINALS.index(word.replace(" ", "-")) + 1


def _range_before_month(match: Match[str], today: date) -> Optional[What]:
    year = match[4] or match[5]
    return _days(_dated(year, month_number(match[3]), int(match[1]), today), int(match[2]))


def _range_after_month(match: Match[str], today: date) -> Optional[What]:
    year = match[4] or match[5]
    return _days(_dated(year, month_number(match[1]), int(match[2]), today), int(match[3]))


def _days(first: Optional[date], last_number: int) -> Optional[What]:
    if first is None or not first.day <= last_number <= calendar.monthrange(first.year, first.month)[1]:
        return None
    return Day(first, first + timedelta(days=last_number - first.day))


_ORDINAL_WORD = "({})".format(
    "|".join(sorted((word.replace("-", "[ -]") for word in _ORDINALS), key=len, reverse=True))
)
_PATTERNS: List[Tuple[Pattern[str], Build]] = [
    (
        re.compile(r"(?<![\w-])(20\d{2}-\d{2}-\d{2})[t ](\d{2}:\d{2}(?::\d{2})?)(z|\s?utc|[+-]\d{2}:\d{2})(?!\w)"),
        _moment,
    ),
    (re.compile(r"(?<![\w-])(20\d{2})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d|[-/]\d)"), _year_first),
    (re.compile(r"(?<![\w/.,-])(\d{1,2})\.\s?(\d{1,2})\.\s?(?P<year>20\d{2}|\d{2})(?![\w/%]|[.,-]\d)"), _day_first),
    (re.compile(r"(?<![\w/.,-])(\d{1,2})[/-](\d{1,2})[/-](?P<year>20\d{2}|\d{2})(?![\w/]|[.,-]\d)"), _slashes),
    (re.compile(r"(?<![\w/.,:-])(\d{1,2})/(\d{1,2})(?![\w/%]|[.,-]\d|\s+(?:times|of|stars?|errors?)\b)"), _slashes),
    (re.compile(r"(?<![\w/.,-])(\d{1,2})\.(\d{1,2})\.(?!\s?\d|\w)"), _day_first),
    (re.compile(rf"{_NUMBER}{_TO}{_SECOND_NUMBER}\s*(?:of\s+)?({MONTH}){_YEAR}"), _range_before_month),
    (
        re.compile(rf"\b({MONTH})\s*(?:the\s+)?{_SECOND_NUMBER}{_TO}{_SECOND_NUMBER}{_NOT_CLOCK}{_YEAR}"),
        _range_after_month,
    ),
    (re.compile(rf"{_NUMBER}\s*(?:of\s+)?({MONTH}){_NOT_MODAL}{_YEAR}"), _number_month),
    (re.compile(rf"\b({MONTH})\s*(?:the\s+)?{_SECOND_NUMBER}{_NOT_CLOCK}{_YEAR}"), _month_number),
    (re.compile(rf"\b{_ORDINAL_WORD}\s+(?:of\s+)?({MONTH})"), _word_month),
    (re.compile(rf"\b({MONTH})\s+(?:the\s+)?{_ORDINAL_WORD}\b"), _month_word),
]


def find_dates(text: str, today: date) -> Iterator[Tuple[int, int, What]]:
    """Spans with days and months; a date without a year is the latest one that is not after today."""
    for pattern, build in _PATTERNS:
        for match in pattern.finditer(text):
            what = build(match, today)
            if what is not None:
                yield match.start(), match.end(), what
