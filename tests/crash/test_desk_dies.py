"""web gets SIGKILL while an agent's line is on its way: the customer reads it once, whatever the browser was told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from refunds.chat.transcript import Transcript, list_conversations
from refunds.database import Base
from refunds.desk.demo import PASSWORD
from tests.crash.house import Point, doomed
from tests.crash.test_web_dies import opened
from tests.fake_engine import FakeEngine, fake_engine, needs_person
from tests.stack import ROOT, Stack
from tests.website_client import HUNG_UP, Tab
from tests.world import wait_until

pytestmark = pytest.mark.processes

SAY = "refunds.desk.chats.writing:Writing.say"
POINTS = [
    Point("web", SAY, "after"),
    Point("web", "web.connectors.website_delivery:Delivery._deliver", "before"),
    pytest.param(Point("web", SAY, "before"), marks=pytest.mark.soak),
    pytest.param(Point("web", "refunds.chat.lines:add_lines", "after"), marks=pytest.mark.soak),
]
WORDS = "Ann here, I am looking into it."


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
        running.answer = lambda _: needs_person("a person comes")
        yield running


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_an_agents_line_is_on_the_customers_screen_once(stack: Stack, engine: FakeEngine, point: Point) -> None:
    stack.start("web")
    token, chat = _waiting_customer(stack)
    agent = _agent(stack)
    agent.post(f"{stack.url}/desk/chats/{chat}/take", timeout=10).raise_for_status()
    with doomed(stack, point):
        tab = Tab(stack.url, {"token": token})  # open when the line comes, until web dies
        wait_until(lambda: bool(tab.welcome))
        wait_until(lambda: _sends(agent, stack, chat), seconds=60)
        read: dict[int, str] = {}
        wait_until(lambda: _reads(stack, token, read), seconds=60)
        tab.close()
    assert list(read.values()).count(WORDS) == 1
    with opened(stack) as database:
        lines = [line.text for line in Transcript(database).since(chat, 0) if line.author == "agent"]
    assert lines == [WORDS]


def _waiting_customer(stack: Stack) -> tuple[str, str]:
    """The customer's token, and the chat that waits for a person."""
    tab = Tab(stack.url, {})
    wait_until(lambda: bool(tab.welcome))
    tab.say("I want a person")
    wait_until(lambda: any(line["text"] == "a person comes" for line in tab.lines))
    tab.close()
    with opened(stack) as database, database.reading() as session:
        [chat] = list_conversations(session)
    return tab.token, chat["conversation_id"]


def _agent(stack: Stack) -> requests.Session:
    """The demo agent Ann, signed in, with the token of her forms."""
    browser = requests.Session()
    browser.headers["Accept"] = "text/html"
    browser.get(f"{stack.url}/desk/sign-in", timeout=10).raise_for_status()
    form = {"login": "ann@jjsg.example", "password": PASSWORD}
    page = browser.post(f"{stack.url}/desk/sign-in", data=form, timeout=20)
    csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', page.text)
    assert csrf is not None, page.text[:500]
    browser.headers["X-CSRF-Token"] = csrf[1]
    return browser


def _sends(agent: requests.Session, stack: Stack, chat: str) -> bool:
    """What the desk's script does: the same key again until it hears that the line stands."""
    form = {"sent_key": "the same each time", "text": WORDS}
    try:
        answer = agent.post(
            f"{stack.url}/desk/chats/{chat}/say", data=form, headers={"Accept": "application/json"}, timeout=5
        )
    except requests.RequestException:
        return False
    return answer.status_code == 200


def _reads(stack: Stack, token: str, read: dict[int, str]) -> bool:
    """A tab that connects again and keeps lines by their numbers, as the widget does."""
    try:
        tab = Tab(stack.url, {"token": token})
    except HUNG_UP:
        return False
    try:
        wait_until(lambda: bool(tab.welcome), seconds=5)
        read |= {line["number"]: line["text"] for line in [*tab.welcome["lines"], *tab.lines] if line["number"]}
    except (AssertionError, *HUNG_UP):
        return False
    finally:
        tab.close()
    return WORDS in read.values()
