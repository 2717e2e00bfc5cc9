"""Times of day: 14:30, 2 pm, half past seven, noon, in the evening; and the zones named beside them."""

import re
from datetime import timedelta, timezone
from typing import Callable, Iterator, List, Match, Optional, Pattern, Tuple
from zoneinfo import ZoneInfo

from rasa_ext.detail_kinds.number_words import VALUES
from rasa_ext.detail_kinds.times.atoms import Clock, PartOfDay, What, Zone
from rasa_ext.detail_kinds.times.dates import MONTH
from rasa_ext.detail_kinds.times.days import WEEKDAY

Build = Callable[[Match[str]], Optional[What]]

_HOUR_WORD = "|".join(word for word, value in VALUES.items() if 1 <= value <= 12)
_HALF = r"(a\.?\s?m\b\.?|p\.?\s?m\b\.?)"
_LEAD = r"(?<![\w:.,/#€$£-])"
_AFTER_HOUR = (
    r"(?=\s*(?:$|[.,;:!?)]|-|(?:to|till|til|until|and|in|at|on|am|pm|a\.m|p\.m|yesterday|today|tonight|last|this|utc|"
    rf"gmt|cet|cest|bst|est|my|local|or so|sharp|it|the|i|when|{MONTH}|{WEEKDAY})\b))"
)
_TO = r"\s*(?:-|to|till|til|until|and)\s*"
_ZONES = {
    "utc": timezone.utc,
    "gmt": timezone.utc,
    "cet": ZoneInfo("Europe/Berlin"),
    "cest": ZoneInfo("Europe/Berlin"),
    "bst": ZoneInfo("Europe/London"),
    "est": timezone(timedelta(hours=-5)),
    "edt": timezone(timedelta(hours=-4)),
    "pst": timezone(timedelta(hours=-8)),
    "pdt": timezone(timedelta(hours=-7)),
}
# Where a part of the day begins and ends, in hours; wide, since an incident must meet it.
_PARTS = {
    "early morning": (4, 9),
    "late morning": (10, 12),
    "morning": (6, 12),
    "lunchtime": (12, 14),
    "late afternoon": (15, 18),
    "afternoon": (12, 18),
    "evening": (18, 24),
    "night": (20, 30),
}


def _half(written: Optional[str]) -> Optional[str]:
    return f"{written[0]}m" if written else None


def clock(hour: int, minute: int = 0, half: Optional[str] = None, exact: bool = True) -> Optional[Clock]:
    """A time of day; None where there is none (25:00, 13 am)."""
    if minute > 59 or hour > 24 or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return Clock(hour % 24 * 60 + minute, half or ("24h" if hour > 12 or hour == 0 else None), exact)


def _hour(written: str) -> int:
    return int(written) if written.isdigit() else VALUES[written]


def _hour_minute(match: Match[str]) -> Optional[What]:
    return clock(int(match[1]), int(match[2]), _half(match.groupdict().get("half")))


def _hour_half(match: Match[str]) -> Optional[What]:
    return clock(_hour(match[1]), 0, _half(match[2]))


def _o_clock(match: Match[str]) -> Optional[What]:
    return clock(_hour(match[1]))


def _past_or_to(match: Match[str]) -> Optional[What]:
    minutes = {"half": 30, "quarter": 15}.get(match[1]) or _hour(match[1])
    hour = _hour(match[3])
    return clock(hour, minutes) if match[2] == "past" else clock((hour - 1) % 24, 60 - minutes)


def _bare(match: Match[str]) -> Optional[What]:
    return clock(_hour(match[1]), exact=False)


def _noon(match: Match[str]) -> What:
    return Clock(12 * 60, "24h")


def _midnight(match: Match[str]) -> What:
    return Clock(0, "24h")


def _part(match: Match[str]) -> What:
    name = re.sub(r"\s+", " ", match[1]).replace("lunch time", "lunchtime")
    start, end = _PARTS[name]
    return PartOfDay(start * 60, end * 60, name)


def _zone(match: Match[str]) -> What:
    return Zone(_ZONES[match[1]])


_PATTERNS: List[Tuple[Pattern[str], Build]] = [
    (re.compile(rf"(?<![\d:.,])(\d{{1,2}}):(\d{{2}})(?::\d{{2}})?(?:\s?(?P<half>{_HALF}))?(?![\d:])"), _hour_minute),
    (re.compile(rf"{_LEAD}(\d{{1,2}})[.h](\d{{2}})\s?(?:(?P<half>{_HALF})|h\b|uhr\b)"), _hour_minute),
    (re.compile(rf"{_LEAD}(\d{{1,2}})h(\d{{2}})\b"), _hour_minute),
    (
        re.compile(
            r"(?:(?<=\bat )|(?<=\bfrom )|(?<=\buntil )|(?<=\btill )|(?<=\bbetween )|(?<=\baround )|(?<=\bsince )|"
            r"(?<=\.\d\d and )|(?<=\.\d\d to )|(?<=\.\d\d-)|(?<=\.\d\d - ))"
            r"(\d{1,2})\.(\d{2})(?![\d.,]|\s?(?:€|\$|£|eur|usd|gbp|dollar|pound|percent|%))"
        ),
        _hour_minute,
    ),
    (re.compile(rf"(?:{_LEAD}|(?<=[ap]m-))(\d{{1,2}}|{_HOUR_WORD})\s?{_HALF}"), _hour_half),
    (re.compile(rf"{_LEAD}\b(\d{{1,2}}|{_HOUR_WORD})\s?(?:o'?\s?clock|uhr|h)\b"), _o_clock),
    (
        re.compile(
            rf"\b(half|quarter|five|ten|twenty|5|10|20)\s+(?:minutes\s+)?(past|to)\s+(\d{{1,2}}|{_HOUR_WORD})\b"
            r"(?!\s?(?:am|pm))"
        ),
        _past_or_to,
    ),
    (re.compile(r"\b(?:12\s+)?(?:noon|midday)\b"), _noon),
    (re.compile(r"\b(?:12\s+)?midnight\b"), _midnight),
    (
        re.compile(
            r"(?:(?<=\bat )|(?<=\babout )|(?<=\baround )|(?<=\bfrom )|(?<=\bbetween )|(?<=\bto )|(?<=\btill )|"
            r"(?<=\buntil )|(?<=\band )|(?<=\bsince )|(?<=\bafter )|(?<=\d-))"
            rf"(\d{{1,2}}|{_HOUR_WORD})\b{_AFTER_HOUR}"
        ),
        _bare,
    ),
    (re.compile(rf"{_LEAD}\b(\d{{1,2}}|{_HOUR_WORD})\b(?={_TO}(?:\d{{1,2}}|{_HOUR_WORD})\b)"), _bare),
    (
        re.compile(rf"{_LEAD}\b(\d{{1,2}}|{_HOUR_WORD})\b(?=\s+(?:in the (?:morning|afternoon|evening)|at night))"),
        _bare,
    ),
    (
        re.compile(
            r"(?<!good )\b((?:early |late )?(?:morning|afternoon)|lunch\s?time|evening|night)\b(?!s?\s+(?:shift|mode))"
        ),
        _part,
    ),
    (re.compile(rf"\b({'|'.join(_ZONES)})\b"), _zone),
]


def find_clocks(text: str) -> Iterator[Tuple[int, int, What]]:
    """Spans with clock times, parts of the day and zones."""
    for pattern, build in _PATTERNS:
        for match in pattern.finditer(text):
            what = build(match)
            if what is not None:
                yield match.start(), match.end(), what
