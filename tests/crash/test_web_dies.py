"""web gets SIGKILL at every step of a turn: the customer still gets each answer, and gets it once."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from refunds.chat.transcript import Transcript, list_conversations
from refunds.database import Base, Database
from tests.crash.house import Point, doomed, insist
from tests.fake_engine import FakeEngine, fake_engine
from tests.stack import ROOT, Stack
from tests.website_client import HUNG_UP, Tab
from tests.world import wait_until

STORE = "refunds.chat.admission:Admission.admit_within"
RECEIVE = "refunds.chat.steps:Steps.receive"
ASK = "refunds.chat.turns:Turns._worked"
WRITE_LINES = "refunds.chat.lines:add_lines"
ANSWER = "refunds.chat.steps:Steps.answer"
ANSWER_TO_READER = "refunds.chat.steps:Steps.answer_to_reader"
COLLECT = "web.connectors.rest:RestConnector._collect"
MARK = "refunds.chat.transcript:Transcript.mark_delivered"
DELIVER = "web.connectors.website_delivery:Delivery._deliver"

# Some of each way in `make test`, all of them in `make soak`.
OF_REST = [
    Point("web", STORE, "after"),
    Point("web", MARK, "before"),
]
FURTHER_OF_REST = [
    Point("web", ASK, "before"),
    Point("web", WRITE_LINES, "after"),
    Point("web", RECEIVE, "before"),
    Point("web", RECEIVE, "after"),
    Point("web", ANSWER_TO_READER, "before"),
    Point("web", ANSWER_TO_READER, "after"),
    Point("web", COLLECT, "before"),
    Point("web", MARK, "after"),
]
OF_THE_WEBSITE = [
    Point("web", RECEIVE, "after"),
    Point("web", DELIVER, "before"),
]
FURTHER_OF_THE_WEBSITE = [
    Point("web", ANSWER, "after"),
    Point("web", DELIVER, "after"),
]


def _points(always: list[Point], further: list[Point]) -> list[Any]:
    return [*always, *(pytest.param(point, marks=pytest.mark.soak) for point in further)]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    house = Stack(tmp_path, ROOT / "sandbox" / "world.json")
    with opened(house) as database:
        Base.metadata.create_all(database.engine)
    yield house
    house.stop()


@pytest.fixture
def engine(stack: Stack) -> Iterator[FakeEngine]:
    with fake_engine(stack.rasa_port) as running:
        yield running


@contextmanager
def opened(stack: Stack) -> Iterator[Database]:
    """The stack's database, beside its processes."""
    database = Database(f"sqlite:///{stack.var / 'refunds.sqlite'}")
    try:
        yield database
    finally:
        database.close()


def answers(stack: Stack) -> list[str]:
    """What the assistant said in the only conversation there is."""
    with opened(stack) as database, database.reading() as session:
        [conversation] = list_conversations(session)
        lines = Transcript(database).since(conversation["conversation_id"], 0)
        return [line.text for line in lines if line.author == "assistant"]


@pytest.mark.processes
@pytest.mark.parametrize("point", _points(OF_REST, FURTHER_OF_REST), ids=str)
def test_over_rest_each_answer_comes_once(stack: Stack, engine: FakeEngine, point: Point) -> None:
    with doomed(stack, point):
        insist(stack, "amara", "one", "m1", until="1: one")
        assert [line["text"] for line in stack.say("amara", "two", "m2")] == ["2: two"]
        assert [line["text"] for line in insist(stack, "amara", "one", "m1", until="1: one")] == ["1: one"]
        assert answers(stack) == ["1: one", "2: two"]


@pytest.mark.processes
@pytest.mark.parametrize("point", _points(OF_THE_WEBSITE, FURTHER_OF_THE_WEBSITE), ids=str)
def test_on_the_website_each_answer_comes_once(stack: Stack, engine: FakeEngine, point: Point) -> None:
    with doomed(stack, point):
        page = Page(stack.url)
        page.insist("one", until="1: one")
        page.insist("two", until="2: two")
        assert sorted(page.read) == [1, 2]
        assert answers(stack) == ["1: one", "2: two"]


class Page:
    """A page that keeps what it says until it is acknowledged, connects again and drops the numbers it has."""

    def __init__(self, url: str) -> None:
        self.read: dict[int, str] = {}
        self._url = url
        self._token: str | None = None

    def insist(self, text: str, *, until: str) -> None:
        message_id = secrets.token_hex(8)
        wait_until(lambda: self._said(text, message_id, until), seconds=60)

    def _said(self, text: str, message_id: str, until: str) -> bool:
        try:
            tab = Tab(self._url, {"token": self._token})
        except HUNG_UP:
            return False
        try:
            wait_until(lambda: bool(tab.welcome), seconds=5)
            self._token = tab.token
            return tab.say(text, message_id=message_id)["received"] and self._reads(tab, until)
        except (AssertionError, *HUNG_UP):
            return False
        finally:
            tab.close()

    def _reads(self, tab: Tab, until: str) -> bool:
        def heard() -> bool:
            lines = [*tab.welcome["lines"], *tab.lines]
            self.read |= {line["number"]: line["text"] for line in lines if line["number"]}
            return until in self.read.values()

        wait_until(heard, seconds=5)
        return True
