"""Two web processes with one chat: what one of them knows, the tabs of the other hear at once through Redis."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest

from refunds.chat.ownership import Change
from tests.chat_house import ChatHouse, served
from tests.website_client import tab
from tests.world import free_port, wait_until
from web import app as web_app


@contextmanager
def two_processes(chat: ChatHouse, redis_url: str | None) -> Iterator[tuple[str, str]]:
    """Two web processes; neither finds out anything by looking into the database every second."""
    app = replace(chat.app, settings=replace(chat.app.settings, redis_url=redis_url))
    with served(app) as one, served(app) as two:
        yield one, two


@pytest.fixture
def nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The look into the database that would bring it all the same, a little later, does not come."""
    monkeypatch.setattr(web_app, "SWEEP_EVERY", 600.0)


@pytest.mark.usefixtures("nobody_looks")
def test_lines_typing_reading_and_starting_over_reach_the_tabs_of_the_other_process(
    chat_on_file: ChatHouse, redis_url: str
) -> None:
    with two_processes(chat_on_file, redis_url) as (here, there), tab(here) as one, tab(there, token=one.token) as two:
        one.say("hello")
        one.hears("1: hello")
        two.hears("hello", "1: hello")
        wait_until(lambda: two.typing[:1] == [True] and two.typing[-1:] == [False])
        two.tell("read", {"number": 1})
        wait_until(lambda: one.read == two.read == [1])
        two.say("more")
        one.hears("1: hello", "more", "2: more")
        two.hears("hello", "1: hello", "2: more")
        one.tell("start_over", {})
        wait_until(lambda: one.welcomes == two.welcomes == 2)
        two.say("a new matter")
        wait_until(lambda: one.texts[-1:] == two.texts[-1:] == ["1: a new matter"])


@pytest.mark.usefixtures("nobody_looks")
def test_no_line_comes_twice(chat_on_file: ChatHouse, redis_url: str) -> None:
    with two_processes(chat_on_file, redis_url) as (here, there), tab(here) as one, tab(there, token=one.token) as two:
        for number in range(1, 6):
            (one if number % 2 else two).say(f"message {number}")
            answer = f"{number}: message {number}"
            wait_until(partial(lambda answer: answer in one.texts and answer in two.texts, answer))
        for page in (one, two):
            numbers = [line["number"] for line in page.lines if line["number"]]
            assert numbers == [1, 2, 3, 4, 5]


def test_without_redis_each_process_finds_out_by_itself(chat_on_file: ChatHouse) -> None:
    with two_processes(chat_on_file, None) as (here, there), tab(here) as one, tab(there, token=one.token) as two:
        one.say("hello")
        two.hears("1: hello")
        conversation_id = chat_on_file.engine.questions[0]["conversation_id"]
        chat_on_file.change(conversation_id, Change.TAKEN)
        wait_until(lambda: two.speaking == one.speaking == ["agent"])


def test_a_redis_that_is_away_takes_nothing_from_a_chat(chat_on_file: ChatHouse) -> None:
    away = f"redis://127.0.0.1:{free_port()}/0"
    with two_processes(chat_on_file, away) as (here, there), tab(here) as one, tab(there, token=one.token) as two:
        one.say("hello")
        one.hears("1: hello")
        two.hears("1: hello")
