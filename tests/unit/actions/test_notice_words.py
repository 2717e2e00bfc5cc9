"""Wishes about notices in plain words, and words that only sound like one."""

from __future__ import annotations

from datetime import time

import pytest

from actions.notice_words import Wish, wish_in
from refunds.cases.notice_wishes import NIGHT, QuietHours, Way


@pytest.mark.parametrize(
    "text",
    [
        "please don't message me at night",
        "Can you not write to me during the night?",
        "never notify me overnight pls",
        "stop texting me while I'm sleeping",
        "no messages at night please",
    ],
)
def test_no_messages_at_night_means_from_ten_to_eight(text: str) -> None:
    assert wish_in(text) == Wish(quiet=NIGHT)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("don't message me between 10pm and 7am", time(22), time(7)),
        ("please do not contact me from 21:30 to 6:45", time(21, 30), time(6, 45)),
        ("don't write to me after 9 pm", time(21), time(8)),
        ("do not notify me before 10 am", time(22), time(10)),
        ("set quiet hours from 23 to 7", time(23), time(7)),
        ("only message me between 9 and 17", time(17), time(9)),
        ("don't ping me from 12 am to 6 am", time(0), time(6)),
    ],
)
def test_hours_are_read_as_they_are_written(text: str, start: time, end: time) -> None:
    assert wish_in(text) == Wish(quiet=QuietHours(start, end))


@pytest.mark.parametrize(
    "text", ["you can message me at any time again", "turn off quiet hours", "no more quiet hours"]
)
def test_quiet_hours_end_on_a_word(text: str) -> None:
    assert wish_in(text) == Wish(any_time=True)


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("stop emailing me", Way.CHAT),
        ("Please don't send me any more emails", Way.CHAT),
        ("no more mails please", Way.CHAT),
        ("tell me only in the chat", Way.CHAT),
        ("mail me only when I'm away", Way.AWAY),
        ("please always email me", Way.ALWAYS),
        ("I want all updates by mail", Way.ALWAYS),
        ("don't notify me", Way.NEEDED),
        ("stop sending me notifications", Way.NEEDED),
        ("only contact me when necessary", Way.NEEDED),
    ],
)
def test_a_way_is_wished_in_words(text: str, way: Way) -> None:
    assert wish_in(text) == Wish(way=way)


@pytest.mark.parametrize("text", ["notification settings", "can I change how you contact me?", "quiet hours?"])
def test_who_asks_sees_what_holds(text: str) -> None:
    assert wish_in(text) == Wish()


@pytest.mark.parametrize(
    "text",
    [
        "you don't email me",
        "I do not get notifications from your monitoring",
        "no mails for a whole day, what a joke",
        "nothing yet, no email has reached me until now",
        "don't mail me the code, I have it",
        "stop sending me invoices",
        "my server was down at night",
        "it was down between 10pm and 7am",
        "you solved my issue in one chat only",
        "don't message me between 25 and 99",
        "don't email me the form",
    ],
)
def test_other_words_are_no_wish(text: str) -> None:
    assert wish_in(text) is None
