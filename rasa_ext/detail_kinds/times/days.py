"""Days named from today: yesterday, last Tuesday, three days ago, last week, the 14th, in October."""

import calendar
import re
from datetime import date, datetime, timedelta
from typing import Callable, Iterator, List, Match, Optional, Pattern, Tuple

from rasa_ext.detail_kinds.number_words import VALUES
from rasa_ext.detail_kinds.times.atoms import Day, Instant, What
from rasa_ext.detail_kinds.times.dates import MONTH, latest, month_number
from rasa_ext.detail_kinds.times.spelling import MONTHS, WEEKDAYS

Build = Callable[[Match[str], datetime], Optional[What]]

WEEKDAY = (
    r"(mon|tue|wed|thu|fri|sat|sun)(?:(?<=mon)days?|(?<=tue)s?(?:days?)?|(?<=wed)nesdays?|(?<=thu)r?s?(?:days?)?"
    r"|(?<=fri)days?|(?<=sat)urdays?|(?<=sun)days?)"
)
# "sat", "sun" and "wed" are words too: the short forms count after a word that leads to a day.
_SHORT_WEEKDAY = (
    r"(?:(?<=\blast )|(?<=\bon )|(?<=\bsince )|(?<=\bfrom )|(?<=\buntil )|(?<=\btill )|(?<=\bto )|(?<=\bthis ))"
    r"(mon|wed|fri|sat|sun)\b"
)
_COUNT = r"(\d{1,3}|an?|half an|" + "|".join(VALUES) + r"|a couple(?: of)?|couple(?: of)?|a few|few|several)"
_ABOUT = r"(?:(?:about|around|almost|nearly|over|roughly|like|some|the)\s+|more than\s+)?"
_LONG_UNIT = r"(?:whole\s+|full\s+|long\s+)?(?P<unit>day|week)s?\b(?!\s+(?:ago|later|after|before|from now)\b|-)"
_SHORT = "(mon|tue|wed|thu|fri|sat|sun)"
_UNIT = r"(minute|min|hour|hr|day|week|month|year)s?"
_VAGUE_COUNTS = {"a": 1, "an": 1, "a couple": 2, "a couple of": 2, "couple": 2, "couple of": 2, "half an": 0.5}
_A_FEW = 3
_EDGE = {"early": (1, 10), "beginning": (1, 10), "start": (1, 10), "mid": (11, 20), "middle": (11, 20)}
_END = (21, 31)


def _day(offset: int) -> Build:
    def build(match: Match[str], now: datetime) -> What:
        day = now.date() + timedelta(days=offset)
        return Day(day, day)

    return build


def weekday_before(day: date, weekday: int) -> date:
    """The latest such weekday before the day; on a Tuesday, "Tuesday" is a week ago."""
    return day - timedelta(days=(day.weekday() - weekday - 1) % 7 + 1)


def _number_of(short: str) -> int:
    return [weekday[:3] for weekday in WEEKDAYS].index(short)


def _weekday(match: Match[str], now: datetime) -> What:
    day = weekday_before(now.date(), _number_of(match[1]))
    return Day(day, day, "weekday")


def _weekday_before_last(match: Match[str], now: datetime) -> What:
    day = weekday_before(now.date(), _number_of(match[1])) - timedelta(days=7)
    return Day(day, day)


def _weekdays_ago(match: Match[str], now: datetime) -> Optional[What]:
    count = _count(match["count"])
    if count is None or count < 1:
        return None
    day = weekday_before(now.date(), _number_of(match["weekday"])) - timedelta(weeks=int(count) - 1)
    return Day(day, day)


def _weekday_range(match: Match[str], now: datetime) -> What:
    first = weekday_before(now.date(), _number_of(match[1]))
    last = first + timedelta(days=(_number_of(match[2]) - first.weekday()) % 7)
    back = timedelta(days=7 if last > now.date() else 0)
    return Day(first - back, last - back, "span")


def _weekday_of_last_week(match: Match[str], now: datetime) -> What:
    monday = now.date() - timedelta(days=now.weekday() + 7)
    day = monday + timedelta(days=_number_of(match["day"] or match["day2"]))
    return Day(day, day)


def _week(match: Match[str], now: datetime) -> What:
    monday = now.date() - timedelta(days=now.weekday())
    if match[1] == "this":
        return Day(monday, now.date(), "span")
    if match[1] in {"past", "all", "whole", "entire"} or match.group().startswith("for"):
        return Day(now.date() - timedelta(days=7), now.date(), "span")
    weeks = 2 if "before" in match.group() else 1
    first = monday - timedelta(weeks=weeks)
    return Day(first, first + timedelta(days=6), "span")


def _weekend(match: Match[str], now: datetime) -> What:
    saturday = weekday_before(now.date(), 5)
    # On a Sunday the weekend is not over, and "last weekend" is the one before.
    if now.weekday() == 6 and match[1] == "last":
        saturday -= timedelta(days=7)
    return Day(saturday, min(saturday + timedelta(days=1), now.date()))


def _month_days(first: date, edge: Optional[str], today: date) -> What:
    length = calendar.monthrange(first.year, first.month)[1]
    start, end = _EDGE.get(edge, _END) if edge else (1, 31)
    last = min(first.replace(day=min(end, length)), today)
    return Day(min(first.replace(day=start), last), last, "span")


def _relative_month(match: Match[str], now: datetime) -> What:
    first = now.date().replace(day=1)
    if match["which"] == "last":
        first = (first - timedelta(days=1)).replace(day=1)
    return _month_days(first, match["edge"], now.date())


def _named_month(match: Match[str], now: datetime) -> Optional[What]:
    first = latest(month_number(match["month"]), 1, now.date())
    if match["year"] and first:
        first = first.replace(year=int(match["year"]))
    edge = match.groupdict().get("edge")
    return _month_days(first, edge, now.date()) if first and first <= now.date() else None


def _year(match: Match[str], now: datetime) -> What:
    year = now.year - (1 if match[1] == "last" else 0)
    return Day(date(year, 1, 1), min(date(year, 12, 31), now.date()), "span")


def _count(written: str) -> Optional[float]:
    if written.isdigit():
        return float(written)
    return _VAGUE_COUNTS.get(written, VALUES.get(written))


def _back(now: datetime, count: float, unit: str) -> datetime:
    if unit in {"month", "year"}:
        months = now.year * 12 + now.month - 1 - int(count * (12 if unit == "year" else 1))
        year, month = divmod(months, 12)
        return now.replace(year=year, month=month + 1, day=min(now.day, calendar.monthrange(year, month + 1)[1]))
    minutes = {"minute": 1, "min": 1, "hour": 60, "hr": 60, "day": 1440, "week": 10080}[unit]
    return now - timedelta(minutes=count * minutes)


_SLACK_DAYS = {"day": 1, "week": 2, "month": 7, "year": 30}


def _ago(match: Match[str], now: datetime) -> What:
    count, unit = _count(match["count"]), match["unit"]
    vague = bool(match["about"]) or count is None or unit in {"month", "year"}
    moment = _back(now, _A_FEW if count is None else count + (0.5 if match["half"] else 0), unit)
    if unit in {"minute", "min", "hour", "hr"}:
        return Instant(moment)
    slack = timedelta(days=_SLACK_DAYS[unit] if vague else 0)
    return Day(moment.date() - slack, min(moment.date() + slack, now.date()))


def _past_stretch(match: Match[str], now: datetime) -> What:
    count = _count(match["count"]) if match["count"] else 1
    moment = _back(now, _A_FEW if count is None else count, match["unit"])
    if match["unit"] in {"minute", "min", "hour", "hr"}:
        return Instant(moment, now)
    return Day(moment.date(), now.date(), "span")


def _duration(match: Match[str], now: datetime) -> Optional[What]:
    if _BOUGHT_FOR.search(match.string, 0, match.start()):
        return None
    count = _count(match["count"])
    moment = _back(now, _A_FEW if count is None else count, match["unit"])
    return Day(moment.date(), now.date(), "duration")


def _ordinal(match: Match[str], now: datetime) -> Optional[What]:
    number, today = int(match[1]), now.date()
    if not 1 <= number <= 31:
        return None
    month = today.replace(day=1)
    while number > calendar.monthrange(month.year, month.month)[1] or month.replace(day=number) > today:
        month = (month - timedelta(days=1)).replace(day=1)
    return Day(month.replace(day=number), month.replace(day=number), "ordinal")


def _other_day(match: Match[str], now: datetime) -> What:
    return Day(now.date() - timedelta(days=6), now.date() - timedelta(days=1), "span")


def _black_friday(match: Match[str], now: datetime) -> What:
    for year in (now.year, now.year - 1):
        fourth_thursday = date(year, 11, 1) + timedelta(days=(3 - date(year, 11, 1).weekday()) % 7 + 21)
        if fourth_thursday + timedelta(days=1) <= now.date():
            break
    friday = fourth_thursday + timedelta(days=1)
    return Day(friday, friday)


# "I paid for two weeks" says how much was bought and not when something failed.
_BOUGHT_FOR = re.compile(
    r"\b(?:pa(?:y|id|yed)|charged|billed|bought|buy|ordered|order|booked|rented|subscribed|plan|contract)\s+(?:\w+\s+){0,2}$"
)
_LONG_MONTH = "|".join(month for month in MONTHS if month not in {"may", "march"})
_EDGE_WORDS = r"(?:(?:the\s+)?(?P<edge>early|beginning|start|mid|middle|late|end)(?:\s+of|\s+in)?[\s-]+)?"
_MAY_FOLLOW = (
    r"(?=\s*(?:$|[.,;:!?)]|-|(?:of|at|and|to|until|till|from|in|around|about|between|it|i|we|my|the|was|this|last|"
    r"when|for|on|or|but|so|since|then|everything|nothing|please|thanks|right|early|late|already|because|with|after|before|by|there|they|you|he|she|our|your|all|no|not|"
    r"while|where|which|that|still|only|noon|midnight|morning|evening|afternoon|night|"
    r"\d{1,2})\b))"
)
_PATTERNS: List[Tuple[Pattern[str], Build]] = [
    (re.compile(r"\b(?:the\s+)?day before yesterday\b"), _day(-2)),
    (re.compile(r"\byesterday\b"), _day(-1)),
    (re.compile(r"\b(?:today|earlier today)\b"), _day(0)),
    (re.compile(r"\bthis(?=\s+(?:early\s+|late\s+)?(?:morning|afternoon|evening)\b)"), _day(0)),
    (re.compile(r"\blast(?=\s+(?:night|evening)\b)"), _day(-1)),
    (re.compile(r"\bthe other day\b"), _other_day),
    (re.compile(r"\bblack friday\b"), _black_friday),
    (re.compile(rf"\b(?:the\s+)?{WEEKDAY}\s+before\s+last\b"), _weekday_before_last),
    (
        re.compile(
            rf"\blast week(?:'s)?,?\s+(?:on\s+)?{WEEKDAY.replace('(mon', '(?P<day>mon', 1)}"
            rf"|\b{WEEKDAY.replace('(mon', '(?P<day2>mon', 1)}\s+(?:of\s+)?last\s+week\b"
        ),
        _weekday_of_last_week,
    ),
    (re.compile(rf"\b(?P<count>{_COUNT})\s+{WEEKDAY.replace('(mon', '(?P<weekday>mon', 1)}\s+ago\b"), _weekdays_ago),
    (re.compile(rf"\b{_SHORT}\s*(?:-|/|&|to|till?|until|and|through|thru)\s*{_SHORT}\b"), _weekday_range),
    (re.compile(rf"\b(?:last\s+|past\s+|this\s+(?:past\s+)?)?{WEEKDAY}\b"), _weekday),
    (re.compile(_SHORT_WEEKDAY), _weekday),
    (
        re.compile(
            rf"\b(?:(?P<about>about|around|roughly|some|approximately|approx\.?|like|maybe|nearly|almost|over)\s+)?"
            rf"(?P<count>{_COUNT})\s+{_UNIT.replace('(minute', '(?P<unit>minute')}"
            r"(?P<half>\s+and\s+a\s+half)?\s+(?:ago|back|earlier)\b"
        ),
        _ago,
    ),
    (
        re.compile(
            rf"\b(?:(?:for|in|over|during|within)\s+)?(?:the\s+)?(?:last|past)\s+(?P<count>{_COUNT})\s+"
            rf"{_UNIT.replace('(minute', '(?P<unit>minute')}\b"
        ),
        _past_stretch,
    ),
    (
        re.compile(
            rf"(?<=\bsince )(?:about\s+|around\s+|roughly\s+)?(?P<count>{_COUNT})\s+"
            rf"{_UNIT.replace('(minute', '(?P<unit>minute')}\b"
        ),
        _past_stretch,
    ),
    (re.compile(r"\b(last|this|the)\s+week\s+before\s+last\b|\b(?:the\s+)?week\s+before\s+last\b"), _week),
    (re.compile(r"\b(?:for\s+)?(?:the\s+)?(last|this|past|all|whole|entire)\s+week(?!end|\w|-\s?end)"), _week),
    (re.compile(r"\b(?:(?:all|on|over|at)\s+)?(last|this|the|past|all|whole|entire)\s+week-?\s?end\b"), _weekend),
    (re.compile(r"\b(on|over|at)\s+week-?ends?\b"), _weekend),
    (re.compile(rf"\b{_EDGE_WORDS}(?P<which>last|this)\s+month\b"), _relative_month),
    (re.compile(rf"\b{_EDGE_WORDS}(?P<month>{_LONG_MONTH})\b(?:\s+(?P<year>20\d{{2}}))?"), _named_month),
    (
        re.compile(
            rf"(?:(?<=\bin )|(?<=\bsince )|(?<=\blast )|(?<=\bof )|(?<=\bmid )|(?<=\bmid-)|(?<=\bend ))"
            rf"(?P<month>{MONTH})(?:\s+(?P<year>20\d{{2}}))?"
        ),
        _named_month,
    ),
    (re.compile(r"\b(last|this)\s+year\b"), _year),
    (re.compile(rf"\b(?:the\s+|on\s+)(\d{{1,2}})(?:st|nd|rd|th)\b{_MAY_FOLLOW}"), _ordinal),
    (re.compile(r"^\W*(?:it was\s+)?(\d{1,2})(?:st|nd|rd|th)\W*$"), _ordinal),
    (re.compile(rf"\bfor\s+{_ABOUT}(?P<count>{_COUNT})\s+{_LONG_UNIT}"), _duration),
    (
        re.compile(
            rf"^\W*(?:(?:it'?s|it (?:was|is|has)|was|already|been)\s+)*{_ABOUT}(?P<count>{_COUNT})\s+{_LONG_UNIT}"
            r"(?=\W*$|\s+(?:without|of|down|offline|now|already|straight|in a row|long)\b)"
        ),
        _duration,
    ),
]


def find_days(text: str, now: datetime) -> Iterator[Tuple[int, int, What]]:
    """Spans with days; all of them lie in the past, since a failure or a payment does."""
    for pattern, build in _PATTERNS:
        for match in pattern.finditer(text):
            what = build(match, now)
            if what is not None:
                yield match.start(), match.end(), what
