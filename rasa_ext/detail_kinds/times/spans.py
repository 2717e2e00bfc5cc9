"""From a joined phrase to a span: `from` and `to`, to the day or to the minute, in the conversation's zone."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Dict, Iterator, Optional, Tuple, Union

from rasa_ext.detail_kinds.detail import Detail
from rasa_ext.detail_kinds.times.atoms import Clock, Day, PartOfDay
from rasa_ext.detail_kinds.times.joining import Phrase, Point, find_phrases
from rasa_ext.detail_kinds.times.spelling import put_right

_HALF_DAY = 12 * 60
_DAY = 24 * 60
# Unless the customer says otherwise, "at 3" is in the afternoon and "at 9" in the morning.
_AFTERNOON_BEFORE = 7 * 60
_PM_PARTS = {"afternoon", "late afternoon", "evening", "lunchtime"}

Moment = Union[date, datetime]


def find_times(text: str, now: datetime) -> Iterator[Detail]:
    """`time` as `{"from", "to"}` or `"ambiguous"`.

    A day is `2026-11-20` and, as a `to`, holds the whole day; a minute is `2026-11-20T14:30+01:00`. A single day is
    both `from` and `to`; a single minute, and a beginning without an end, have a null `to`. `now` is aware, in the
    customer's zone.
    """
    spelled = put_right(text)
    for phrase in find_phrases(spelled.text, now):
        value = _value(phrase, now)
        if value is not None:
            start, end = spelled.original(phrase.start, phrase.end)
            yield Detail(start, end, "time", value)


def _value(phrase: Phrase, now: datetime) -> Union[Dict[str, Any], str, None]:
    if phrase.ambiguous:
        return "ambiguous"
    points = _with_days(phrase, now)
    if points is None:
        return None
    first, last = points
    zone = phrase.zone or now.tzinfo
    start = _start(first, last, zone)
    end = None if phrase.open_end and last is first else _end(first, last, zone)
    if end is not None:
        end = _ended(start, end, now.astimezone(zone))
    return {"from": _written(start), "to": _written(end) if end is not None else None}


def _with_days(phrase: Phrase, now: datetime) -> Optional[Tuple[Point, Point]]:
    first, last = phrase.points[0], phrase.points[-1]
    if len(phrase.points) == 1:
        one = _dated_alone(first, phrase, now)
        return (one, one) if one else None
    if not any(point.day or point.instant for point in phrase.points):
        dated = _dated_alone(first, phrase, now) if _said_exactly(last) or _said_exactly(first) else None
        if dated is None:
            return None
        first = dated
    first, last = _shared_day(first, last, now.date())
    return _night_between(*_not_ahead(*_in_order(first, last), now.date()))


def _ended(start: Moment, end: Moment, now: datetime) -> Moment:
    """What has begun and would end ahead of now ends now."""
    today = now.date()
    if isinstance(end, datetime):
        begun = start <= now if isinstance(start, datetime) else start <= today
        return min(end, now) if begun else end
    begun = (start.date() if isinstance(start, datetime) else start) <= today
    return min(end, today) if begun else end


def _said_exactly(point: Point) -> bool:
    return point.clock is not None and (point.clock.exact or point.clock.half is not None)


def _dated_alone(point: Point, phrase: Phrase, now: datetime) -> Optional[Point]:
    if point.day or point.instant:
        return point
    if point.clock is None or not (len(phrase.points) > 1 or _said_exactly(point) or point.part):
        return None
    minutes = _minutes(point.clock, point.part)
    here = now.astimezone(phrase.zone) if phrase.zone else now
    day = here.date() - timedelta(days=1 if minutes > here.hour * 60 + here.minute else 0)
    return replace(point, day=Day(day, day))


def _shared_day(first: Point, last: Point, today: date) -> Tuple[Point, Point]:
    if first.day is None and first.instant is None:
        first = replace(first, day=last.day)
    if last.day is None and last.instant is None:
        last = replace(last, day=first.day and Day(first.day.last, first.day.last))
    if first.day and last.day and first.day.kind == "ordinal" and last.day.kind == "date":
        # "the 18th to the 22nd of November": the month named once holds for both.
        day = first.day.first.day
        if day <= last.day.first.day:
            moved = last.day.first.replace(day=day)
            first = replace(first, day=Day(moved, moved))
    return first, last


def _in_order(first: Point, last: Point) -> Tuple[Point, Point]:
    if not (first.day and last.day) or last.day.last >= first.day.first:
        return first, last
    if "weekday" in {first.day.kind, last.day.kind}:
        # "from Sunday to Tuesday", said on a Tuesday: the end is today, not a week ago.
        return first, _moved(last, last.day, weeks=1)
    if first.day.kind == "ordinal" and first.day.first.day <= last.day.first.day:
        moved = last.day.first.replace(day=first.day.first.day)
        return replace(first, day=Day(moved, moved)), last
    return last, first


def _not_ahead(first: Point, last: Point, today: date) -> Tuple[Point, Point]:
    # "between Monday and Wednesday", said on a Tuesday: those of last week.
    if not (first.day and last.day) or {first.day.kind, last.day.kind} != {"weekday"} or last.day.last <= today:
        return first, last
    return _moved(first, first.day, weeks=-1), _moved(last, last.day, weeks=-1)


def _moved(point: Point, day: Day, weeks: int) -> Point:
    by = timedelta(weeks=weeks)
    return replace(point, day=replace(day, first=day.first + by, last=day.last + by))


def _night_between(first: Point, last: Point) -> Tuple[Point, Point]:
    # "the night from Saturday to Sunday" is one night, not two days.
    next_day = first.day and last.day and last.day.first - first.day.first == timedelta(days=1)
    if first.part and first.part.name == "night" and next_day and not last.part and not last.clock:
        return first, replace(last, day=first.day, part=first.part)
    return first, last


def _start(first: Point, last: Point, zone: Optional[tzinfo]) -> Moment:
    if first.instant:
        return first.instant.moment.astimezone(zone)
    assert first.day is not None
    if first.clock:
        minutes = _hours(first, last)[0] if _same_day(first, last) else _minutes(first.clock, first.part)
        return _at(first.day.first, minutes, zone)
    return _at(first.day.first, first.part.start, zone) if first.part else first.day.first


def _end(first: Point, last: Point, zone: Optional[tzinfo]) -> Optional[Moment]:
    if last.instant:
        moment = last.instant.end if last is first else last.instant.moment
        return moment.astimezone(zone) if moment else None
    assert last.day is not None
    if last is first and last.clock:
        return None
    if last.clock:
        return _clock_end(first, last, zone)
    return _at(last.day.last, last.part.end, zone) if last.part else last.day.last


def _clock_end(first: Point, last: Point, zone: Optional[tzinfo]) -> Moment:
    assert last.day is not None
    assert last.clock is not None
    minutes = _hours(first, last)[1] if _same_day(first, last) else _minutes(last.clock, last.part)
    return _at(last.day.last, minutes, zone)


def _same_day(first: Point, last: Point) -> bool:
    both_clocks = first.clock is not None and last.clock is not None and last is not first
    return both_clocks and first.day is not None and last.day is not None and first.day.first == last.day.first


def _hours(first: Point, last: Point) -> Tuple[int, int]:
    """Minutes of both ends on one day; the second is past midnight where it would come before the first."""
    assert first.clock is not None
    assert last.clock is not None
    part = first.part or last.part
    begin, end = _minutes(first.clock, part), _minutes(last.clock, part)
    if first.clock.half is None and last.clock.half in {"am", "pm"}:
        begin = first.clock.minutes % _HALF_DAY + (_HALF_DAY if last.clock.half == "pm" else 0)
        if begin >= end:
            begin = first.clock.minutes
    if end <= begin and last.clock.half is None and end + _HALF_DAY > begin and end < _HALF_DAY:
        end += _HALF_DAY
    return begin, end if end > begin else end + _DAY


def _minutes(clock: Clock, part: Optional[PartOfDay]) -> int:
    if clock.half is not None or (clock.minutes >= _HALF_DAY and not part):
        return clock.minutes
    if part is None:
        early = not clock.exact and clock.minutes < _AFTERNOON_BEFORE
        return clock.minutes + (_HALF_DAY if early else 0)
    if part.name in _PM_PARTS or (part.name == "night" and clock.minutes >= 6 * 60):
        return clock.minutes % _HALF_DAY + _HALF_DAY
    return clock.minutes % _HALF_DAY


def _at(day: date, minutes: int, zone: Optional[tzinfo]) -> datetime:
    days, rest = divmod(minutes, _DAY)
    return datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), tzinfo=zone)


def _written(moment: Moment) -> str:
    return moment.isoformat(timespec="minutes") if isinstance(moment, datetime) else moment.isoformat()
