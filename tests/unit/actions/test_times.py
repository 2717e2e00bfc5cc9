"""Times in the words, turned into spans."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.times import both_readings, named_time

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_day_lasts_from_midnight_to_midnight_where_the_customer_lives() -> None:
    time = named_time({"from": "2026-11-20", "to": "2026-11-20"}, BERLIN)
    assert time.start == datetime(2026, 11, 20, tzinfo=BERLIN)
    assert time.end == datetime(2026, 11, 20, 23, 59, 59, tzinfo=BERLIN)


def test_a_minute_starts_and_ends_in_itself() -> None:
    time = named_time({"from": "2026-11-20T14:30+01:00", "to": None}, BERLIN)
    assert time.start == time.end == datetime(2026, 11, 20, 13, 30, tzinfo=UTC)


def test_a_clock_time_without_a_zone_is_the_customers() -> None:
    assert named_time({"from": "2026-11-20T14:30", "to": None}, BERLIN).start.utcoffset() == BERLIN.utcoffset(
        datetime(2026, 11, 20)  # noqa: DTZ001 - the zone is asked for this wall clock
    )


def test_an_end_before_its_start_is_not_taken() -> None:
    time = named_time({"from": "2026-11-20", "to": "2026-11-18"}, BERLIN)
    assert time.end == time.start


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("03/04", [date(2026, 4, 3), date(2026, 3, 4)]),
        ("03/04/2025", [date(2025, 4, 3), date(2025, 3, 4)]),
        ("11.12", [date(2025, 12, 11), date(2026, 11, 12)]),
        ("20/11", [date(2026, 11, 20)]),
        ("yesterday", []),
    ],
)
def test_a_date_in_numbers_is_read_both_ways_and_never_ahead(words: str, days: list[date]) -> None:
    assert both_readings(words, datetime(2026, 11, 24, 12, tzinfo=UTC)) == days


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_a_span_never_ends_before_it_starts(first: date, second: date) -> None:
    time = named_time({"from": str(first), "to": str(second)}, BERLIN)
    assert time.start <= time.end
