"""A person in the website's chat: named, seen writing, with files, in the tabs of every web process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import requests

from refunds.app import App
from refunds.chat.file_kinds import CleanFile
from refunds.desk.chats.agreed import Agreed
from tests.chat_house import ChatHouse, served
from tests.desk_world import DeskWorld, desk_over
from tests.fake_engine import needs_person, says
from tests.website_client import Tab, tab
from tests.world import wait_until
from web import app as web_app
from web.connectors.website import WebsiteConnector


@pytest.fixture
def desk(chat_on_file: ChatHouse) -> DeskWorld:
    return desk_over(chat_on_file)


@pytest.fixture
def connectors(monkeypatch: pytest.MonkeyPatch) -> list[WebsiteConnector]:
    """The website connectors of the web processes, as the desk's pages get them."""
    made: list[WebsiteConnector] = []

    def kept(*args: Any, **more: Any) -> WebsiteConnector:
        made.append(WebsiteConnector(*args, **more))
        return made[-1]

    monkeypatch.setattr(web_app, "WebsiteConnector", kept)
    return made


@contextmanager
def with_ann(desk: DeskWorld, app: App | None = None) -> Iterator[tuple[Tab, str]]:
    """A customer's tab in a chat that Ann has taken, and the conversation."""
    desk.chat.engine.answer = lambda _: needs_person("a person comes")
    with served(app or desk.chat.app) as url, tab(url) as page:
        page.say("I want a person")
        wait_until(lambda: page.speaking == ["waiting"])
        conversation_id = desk.chat.engine.questions[-1]["conversation_id"]
        desk.holding.take(desk.ann, conversation_id, desk.now)
        wait_until(lambda: page.speaking == ["waiting", "agent"])
        yield page, conversation_id


def test_who_speaks_is_told_by_name_while_connected_and_on_coming_back(desk: DeskWorld) -> None:
    with with_ann(desk) as (page, conversation_id):
        assert page.agents == [None, "Ann Berg"]
        desk.writing.say(desk.ann, conversation_id, "k1", "Hello, I'm looking into it.", desk.now)
        wait_until(lambda: page.texts[-1:] == ["Hello, I'm looking into it."])
        line = page.lines[-1]
        assert (line["author"], line["name"]) == ("agent", "Ann Berg")
        with tab(page.url, token=page.token) as second:
            assert (second.welcome["speaking"], second.welcome["agent"]) == ("agent", "Ann Berg")
            assert second.welcome["lines"][-1]["name"] == "Ann Berg"
            assert "name" not in second.welcome["lines"][0]


def test_one_agent_after_another_is_told_and_the_assistant_is_nobody_by_name(desk: DeskWorld) -> None:
    with with_ann(desk) as (page, conversation_id):
        desk.holding.assign(desk.leo, conversation_id, desk.ben.agent_id, desk.now)
        wait_until(lambda: page.speaking[-1] == "waiting")
        desk.holding.take(desk.ben, conversation_id, desk.now)
        wait_until(lambda: page.agents[-1] == "Ben Berg")
        # Or the assistant, which begins at once, would ask for a person again.
        desk.chat.engine.answer = lambda _: says("I go on.")
        desk.holding.hand_back(desk.ben, conversation_id, Agreed(), desk.now)
        wait_until(lambda: (page.speaking[-1], page.agents[-1]) == ("assistant", None))


def test_what_an_agent_wrote_while_the_customer_was_away_is_there_on_return(desk: DeskWorld) -> None:
    desk.chat.engine.answer = lambda _: needs_person("a person comes")
    with served(desk.chat.app) as url:
        with tab(url) as page:
            page.say("I want a person")
            wait_until(lambda: page.speaking == ["waiting"])
        conversation_id = desk.chat.engine.questions[-1]["conversation_id"]
        desk.holding.take(desk.ann, conversation_id, desk.now)
        desk.writing.say(desk.ann, conversation_id, "k1", "I found it.", desk.now)
        with tab(url, token=page.token, since=page.lines[-1]["number"]) as back:
            assert back.history[-1] == "I found it."


def test_a_file_of_an_agents_is_fetched_with_the_conversations_token_alone(desk: DeskWorld) -> None:
    with with_ann(desk) as (page, conversation_id), tab(page.url) as stranger:
        file = desk.chat.app.attachments.receive_of_agent(
            conversation_id, CleanFile("credit-note.txt", "text/plain", b"EUR 60.00"), desk.now
        )
        desk.writing.say(desk.ann, conversation_id, "k1", "", desk.now, files=[file.attachment_id])
        wait_until(lambda: bool(page.lines[-1].get("files")))
        [shown] = page.lines[-1]["files"]
        assert (shown["name"], shown["bytes"]) == ("credit-note.txt", 9)
        assert fetched(page, shown["id"]).content == b"EUR 60.00"
        assert fetched(page, shown["id"]).headers["Content-Disposition"].startswith("attachment")
        assert fetched(stranger, shown["id"], url=page.url).status_code == 404


def fetched(page: Tab, attachment_id: str, url: str = "") -> requests.Response:
    headers = {"Authorization": f"Bearer {page.token}"}
    return requests.get(f"{url or page.url}/chat/files/{attachment_id}", headers=headers, timeout=10)


def test_the_desk_sees_the_customer_write_and_the_customer_the_agent(
    desk: DeskWorld, connectors: list[WebsiteConnector]
) -> None:
    with with_ann(desk) as (page, conversation_id):
        [connector] = connectors
        heard = desk_that_answers_signs(connector)
        page.tell("typing", {"on": True})
        wait_until(lambda: page.signs[-1:] == [{"on": True, "who": "agent"}])
        assert heard == [conversation_id]


def test_a_sign_of_writing_reaches_the_desk_of_another_process(
    desk: DeskWorld, connectors: list[WebsiteConnector], redis_url: str
) -> None:
    app = replace(desk.chat.app, settings=replace(desk.chat.app.settings, redis_url=redis_url))
    with served(app), with_ann(desk, app) as (page, conversation_id):
        elsewhere, here = connectors
        heard = desk_that_answers_signs(elsewhere)
        assert here is not elsewhere
        page.tell("typing", {"on": True})
        wait_until(lambda: page.signs[-1:] == [{"on": True, "who": "agent"}])
        assert heard == [conversation_id]


def desk_that_answers_signs(connector: WebsiteConnector) -> list[str]:
    """A desk whose agent begins to write as soon as the customer does; gives the conversations it heard of."""
    heard: list[str] = []
    running: list[asyncio.Task[None]] = []

    def answer(conversation_id: str) -> None:
        heard.append(conversation_id)
        running.append(asyncio.create_task(connector.typing.agent_writes(conversation_id)))

    connector.typing.watch(answer)
    return heard


def test_signs_that_nobody_gives_are_dropped_and_take_nothing_from_what_may_be_said(
    desk: DeskWorld, connectors: list[WebsiteConnector]
) -> None:
    with with_ann(desk) as (page, _):
        heard = desk_that_answers_signs(connectors[0])
        nothing: tuple[Any, ...] = ({"on": "maybe"}, None, [], {"on": False})
        for sign in nothing:
            page.tell("typing", sign)
        for _nth in range(60):
            page.tell("typing", {"on": True})
        assert page.say("still here") == {"received": True}
        wait_until(lambda: len(heard) >= 10)
        assert len(heard) <= 12


def test_nobody_is_told_of_writing_while_the_assistant_answers(
    chat_on_file: ChatHouse, connectors: list[WebsiteConnector]
) -> None:
    with served(chat_on_file.app) as url, tab(url) as page:
        heard = desk_that_answers_signs(connectors[0])
        page.say("hello")
        page.hears("1: hello")
        page.tell("typing", {"on": True})
        page.say("more")
        page.hears("1: hello", "2: more")
        assert heard == []
