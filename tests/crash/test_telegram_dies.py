"""web gets SIGKILL at every step between Telegram and Telegram: nothing is lost; a repeat is one at most, counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import update

from refunds.chat.deliveries import Deliveries, DeliveryCounts
from refunds.database import Base
from refunds.tables import ChannelSecretRow
from tests.crash.house import Point, doomed
from tests.crash.test_web_dies import opened
from tests.fake_engine import FakeEngine, fake_engine
from tests.stack import ROOT, Stack
from tests.telegram_house import AMARA
from tests.telegram_server import BOT_TOKEN, SECRET, Payload, TelegramServer, telegram_server
from tests.world import wait_until

ADMIT = "refunds.chat.admission:Admission.admit"
TAKE = "refunds.chat.deliveries:Deliveries.take"
POST = "web.connectors.telegram.delivery:TelegramDelivery._post"
SENT = "refunds.chat.deliveries:Deliveries.sent"
TELL = "refunds.chat.channel_events:ChannelEvents.tell"
NOTE = "refunds.chat.channel_events:ChannelEvents.note"
KEEP = "web.connectors.telegram.files:TelegramFiles.keep"

OF_TELEGRAM = [Point("web", POST, "after")]
FURTHER_OF_TELEGRAM = [
    Point("web", ADMIT, "after"),
    Point("web", ADMIT, "before"),
    Point("web", TAKE, "after"),
    Point("web", POST, "before"),
    Point("web", SENT, "before"),
    Point("web", SENT, "after"),
]
OF_EVENTS = [Point("web", TELL, "after")]
FURTHER_OF_EVENTS = [
    Point("web", TELL, "before"),
    Point("web", NOTE, "before"),
    Point("web", NOTE, "after"),
    Point("web", KEEP, "before"),
    Point("web", KEEP, "after"),
]
# The channel has the line, and nobody of us knows it: Telegram cannot be asked.
MAY_REPEAT = {(POST, "after"), (SENT, "before")}


def _points(always: list[Point], further: list[Point]) -> list[Any]:
    return [*always, *(pytest.param(point, marks=pytest.mark.soak) for point in further)]


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with telegram_server() as running:
        yield running


@pytest.fixture
def stack(tmp_path: Path, telegram: TelegramServer) -> Iterator[Stack]:
    house = Stack(tmp_path, ROOT / "sandbox" / "world.json")
    house.extra |= {
        "REFUNDS_TELEGRAM_TOKEN": BOT_TOKEN,
        "REFUNDS_TELEGRAM_SECRET": SECRET,
        "REFUNDS_TELEGRAM_API": telegram.api,
    }
    with opened(house) as database:
        Base.metadata.create_all(database.engine)
    yield house
    house.stop()


@pytest.fixture
def engine(stack: Stack) -> Iterator[FakeEngine]:
    with fake_engine(stack.rasa_port) as running:
        yield running


def let_the_dead_ones_turn_end(stack: Stack) -> None:
    """Who polls has the turn for a while that no test should wait for."""
    with opened(stack) as database, database.transaction() as session:
        session.execute(update(ChannelSecretRow).values(ends_at=datetime.now(UTC)))


def insist(stack: Stack, telegram: TelegramServer, update: Payload) -> None:
    """Bring an update until it is acknowledged, as Telegram does."""

    def acknowledged() -> bool:
        try:
            return telegram.tell(stack.url, update).ok
        except requests.RequestException:
            return False

    wait_until(acknowledged, seconds=60)


def counts(stack: Stack) -> DeliveryCounts:
    with opened(stack) as database:
        return Deliveries(database).counts("telegram")


@pytest.mark.processes
@pytest.mark.parametrize("point", _points(OF_TELEGRAM, FURTHER_OF_TELEGRAM), ids=str)
def test_each_answer_comes_and_a_repeat_is_counted(
    stack: Stack, telegram: TelegramServer, engine: FakeEngine, point: Point
) -> None:
    with doomed(stack, point):
        insist(stack, telegram, telegram.message(AMARA, "one"))
        wait_until(lambda: "1: one" in telegram.texts(AMARA), seconds=60)
        insist(stack, telegram, telegram.message(AMARA, "two"))
        wait_until(lambda: "2: two" in telegram.texts(AMARA), seconds=60)
        wait_until(lambda: counts(stack).sent == 2, seconds=60)
    repeats = ["1: one"] if (point.place, point.when) in MAY_REPEAT else []
    assert telegram.texts(AMARA) == ["1: one", *repeats, "2: two"]
    assert [text for text in engine.said if text != "hello"] == ["one", "two"]  # "hello" asks for its health
    assert len(repeats) <= counts(stack).unsure <= 1
    assert BOT_TOKEN not in stack.log("web")


@pytest.mark.processes
@pytest.mark.parametrize("point", _points(OF_EVENTS, FURTHER_OF_EVENTS), ids=str)
def test_an_edit_and_a_file_count_once(
    stack: Stack, telegram: TelegramServer, engine: FakeEngine, point: Point
) -> None:
    with doomed(stack, point):
        said = telegram.message(AMARA, "one")
        insist(stack, telegram, said)
        insist(stack, telegram, telegram.document(AMARA, "log.txt", b"it was down", caption="a log"))
        insist(stack, telegram, telegram.edited(said, "two"))
        wait_until(lambda: len(telegram.texts(AMARA)) >= 5, seconds=60)
        wait_until(lambda: counts(stack).waiting == 0, seconds=60)
    texts, different = telegram.texts(AMARA), dict.fromkeys(telegram.texts(AMARA))
    assert [text for text in different if text[0].isdigit()] == ["1: one", "2: a log", "3: two"]
    assert len(different) == 5
    # What was on its way at the moment of death may come once more, and is counted.
    assert len(texts) - len(different) <= counts(stack).unsure <= 1


@pytest.mark.processes
@pytest.mark.soak
@pytest.mark.parametrize("point", [Point("web", ADMIT, "before"), Point("web", ADMIT, "after")], ids=str)
def test_by_polling_too_each_message_counts_once(
    stack: Stack, telegram: TelegramServer, engine: FakeEngine, point: Point
) -> None:
    stack.extra["REFUNDS_TELEGRAM_POLLING"] = "on"

    def answered(text: str) -> bool:
        let_the_dead_ones_turn_end(stack)
        return text in telegram.texts(AMARA)

    with doomed(stack, point):
        telegram.pending += [telegram.message(AMARA, "one"), telegram.message(AMARA, "two")]
        wait_until(lambda: answered("2: two"), seconds=60)
        wait_until(lambda: telegram.pending == [], seconds=60)
    assert telegram.texts(AMARA) == ["1: one", "2: two"]
    assert [text for text in engine.said if text != "hello"] == ["one", "two"]
