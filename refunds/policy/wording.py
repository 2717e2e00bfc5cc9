"""Days, moments and facts in words that a customer can read."""

from __future__ import annotations

from datetime import UTC, date, datetime

from refunds.policy.decision import Fact

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


def day_fact(name: str, verb: str, day: date, today: date) -> Fact:
    """A day as a fact: ``bought 3 Nov``."""
    return Fact(name, day.isoformat(), f"{verb} {day_words(day, today)}")


def count_fact(name: str, count: int, allowed: int) -> Fact:
    """How far into a window something was: ``day 21 of 30``."""
    return Fact(name, str(count), f"day {count} of {allowed}")
