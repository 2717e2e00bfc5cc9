"""Which days banks work; the dates were measured with the package, November 2026."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from refunds.bank_days import HolidayCalendars
from refunds.days import BusinessDays

CALENDARS = HolidayCalendars()


def after(calendar: str, count: int, day: date) -> date:
    return BusinessDays(count).after(day, partial(CALENDARS.is_business_day, calendar))


@pytest.mark.parametrize(
    ("calendar", "count", "start", "end"),
    [
        ("XECB", 10, date(2026, 12, 18), date(2027, 1, 5)),
        ("XFED", 10, date(2026, 12, 18), date(2027, 1, 5)),
        ("GB", 10, date(2026, 12, 18), date(2027, 1, 6)),
        ("XFED", 5, date(2026, 7, 2), date(2026, 7, 9)),
        ("US", 5, date(2026, 7, 2), date(2026, 7, 10)),
        ("AU", 1, date(2026, 12, 24), date(2026, 12, 29)),
        ("CN", 5, date(2026, 9, 30), date(2026, 10, 13)),
        ("CN", 5, date(2026, 2, 12), date(2026, 2, 26)),
        ("CN_PLAIN", 5, date(2026, 9, 30), date(2026, 10, 14)),
        ("CN_PLAIN", 5, date(2026, 2, 12), date(2026, 2, 27)),
    ],
)
def test_business_days_of_known_stretches(calendar: str, count: int, start: date, end: date) -> None:
    assert after(calendar, count, start) == end


def test_a_weekend_worked_to_make_up_for_a_holiday_is_a_business_day_unless_told_plain() -> None:
    saturday = date(2026, 2, 14)
    assert CALENDARS.is_business_day("CN", saturday)
    assert not CALENDARS.is_business_day("CN_PLAIN", saturday)


def test_the_weekend_is_the_countrys_own() -> None:
    friday, sunday = date(2026, 11, 27), date(2026, 11, 29)
    assert (CALENDARS.is_business_day("IL", friday), CALENDARS.is_business_day("IL", sunday)) == (False, True)


@pytest.mark.parametrize(
    ("calendar", "year", "published"),
    [
        ("CN", 2026, True), ("CN", 2027, False), ("CN_PLAIN", 2026, True), ("CN_PLAIN", 2027, False),
        ("XECB", 2027, True), ("XECB", 1998, False), ("XFED", 2027, True), ("GB", 2027, True), ("XECB", 2101, False),
        ("ZZ", 2026, False),
    ],
)  # fmt: skip
def test_a_year_without_its_official_days_is_not_published(calendar: str, year: int, published: bool) -> None:
    assert CALENDARS.is_published(calendar, date(year, 6, 1)) is published


@pytest.mark.parametrize("calendar", ["ZZ", "XNONE", ""])
def test_an_unknown_calendar_counts_monday_to_friday(calendar: str) -> None:
    week = [CALENDARS.is_business_day(calendar, date(2026, 12, day)) for day in range(21, 28)]
    assert week == [True] * 5 + [False] * 2


def test_a_holiday_moved_over_the_turn_of_the_year_counts_in_the_year_it_falls_in() -> None:
    assert not CALENDARS.is_business_day("US", date(2027, 12, 31))  # for Saturday, 1 Jan 2028
