"""Days of two kinds that are never mixed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from refunds.days import BusinessDays, CalendarDays, aware, local_day

FRIDAY = date(2026, 11, 27)


def is_weekday(day: date) -> bool:
    return day.weekday() < 5


def test_calendar_days_count_every_day() -> None:
    assert CalendarDays(3).after(FRIDAY) == date(2026, 11, 30)


@pytest.mark.parametrize(("count", "day"), [(0, 27), (1, 30)])
def test_business_days_leave_the_weekend_out(count: int, day: int) -> None:
    assert BusinessDays(count).after(FRIDAY, is_weekday) == date(2026, 11, day)


@pytest.mark.parametrize(("count", "day"), [(0, date(2026, 11, 30)), (1, date(2026, 12, 1))])
def test_a_start_on_a_day_off_counts_from_the_next_business_day(count: int, day: date) -> None:
    assert BusinessDays(count).after(date(2026, 11, 28), is_weekday) == day


def test_a_moment_belongs_to_the_day_where_the_customer_lives() -> None:
    moment = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert local_day(moment, ZoneInfo("Europe/Berlin")) == date(2026, 11, 25)
    assert local_day(moment, ZoneInfo("America/New_York")) == date(2026, 11, 24)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        aware(datetime(2026, 11, 24))  # noqa: DTZ001


def test_an_aware_time_is_told_in_utc() -> None:
    berlin = datetime(2026, 11, 24, 1, tzinfo=ZoneInfo("Europe/Berlin"))
    assert aware(berlin).isoformat() == "2026-11-24T00:00:00+00:00"
