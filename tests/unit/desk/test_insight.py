from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refunds.desk.insight.figure import median, nine_of_ten_within, plain_span, share
from refunds.desk.insight.period import Period

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 11, 24)


def read(**query: str) -> tuple[str, str]:
    period = Period.read(query, TODAY, BERLIN)
    return period.first.isoformat(), period.last.isoformat()


def test_a_period_is_the_last_thirty_days_unless_it_is_named() -> None:
    assert read() == ("2026-10-26", "2026-11-24")
    assert read(last="2026-11-10") == ("2026-10-12", "2026-11-10")
    assert read(first="2026-11-01", last="2026-11-10") == ("2026-11-01", "2026-11-10")


def test_days_that_make_no_sense_are_put_right() -> None:
    assert read(first="soon", last="2026-02-30") == read()
    assert read(last="2027-01-01") == read()
    assert read(first="2026-11-20", last="2026-11-10") == ("2026-11-10", "2026-11-10")
    assert read(last="0001-01-01") == ("1999-12-03", "2000-01-01")
    assert read(first="1999-01-01") == ("2025-11-24", "2026-11-24")


def test_a_period_begins_and_ends_at_the_desks_midnight_also_when_clocks_change() -> None:
    period = Period(date(2026, 10, 25), date(2026, 10, 25), BERLIN)
    assert period.since == datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert period.until == datetime(2026, 10, 25, 23, tzinfo=UTC)


def test_a_period_is_read_back_from_its_own_address() -> None:
    period = Period(date(2026, 10, 1), TODAY, BERLIN, "slack")
    assert Period.read(period.query, TODAY, BERLIN) == period


@given(st.lists(st.integers(0, 100), min_size=1))
def test_nine_of_ten_are_within_what_is_said_and_no_less_would_do(numbers: list[int]) -> None:
    said = nine_of_ten_within(timedelta(seconds=each) for each in numbers)
    assert said is not None
    assert sum(each <= said.seconds for each in numbers) * 10 >= len(numbers) * 9
    assert sum(each < said.seconds for each in numbers) * 10 < len(numbers) * 9


def test_nothing_can_be_said_of_nothing() -> None:
    assert (median([]), nine_of_ten_within([]), share(0, 0)) == (None, None, None)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0.0 s"),
        (3.42, "3.4 s"),
        (60, "1 min"),
        (59 * 60 + 29, "59 min"),
        (7200, "2 h"),
        (7500, "2 h 5 min"),
        (86_400, "1 d"),
        (3 * 86_400 + 4 * 3600, "3 d 4 h"),
    ],
)
def test_spans_are_said_by_their_two_greatest_units(seconds: float, said: str) -> None:
    assert plain_span(timedelta(seconds=seconds)) == said
