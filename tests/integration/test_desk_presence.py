"""The desk and the customer's browser see each other: who writes, who is here, in whatever web process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import requests

from refunds.app import App
from refunds.desk.permissions import Role
from tests.chat_house import ChatHouse, served
from tests.desk_house import DeskHouse, token_of
from tests.fake_engine import needs_person
from tests.integration.test_desk_live import listening
from tests.telegram_house import telegram_house
from tests.website_client import Tab, tab
from tests.world import wait_until
from web.desk.chats.shown import presence
from web.desk.guard import COOKIE


@dataclass
class Ann:
    """An agent with a chat in hand: the address of her desk, and her session."""

    app: App
    url: str
    key: str
    chat: str

    def standing(self) -> str:
        path = f"{self.url}/desk/chats/{self.chat}/standing"
        return requests.get(path, cookies={COOKIE: self.key}, timeout=10).text

    def types(self) -> None:
        path = f"{self.url}/desk/chats/{self.chat}/typing"
        form = {"csrf": token_of(self.app, self.key)}
        assert requests.post(path, form, cookies={COOKIE: self.key}, timeout=10).status_code == 204


@contextmanager
def talking(chat: ChatHouse, desk: DeskHouse, app: App, page: Tab, url: str) -> Iterator[Ann]:
    """Ann, at the desk of the web process at ``url``, has taken the chat of ``page``."""
    chat.engine.answer = lambda _: needs_person("a person comes")
    page.say("I want a person")
    wait_until(lambda: page.speaking == ["waiting"])
    conversation_id = chat.engine.questions[-1]["conversation_id"]
    agent = desk.agent(Role.AGENT, "Ann")
    app.chat_holding.take(agent, conversation_id, desk.now)
    wait_until(lambda: page.speaking == ["waiting", "agent"])
    yield Ann(app, url, app.desk_sessions.begin(agent, desk.now, how="a test"), conversation_id)


def both_see_each_other_write(ann: Ann, page: Tab) -> None:
    with listening(ann.url, ann.key, f"chat={ann.chat}") as open_page:
        page.tell("typing", {"on": True})
        wait_until(lambda: open_page.has_heard("typing"))
    ann.types()
    wait_until(lambda: {"on": True, "who": "agent"} in page.signs)


def test_agent_and_customer_see_each_other_write(chat_on_file: ChatHouse, desk: DeskHouse) -> None:
    with served(desk.app) as url, tab(url) as page, talking(chat_on_file, desk, desk.app, page, url) as ann:
        both_see_each_other_write(ann, page)


def test_they_see_each_other_write_from_one_process_to_another(
    chat_on_file: ChatHouse, desk: DeskHouse, redis_url: str
) -> None:
    app = replace(desk.app, settings=replace(desk.app.settings, redis_url=redis_url))
    with (
        served(app) as there,
        served(app) as here,
        tab(there) as page,
        talking(chat_on_file, desk, app, page, here) as ann,
    ):
        both_see_each_other_write(ann, page)


def test_telegram_shows_that_an_agent_writes(chat_on_file: ChatHouse, desk: DeskHouse) -> None:
    house_of_desk = replace(chat_on_file, app=desk.app)
    with telegram_house(house_of_desk) as house:
        house.say("hello")
        house.hears("1: hello")
        agent, conversation_id = desk.agent(Role.AGENT, "Ann"), house.conversation()
        desk.app.chat_holding.take(agent, conversation_id, desk.now)
        before = len(house.telegram.called("sendChatAction"))
        Ann(desk.app, house.url, desk.app.desk_sessions.begin(agent, desk.now, how="a test"), conversation_id).types()
        wait_until(lambda: len(house.telegram.called("sendChatAction")) == before + 1)


def test_an_agent_sees_whether_the_customer_is_there(chat_on_file: ChatHouse, desk: DeskHouse) -> None:
    with served(desk.app) as url, tab(url) as page, talking(chat_on_file, desk, desk.app, page, url) as ann:
        wait_until(lambda: "customer is here" in ann.standing())
        with listening(ann.url, ann.key, f"chat={ann.chat}") as open_page:
            page.say("I must go now")
            wait_until(lambda: open_page.has_heard("chat"))
            open_page.heard.clear()
            page.close()
            wait_until(lambda: open_page.has_heard("chat"))
        assert "customer left 0 min ago" in ann.standing()
        with tab(url, token=page.token):
            wait_until(lambda: "customer is here" in ann.standing())


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(None, ""), (1, "customer is here"), (0, "customer left 0 min ago"), (-7, "customer left 7 min ago")],
)
def test_what_is_not_told_is_not_shown(desk: DeskHouse, minutes: int | None, words: str) -> None:
    now = desk.now
    assert presence(None if minutes is None else now + timedelta(minutes=minutes), now) == words
