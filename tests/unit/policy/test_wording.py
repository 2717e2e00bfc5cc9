"""Days, moments and facts in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from refunds.policy.request import NamedTime
from refunds.policy.wording import (
    after_words,
    count_fact,
    day_fact,
    day_words,
    moment_words,
    named_words,
    span_words,
)

TODAY = date(2026, 11, 24)
START = datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_a_day_of_this_year_goes_without_the_year() -> None:
    assert day_words(date(2026, 11, 3), TODAY) == "3 Nov"
    assert day_words(date(2025, 12, 31), TODAY) == "31 Dec 2025"
    assert [day_words(date(2026, month, 1), TODAY) for month in range(1, 13)] == [
        "1 Jan", "1 Feb", "1 Mar", "1 Apr", "1 May", "1 Jun", "1 Jul", "1 Aug", "1 Sep", "1 Oct", "1 Nov", "1 Dec",
    ]  # fmt: skip


def test_a_moment_is_told_in_utc() -> None:
    in_china = START.astimezone(timezone(timedelta(hours=8)))
    assert moment_words(in_china, TODAY) == "20 Nov 10:00"


def test_a_span_names_both_ends() -> None:
    assert span_words(START, datetime(2026, 11, 22, 3, 5, tzinfo=UTC), TODAY) == "20 Nov 10:00 to 22 Nov 03:05 UTC"
    assert span_words(START, None, TODAY) == "since 20 Nov 10:00 UTC"
    assert span_words(START, START, TODAY) == "20 Nov 10:00 UTC"


def test_a_fact_has_a_value_for_machines_and_words_for_people() -> None:
    bought = day_fact("bought", "you bought it on", date(2026, 11, 3), TODAY)
    assert (bought.name, bought.value, bought.words) == ("bought", "2026-11-03", "you bought it on 3 Nov")
    day = count_fact("day", 21, "the purchase", 30)
    assert (day.name, day.value) == ("day", "21")
    assert day.words == "that was 21 days after the purchase (up to 30 days count)"


def test_an_old_fact_is_the_same_in_better_words() -> None:
    assert day_fact("bought", "bought", TODAY, TODAY) == day_fact("bought", "you bought it on", TODAY, TODAY)
    assert day_fact("bought", "bought", TODAY, TODAY) != day_fact("asked", "bought", TODAY, TODAY)


def test_days_after_an_event_are_counted_as_people_do() -> None:
    told = [after_words(count, "the report") for count in (0, 1, 2)]
    assert told == ["the day of the report", "1 day after the report", "2 days after the report"]


def test_a_time_is_told_as_the_customer_named_it() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    day = datetime(2026, 11, 20, tzinfo=berlin)
    last = datetime(2026, 11, 22, 23, 59, 59, tzinfo=berlin)
    assert named_words(NamedTime(day, day + timedelta(hours=23, minutes=59)), TODAY) == "20 Nov"
    assert named_words(NamedTime(day, last), TODAY) == "20 Nov to 22 Nov"
    assert named_words(NamedTime(START, last), TODAY) == "20 Nov 10:00 to 22 Nov 22:59 UTC"
    assert named_words(NamedTime(day, last, ongoing=True), TODAY) == "since 20 Nov"
    assert named_words(NamedTime(START, last, ongoing=True), TODAY) == "since 20 Nov 10:00 UTC"
