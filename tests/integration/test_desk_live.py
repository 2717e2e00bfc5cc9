"""Open pages of the desk hear what changed: in their own process at once, from another one by the database."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from html import unescape
from http.client import HTTPConnection
from socket import SHUT_RDWR

import pytest
import requests

from refunds.app import App
from refunds.cases.case import Case
from refunds.desk.permissions import Role
from tests.chat_house import ChatHouse, served
from tests.desk_house import DeskHouse, token_of
from tests.fake_engine import needs_person
from tests.integration.filing_world import CONFIRMED, NOW, REQUEST, filing
from tests.world import wait_until
from web.desk.guard import COOKIE


class Listening:
    """An open page: the events that it heard, by name."""

    def __init__(self, url: str, key: str, shown: str) -> None:
        self.heard: list[str] = []
        self._connection = HTTPConnection(url.removeprefix("http://"), timeout=30)
        self._connection.request("GET", f"/desk/live?{shown}", headers={"Cookie": f"{COOKIE}={key}"})
        self._socket = self._connection.sock
        self._answer = self._connection.getresponse()
        assert self._answer.status == 200
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        wait_until(lambda: "ready" in self.heard)

    def _listen(self) -> None:
        while line := self._answer.readline().decode():
            if line.startswith("event: "):
                self.heard.append(line.removeprefix("event: ").strip())

    def has_heard(self, *events: str) -> bool:
        return set(events) <= set(self.heard)

    def hang_up(self) -> None:
        self._socket.shutdown(SHUT_RDWR)
        self._thread.join(10)
        self._connection.close()


@contextmanager
def listening(url: str, key: str, shown: str) -> Iterator[Listening]:
    page = Listening(url, key, shown)
    try:
        yield page
    finally:
        page.hang_up()


def signed_in(app: App, desk: DeskHouse, name: str) -> str:
    return app.desk_sessions.begin(desk.agent(Role.AGENT, name), desk.now, how="a test")


@pytest.fixture
def waiting(chat_on_file: ChatHouse) -> str:
    chat_on_file.engine.answer = lambda _: needs_person("a person comes")
    conversation_id = chat_on_file.say("I want a person").conversation_id
    chat_on_file.turn(conversation_id)
    return conversation_id


@pytest.mark.parametrize("processes", [1, 2])
def test_a_page_hears_what_an_agent_does_in_whatever_process(desk: DeskHouse, waiting: str, processes: int) -> None:
    ann, ben = signed_in(desk.app, desk, "Ann"), signed_in(desk.app, desk, "Ben")
    with served(desk.app) as first, served(desk.app) as second, listening(first, ben, f"chat={waiting}") as page:
        there = first if processes == 1 else second
        form = {"csrf": token_of(desk.app, ann), "text": "@Ben look"}
        for act, event in (("take", "queue"), ("note", "mentions")):
            page.heard.clear()
            path = f"{there}/desk/chats/{waiting}/{act}"
            requests.post(path, data=form, cookies={COOKIE: ann}, allow_redirects=False, timeout=10)
            wait_until(partial(page.has_heard, event, "chat"))


def filed(desk: DeskHouse) -> Case:
    work = filing(desk.app.database)
    shown = work.assess(REQUEST, customer_id="C-1", conversation_id="conversation", now=NOW)
    return work.file(REQUEST, **CONFIRMED, confirmed_digest=shown.digest, now=NOW)


def test_the_page_of_a_case_hears_what_a_colleague_does_with_it(desk: DeskHouse) -> None:
    case, ann, ben = filed(desk), desk.agent(Role.AGENT, "Ann"), signed_in(desk.app, desk, "Ben")
    with served(desk.app) as url, listening(url, ben, f"case={case.case_id}") as page:
        desk.app.case_acts.assign(ann, [case.case_id], ann.agent_id, desk.now)
        wait_until(partial(page.has_heard, "case"))
        page.heard.clear()
        desk.app.case_acts.start(ann, case.case_id, case.version, desk.now)
        wait_until(partial(page.has_heard, "case"))


def test_the_page_of_a_case_shows_what_happened_beside_what_is_typed_there(desk: DeskHouse) -> None:
    case, ann, ben = filed(desk), desk.agent(Role.AGENT, "Ann"), desk.signed_in(desk.agent(Role.AGENT, "Ben"))
    path = f"/desk/cases/{case.case_id}"
    page = ben.get(path).text
    assert f'sse-connect="/desk/live?case={case.case_id}"' in page
    found = re.search(
        rf'hx-get="({path}/news\?seen={case.version}&amp;mark=\w+)" hx-trigger="sse:ready, sse:case"', page
    )
    assert found
    news = unescape(found[1])
    assert ben.get(news).text == ""
    desk.app.case_acts.assign(ann, [case.case_id], ann.agent_id, desk.now)
    assert "a file, a task, a payout" in ben.get(news).text
    desk.app.case_acts.start(ann, case.case_id, case.version, desk.now)
    assert "verification started by Ann" in ben.get(news).text


def test_news_of_no_case_or_no_version_are_refused(desk: DeskHouse) -> None:
    agent = desk.signed_in()
    assert agent.get("/desk/cases/R-22222/news?seen=1").status_code == 404
    assert agent.get("/desk/cases/R-22222/news?seen=x").status_code == 422


def test_nobody_listens_without_being_signed_in(desk: DeskHouse) -> None:
    assert desk.visitor().get("/desk/live").status_code == 303
