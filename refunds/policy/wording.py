"""Days, moments and facts in words that a customer can read."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from refunds.policy.decision import Fact
from refunds.policy.request import NamedTime

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_words(day: date, today: date) -> str:
    """``3 Nov``; with the year where it is not this one."""
    words = f"{day.day} {_MONTHS[day.month - 1]}"
    return words if day.year == today.year else f"{words} {day.year}"


def moment_words(moment: datetime, today: date) -> str:
    """``20 Nov 10:00``, in UTC."""
    utc = moment.astimezone(UTC)
    return f"{day_words(utc.date(), today)} {utc:%H:%M}"


def span_words(start: datetime, end: datetime | None, today: date) -> str:
    """``20 Nov 10:00 to 22 Nov 03:00 UTC``; an open end reads ``since 20 Nov 10:00 UTC``."""
    if end is None:
        return f"since {moment_words(start, today)} UTC"
    if start == end:
        return f"{moment_words(start, today)} UTC"
    return f"{moment_words(start, today)} to {moment_words(end, today)} UTC"


def named_words(named: NamedTime, today: date) -> str:
    """A time as the customer named it: ``20 Nov``, ``20 Nov to 22 Nov``; where a clock time counts, as a span."""
    start, end = named.start, named.end  # in the zone that the customer meant
    begins_a_day = start.time() == time(0)
    if named.ongoing:
        return f"since {day_words(start.date(), today)}" if begins_a_day else span_words(start, None, today)
    if not (begins_a_day and (end.hour, end.minute) == (23, 59)):
        return span_words(start, end, today)
    first, last = day_words(start.date(), today), day_words(end.date(), today)
    return first if first == last else f"{first} to {last}"


def days_words(count: int) -> str:
    """``1 day``, ``7 days``."""
    return f"{count} day" if count == 1 else f"{count} days"


def after_words(count: int, event: str) -> str:
    """``21 days after the purchase``; ``the day of the purchase``."""
    return f"{days_words(count)} after {event}" if count else f"the day of {event}"


def day_fact(name: str, verb: str, day: date, today: date) -> Fact:
    """A day as a fact: ``you bought it on 3 Nov``."""
    return Fact(name, day.isoformat(), f"{verb} {day_words(day, today)}")


def count_fact(name: str, count: int, event: str, allowed: int) -> Fact:
    """How far into a window something was: ``that was 21 days after the purchase (up to 30 days count)``."""
    return Fact(name, str(count), f"that was {after_words(count, event)} (up to {days_words(allowed)} count)")
