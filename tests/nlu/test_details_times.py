"""Times in customers' words, read at 15:00 on Tuesday 24 November 2026 in Berlin."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine_process import Engine

pytestmark = pytest.mark.engine


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("yesterday", "2026-11-23", "2026-11-23"),
        ("the day before yesterday", "2026-11-22", "2026-11-22"),
        ("it failed last Tuesday", "2026-11-17", "2026-11-17"),
        ("on friday", "2026-11-20", "2026-11-20"),
        ("thursday last week", "2026-11-19", "2026-11-19"),
        ("on 3 Nov", "2026-11-03", "2026-11-03"),
        ("the 5th of october i believe", "2026-10-05", "2026-10-05"),
        ("November the fifth", "2026-11-05", "2026-11-05"),
        ("friday 13 november", "2026-11-13", "2026-11-13"),
        ("20/11/2026", "2026-11-20", "2026-11-20"),
        ("12/25", "2025-12-25", "2025-12-25"),
        ("01.11.2026", "2026-11-01", "2026-11-01"),
        ("am Dienstag", "2026-11-17", "2026-11-17"),
        ("2026-11-20", "2026-11-20", "2026-11-20"),
        ("three days ago", "2026-11-21", "2026-11-21"),
        ("two weeks ago", "2026-11-10", "2026-11-10"),
        ("the 14th", "2026-11-14", "2026-11-14"),
        ("3 december", "2025-12-03", "2025-12-03"),
        ("tuseday", "2026-11-17", "2026-11-17"),
        ("two fridays ago", "2026-11-13", "2026-11-13"),
        ("a friday ago", "2026-11-20", "2026-11-20"),
    ],
)
def test_a_day_is_both_ends(engine: Engine, text: str, start: str, end: str) -> None:
    assert engine.details(text) == [("time", {"from": start, "to": end})]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("last week", "2026-11-16", "2026-11-22"),
        ("the whole of last weekend", "2026-11-21", "2026-11-22"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("sometime in the middle of October", "2026-10-11", "2026-10-20"),
        ("18 to 22 November", "2026-11-18", "2026-11-22"),
        ("Nov 3-5", "2026-11-03", "2026-11-05"),
        ("between the 18th and the 20th", "2026-11-18", "2026-11-20"),
        ("from the 18th to the 22nd of november", "2026-11-18", "2026-11-22"),
        ("from sunday to tuesday", "2026-11-22", "2026-11-24"),
        ("about two weeks ago", "2026-11-08", "2026-11-12"),
        ("fri-sun", "2026-11-20", "2026-11-22"),
        ("sat and sun", "2026-11-21", "2026-11-22"),
        ("mon - wed", "2026-11-16", "2026-11-18"),
        ("it was dead all weekend", "2026-11-21", "2026-11-22"),
        ("over the weekend", "2026-11-21", "2026-11-22"),
    ],
)
def test_several_days_are_a_span_of_days(engine: Engine, text: str, start: str, end: str) -> None:
    assert engine.details(text) == [("time", {"from": start, "to": end})]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("for 3 days", "2026-11-21"),
        ("for the last two days", "2026-11-22"),
        ("it was down for two days", "2026-11-22"),
        ("two days", "2026-11-22"),
        ("Three days without any answer", "2026-11-21"),
        ("for about a week", "2026-11-17"),
        ("the past week", "2026-11-17"),
        ("for the last week", "2026-11-17"),
        ("all week", "2026-11-17"),
    ],
)
def test_a_length_without_a_day_is_counted_back_from_today(engine: Engine, text: str, start: str) -> None:
    assert engine.details(text) == [("time", {"from": start, "to": "2026-11-24"})]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on 3 Nov for two days", {"from": "2026-11-03", "to": "2026-11-03"}),
        ("down for two days since monday", {"from": "2026-11-23", "to": None}),
    ],
)
def test_a_length_beside_a_day_leaves_the_day_to_say_when(engine: Engine, text: str, value: dict[str, str]) -> None:
    assert engine.details(text) == [("time", value)]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("between monday and wednesday", "2026-11-16", "2026-11-18"),
        ("from friday to tuesday", "2026-11-20", "2026-11-24"),
        ("from 20 to 30 november", "2026-11-20", "2026-11-24"),
        ("today from 14:00 to 18:00", "2026-11-24T14:00+01:00", "2026-11-24T15:00+01:00"),
        ("this afternoon", "2026-11-24T12:00+01:00", "2026-11-24T15:00+01:00"),
        ("for the last two hours", "2026-11-24T13:00+01:00", "2026-11-24T15:00+01:00"),
    ],
)
def test_no_span_ends_ahead_of_now(engine: Engine, text: str, start: str, end: str) -> None:
    assert engine.details(text) == [("time", {"from": start, "to": end})]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("last Tuesday around noon", "2026-11-17T12:00", None),
        ("around 14:30 on Thursday", "2026-11-19T14:30", None),
        ("2026-11-20 14:30", "2026-11-20T14:30", None),
        ("2026-11-20T13:30:00Z", "2026-11-20T14:30", None),
        ("this morning at 9", "2026-11-24T09:00", None),
        ("nov 20 at 2:30pm", "2026-11-20T14:30", None),
        ("2 hours ago", "2026-11-24T13:00", None),
        ("half past seven yesterday", "2026-11-23T07:30", None),
        ("8 in the evening on the 21st", "2026-11-21T20:00", None),
        ("at 5 pm", "2026-11-23T17:00", None),
        ("between 2 and 4 pm yesterday", "2026-11-23T14:00", "2026-11-23T16:00"),
        ("yesterday from 3 to 5 pm", "2026-11-23T15:00", "2026-11-23T17:00"),
        ("yesterday between 14.00 and 16.30", "2026-11-23T14:00", "2026-11-23T16:30"),
        ("monday from 9 to 12", "2026-11-23T09:00", "2026-11-23T12:00"),
        ("Nov 21st, from 8am to 11am", "2026-11-21T08:00", "2026-11-21T11:00"),
        ("from 22:00 to 03:00 on friday", "2026-11-20T22:00", "2026-11-21T03:00"),
        ("from Monday 18:00 to Tuesday 09:00", "2026-11-23T18:00", "2026-11-24T09:00"),
        ("yesterday afternoon", "2026-11-23T12:00", "2026-11-23T18:00"),
        ("last night", "2026-11-23T20:00", "2026-11-24T06:00"),
        ("the night from saturday to sunday", "2026-11-21T20:00", "2026-11-22T06:00"),
    ],
)
def test_a_minute_carries_the_offset_of_the_zone(engine: Engine, text: str, start: str, end: str | None) -> None:
    value = {"from": f"{start}+01:00", "to": f"{end}+01:00" if end else None}
    assert engine.details(text) == [("time", value)]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("since Monday morning", "2026-11-23T06:00+01:00"),
        ("since Nov 3", "2026-11-03"),
        ("it started on 3 November", "2026-11-03"),
        ("since two days", "2026-11-22"),
        ("from Monday on it was broken", "2026-11-23"),
        ("from 3 pm yesterday onwards", "2026-11-23T15:00+01:00"),
        ("since about an hour", "2026-11-24T14:00+01:00"),
        ("it's been down since the 18th", "2026-11-18"),
    ],
)
def test_what_has_not_ended_has_no_end(engine: Engine, text: str, start: str) -> None:
    assert engine.details(text) == [("time", {"from": start, "to": None})]


@pytest.mark.parametrize("text", ["03/04", "03/04/2026", "on 10/11/2026"])
def test_a_date_that_may_be_two_is_ambiguous(engine: Engine, text: str) -> None:
    assert engine.details(text) == [("time", "ambiguous")]


@pytest.mark.parametrize(
    "text",
    [
        "good morning",
        "I may have 3 of them",
        "my second one",
        "we sat there",
        "at 3",
        "31 february",
        "Nov 31",
        "3 november 2015",
        "I paid for two weeks",
        "within 14 days of the purchase",
        "how long, 3 days or 5 days?",
    ],
)
def test_other_words_are_no_times(engine: Engine, text: str) -> None:
    assert engine.details(text) == []


@pytest.mark.parametrize(
    ("text", "span"),
    [("it's down since monday, help", "since monday"), ("from Monday on it was broken", "from Monday on")],
)
def test_the_words_that_leave_the_end_open_belong_to_the_time(engine: Engine, text: str, span: str) -> None:
    (entity,) = engine.parse(text)["entities"]
    assert text[entity["start"] : entity["end"]] == span


def test_a_zone_named_beside_the_time_holds(engine: Engine) -> None:
    assert engine.details("today at 9:40 UTC") == [("time", {"from": "2026-11-24T09:40+00:00", "to": None})]


def test_the_conversations_zone_decides_which_day_it_is(engine: Engine) -> None:
    late = "2026-11-24T23:30:00+00:00"
    in_sydney = engine.details("yesterday", now=late, zone="Australia/Sydney")
    in_new_york = engine.details("yesterday", now=late, zone="America/New_York")
    assert in_sydney == [("time", {"from": "2026-11-24", "to": "2026-11-24"})]
    assert in_new_york == [("time", {"from": "2026-11-23", "to": "2026-11-23"})]


def test_the_offset_is_that_of_the_day_named(engine: Engine) -> None:
    assert engine.details("12 october at 10:00") == [("time", {"from": "2026-10-12T10:00+02:00", "to": None})]


@pytest.mark.parametrize("zone", [None, "Nowhere/Atlantis", ""])
def test_without_a_zone_that_is_known_times_are_utc(engine: Engine, zone: str | None) -> None:
    assert engine.details("yesterday at 10:00", zone=zone) == [("time", {"from": "2026-11-23T10:00+00:00", "to": None})]


PIECES = ["yesterday", "from", "to", "3", "pm", "31", "feb", "the", "00:00", "24:00", "99", "ago", "weeks", "last"]
PIECES += [
    "since",
    "for",
    "days",
    "fridays",
    "sat",
    "weekend",
    "half an",
    "monday",
    "03/04",
    "0/0",
    "-",
    "€",
    "1.2.3.4",
    "29.2.",
    "ord",
    "midnight",
    "at",
    "dot",
    "@",
    "R-",
    "12",
]


@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)))
@settings(max_examples=150)
def test_whatever_is_said_is_read_without_an_error(running_engine: Engine, text: str) -> None:
    assert running_engine.turn(text)["reading"]["intent"]


def test_a_long_message_is_read_quickly(engine: Engine) -> None:
    text = "from monday to tuesday at 3 and 4 and 5 - 6 to 7 in the morning of the day " * 50
    assert engine.turn(text[:4000])["reading"]["intent"]
