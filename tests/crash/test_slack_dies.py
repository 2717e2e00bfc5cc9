"""web gets SIGKILL at every step between Slack and Slack: nothing is lost, and nothing stands there twice, counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from refunds.chat.deliveries import Deliveries
from refunds.database import Base
from tests.crash.house import Point, doomed
from tests.crash.test_web_dies import opened
from tests.fake_engine import FakeEngine, fake_engine
from tests.slack_house import AMARA
from tests.slack_server import BOT_TOKEN, SIGNING_SECRET, Payload, SlackServer, slack_server
from tests.stack import ROOT, Stack
from tests.world import wait_until

ADMIT = "refunds.chat.admission:Admission.admit"
TAKE = "refunds.chat.deliveries:Deliveries.take"
POST = "web.connectors.slack.delivery:SlackDelivery._post"
SENT = "refunds.chat.deliveries:Deliveries.sent"
FIND = "web.connectors.slack.delivery:SlackDelivery.find"
TELL = "refunds.chat.channel_events:ChannelEvents.tell"
KEEP = "web.connectors.slack.files:SlackFiles.keep"

OF_SLACK = [Point("web", POST, "after")]
FURTHER_OF_SLACK = [
    Point("web", ADMIT, "after"),
    Point("web", ADMIT, "before"),
    Point("web", TAKE, "after"),
    Point("web", POST, "before"),
    Point("web", SENT, "before"),
    Point("web", SENT, "after"),
]
OF_EVENTS = [Point("web", TELL, "after")]
FURTHER_OF_EVENTS = [Point("web", TELL, "before"), Point("web", KEEP, "after"), Point("web", KEEP, "before")]


def _points(always: list[Point], further: list[Point]) -> list[Any]:
    return [*always, *(pytest.param(point, marks=pytest.mark.soak) for point in further)]


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server() as running:
        yield running


@pytest.fixture
def stack(tmp_path: Path, slack: SlackServer) -> Iterator[Stack]:
    house = Stack(tmp_path, ROOT / "sandbox" / "world.json")
    house.extra |= {
        "REFUNDS_SLACK_BOT_TOKEN": BOT_TOKEN,
        "REFUNDS_SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "REFUNDS_SLACK_API": slack.api,
    }
    with opened(house) as database:
        Base.metadata.create_all(database.engine)
    yield house
    house.stop()


@pytest.fixture
def engine(stack: Stack) -> Iterator[FakeEngine]:
    with fake_engine(stack.rasa_port) as running:
        yield running


def insist(stack: Stack, slack: SlackServer, event: Payload) -> None:
    """Tell an event until it is acknowledged, as Slack does (which gives up after three times more)."""

    def acknowledged() -> bool:
        try:
            return slack.tell(stack.url, event, retry=1).ok
        except requests.RequestException:
            return False

    wait_until(acknowledged, seconds=60)


def unsure(stack: Stack) -> int:
    """Lines of which nobody knew for a while whether Slack had them."""
    with opened(stack) as database:
        return Deliveries(database).counts("slack").unsure


@pytest.mark.processes
@pytest.mark.parametrize("point", _points(OF_SLACK, FURTHER_OF_SLACK), ids=str)
def test_each_answer_stands_in_slack_once(stack: Stack, slack: SlackServer, engine: FakeEngine, point: Point) -> None:
    with doomed(stack, point):
        for text in ("one", "two"):
            insist(stack, slack, slack.message(AMARA, text))
        wait_until(lambda: len(slack.texts()) >= 2, seconds=60)
        wait_until(lambda: _all_settled(stack), seconds=60)
    assert slack.texts() == ["1: one", "2: two"]
    # Asked anew where the death broke a turn off, and kept once; "hello" asks for its health.
    assert [text for text in dict.fromkeys(engine.said) if text != "hello"] == ["one", "two"]
    assert unsure(stack) <= 1


@pytest.mark.processes
@pytest.mark.parametrize("point", _points(OF_EVENTS, FURTHER_OF_EVENTS), ids=str)
def test_an_edit_and_a_file_count_once(stack: Stack, slack: SlackServer, engine: FakeEngine, point: Point) -> None:
    file = slack.keep_file("log.txt", b"it was down")
    with doomed(stack, point):
        said = slack.message(AMARA, "one")
        insist(stack, slack, said)
        insist(stack, slack, slack.message(AMARA, "a log", subtype="file_share", files=[file]))
        insist(stack, slack, slack.edit(said, "two"))
        wait_until(lambda: len(slack.texts()) >= 5, seconds=60)
        wait_until(lambda: _all_settled(stack), seconds=60)
    texts = slack.texts()
    assert [text for text in texts if text[0].isdigit()] == ["1: one", "2: a log", "3: two"]
    assert len(texts) == len(set(texts)) == 5


def _all_settled(stack: Stack) -> bool:
    with opened(stack) as database:
        return Deliveries(database).counts("slack").waiting == 0
