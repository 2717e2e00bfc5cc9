"""Starting over: the chat is closed, whoever has it, and a new one begins in every tab of the browser."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from refunds.chat.ownership import Change
from tests.chat_house import ChatHouse, database_down, served
from tests.fake_engine import echo, hang_until, needs_person
from tests.website_client import tab
from tests.world import wait_until
from web.connectors.website_limits import OF_A_CHAT

NOW = datetime.now(UTC)


def test_all_tabs_begin_anew_and_neither_token_opens_the_other_chat(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as one, tab(url, token=one.token) as two:
        one.say("hello")
        one.hears("1: hello")
        two.hears("hello", "1: hello")
        old = one.token
        one.tell("start_over", {})
        wait_until(lambda: one.welcomes == two.welcomes == 2)
        assert one.token != old
        assert one.history == two.history == []
        one.say("a new matter")
        wait_until(lambda: one.texts[-1:] == two.texts[-1:] == ["1: a new matter"])
        with tab(url, token=old) as left_open:
            assert left_open.welcome["speaking"] == "closed"
            assert left_open.history == ["hello", "1: hello"]
        with tab(url, token=two.token) as again:
            assert again.history == ["a new matter", "1: a new matter"]


@pytest.mark.parametrize("owner", ["assistant", "waiting", "agent"])
def test_it_ends_a_chat_whoever_has_it(chat_on_file: ChatHouse, owner: str) -> None:
    chat_on_file.engine.answer = lambda question: echo(question) if owner == "assistant" else needs_person("A moment.")
    with served(chat_on_file.app) as url, tab(url) as page:
        page.say("hello")
        wait_until(lambda: len(page.lines) == 1)
        conversation_id = chat_on_file.engine.questions[0]["conversation_id"]
        if owner == "agent":
            chat_on_file.change(conversation_id, Change.TAKEN)
        wait_until(lambda: chat_on_file.owner(conversation_id) == owner)
        page.tell("start_over")
        wait_until(lambda: page.welcomes == 2)
        assert page.welcome["speaking"] == "assistant"
        assert chat_on_file.owner(conversation_id) == "closed"
    with chat_on_file.app.database.reading() as session:
        assert chat_on_file.app.handoff.waiting(session) == []


def test_an_answer_under_way_comes_into_neither_chat(chat_on_file: ChatHouse) -> None:
    let_go = threading.Event()
    chat_on_file.engine.answer = hang_until(let_go)
    with served(chat_on_file.app) as url, tab(url) as page:
        page.say("hello")
        wait_until(lambda: len(chat_on_file.engine.questions) == 1)
        page.tell("start_over", {})
        wait_until(lambda: page.welcomes == 2)
        let_go.set()
        page.say("a new matter")
        page.hears("1: a new matter")
    assert chat_on_file.heard(chat_on_file.engine.questions[0]["conversation_id"]) == []


def test_before_anything_was_said_there_is_just_a_new_welcome(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        page.tell("start_over", {})
        wait_until(lambda: page.welcomes == 2)
        assert page.say("hello") == {"received": True}


def test_a_customer_signed_in_at_the_site_is_still_verified(chat_on_file: ChatHouse) -> None:
    identity = chat_on_file.app.identity.site_token("C-1", NOW)
    with served(chat_on_file.app) as url, tab(url, identity=identity) as page:
        page.tell("start_over", {})
        wait_until(lambda: page.welcomes == 2)
        page.say("hello")
        page.hears("1: hello")
    conversation_id = chat_on_file.engine.questions[0]["conversation_id"]
    assert chat_on_file.app.identity.verified_customer(conversation_id, NOW) == "C-1"


def test_when_it_cannot_be_done_now_the_chat_stays_and_the_customer_is_told(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        page.say("hello")
        page.hears("1: hello")
        with database_down(chat_on_file.app):
            page.tell("start_over", {})
            wait_until(lambda: page.refused != [])
        assert page.refused == [{"what": "start_over", "why": chat_on_file.words("utter_start_over_not_now")}]
        page.say("still here")
        page.hears("1: hello", "2: still here")


def test_who_starts_over_all_the_time_is_told_to_wait(chat_on_file: ChatHouse) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        for number in range(OF_A_CHAT.burst):
            page.say(f"{number}")
        page.tell("start_over", {})
        wait_until(lambda: page.refused != [])
        assert page.refused[0]["retry_after"] >= 1
        assert page.welcomes == 1
