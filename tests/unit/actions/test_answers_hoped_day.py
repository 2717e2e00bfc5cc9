"""The day by which a customer hopes to have the money."""

from __future__ import annotations

from datetime import date

import pytest

from actions.hoped_day import hoped_day

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("before christmas?", date(2026, 12, 24)),
        ("will I have it by Christmas", date(2026, 12, 25)),
        ("is it there for xmas", date(2026, 12, 25)),
        ("before new year", date(2026, 12, 31)),
        ("Refund before friday possible?", date(2026, 11, 26)),
        ("will it be there by friday", date(2026, 11, 27)),
        ("by next tuesday?", date(2026, 12, 1)),
        ("before the weekend?", date(2026, 11, 27)),
        ("do I have it by 18 December", date(2026, 12, 18)),
        ("before the 3rd", date(2026, 12, 2)),
        ("by the 25th?", date(2026, 11, 25)),
        ("by 31 january", date(2027, 1, 31)),
        ("Will the money be back before the end of the month", date(2026, 11, 30)),
        ("by the end of this week", date(2026, 11, 29)),
        ("by the end of the year", date(2026, 12, 31)),
        ("will it come this week", date(2026, 11, 29)),
        ("do I get it next week", date(2026, 12, 6)),
        ("will I have it tomorrow", date(2026, 11, 25)),
        ("will I get it today", TUESDAY),
    ],
)
def test_a_day_hoped_for_is_the_last_one_that_would_do(text: str, day: date) -> None:
    assert hoped_day(text, TUESDAY) == day


@pytest.mark.parametrize(
    "text",
    [
        "how long does it take",
        "if you send it today when do I see the money",
        "I paid on friday",
        "by 10 business days?",
        "it's Chinese New Year next week",
        "by 31 february",
        "until 3pm",
        "i'm kinda broke until then",
    ],
)
def test_other_words_name_no_day_hoped_for(text: str) -> None:
    assert hoped_day(text, TUESDAY) is None


def test_a_day_in_december_is_hoped_for_in_the_next_month_of_the_year() -> None:
    assert hoped_day("before the 5th", date(2026, 12, 20)) == date(2027, 1, 4)
