"""The engine's client: what it asks, and that every unusable answer is told apart from a usable one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from refunds.chat.engine import BackOfficeLate, EngineClient
from refunds.chat.message import Button, EngineAnswer, PersonNeeded, Reply
from refunds.chat.work import Work
from refunds.errors import EngineUnavailable
from tests.fake_engine import TOKEN, Answer, FakeEngine, fake_engine, needs_person, says

METADATA: dict[str, Any] = {"message_id": "m1", "now": "2026-11-24T10:00:00+00:00", "zone": "Europe/Berlin"}
WORK = Work("c1", 0, "m1", "my server failed", None, {"slots": {"claim": "failure"}}, METADATA)


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    with fake_engine() as running:
        yield running


def ask(url: str, work: Work = WORK, *, deadline: float = 5) -> EngineAnswer:
    async def once() -> EngineAnswer:
        client = EngineClient(url, TOKEN, deadline=deadline)
        try:
            return await client.answer(work)
        finally:
            await client.close()

    return asyncio.run(once())


def test_the_engine_is_given_the_message_its_moment_and_the_state(engine: FakeEngine) -> None:
    engine.answer = lambda _: says("hello")
    ask(engine.url)
    asked = engine.questions[0]
    assert asked == {
        "conversation_id": "c1",
        "message_id": "m1",
        "text": "my server failed",
        "now": "2026-11-24T10:00:00+00:00",
        "zone": "Europe/Berlin",
        "state": {"slots": {"claim": "failure"}},
        "metadata": METADATA,
    }


def test_an_offered_buttons_payload_goes_instead_of_the_text(engine: FakeEngine) -> None:
    engine.answer = lambda _: says("hello")
    ask(engine.url, Work("c1", 0, "m1", "Yes", "/affirm", None, METADATA))
    assert engine.questions[0]["payload"] == "/affirm"
    assert "text" not in engine.questions[0]


def test_replies_buttons_cards_state_and_reading_are_read(engine: FakeEngine) -> None:
    reply = {"text": "Which?", "buttons": [{"title": "A", "payload": "/a"}], "custom": {"card": {"type": "orders"}}}
    engine.answer = lambda _: says(reply, state={"slots": {"x": 1}})
    answer = ask(engine.url)
    assert answer.replies == (Reply("Which?", (Button("A", "/a"),), {"type": "orders"}),)
    assert answer.state == {"slots": {"x": 1}}
    assert answer.reading["intent"] == "inform"


def test_a_request_for_a_person_is_no_reply_but_a_wish(engine: FakeEngine) -> None:
    engine.answer = lambda _: needs_person("One moment.")
    answer = ask(engine.url)
    assert answer.replies == (Reply("One moment."),)
    assert answer.person_needed == PersonNeeded("customer_asked", {"order": "ORD-1"})


@pytest.mark.parametrize(
    "answer",
    [
        500,
        404,
        b"",
        b"<html>",
        b"[]",
        b'{"replies": "hello"}',
        says(),
        says("half an answer", failed="action server"),
        says({"custom": {"ask": {"owner": "nobody", "reason": "x"}}}),
        says({"custom": {"card": {"type": "case"}}}),
    ],
    ids=str,
)
def test_what_is_no_usable_answer_is_refused(engine: FakeEngine, answer: Answer) -> None:
    engine.answer = lambda _: answer
    with pytest.raises(EngineUnavailable):
        ask(engine.url)


def test_a_missing_back_office_is_told_apart_from_a_broken_engine(engine: FakeEngine) -> None:
    engine.answer = lambda _: says("Sorry", {"custom": {"failure": "back_office"}})
    with pytest.raises(BackOfficeLate):
        ask(engine.url)


def test_an_engine_that_is_down_is_refused_at_once(engine: FakeEngine) -> None:
    engine.stop()
    with pytest.raises(EngineUnavailable, match="ConnectionRefusedError"):
        ask(engine.url)


def test_an_engine_that_hangs_is_left_at_the_deadline(engine: FakeEngine) -> None:
    let_go = threading.Event()
    engine.answer = lambda _: says("late") if let_go.wait(20) else 500
    try:
        with pytest.raises(EngineUnavailable):
            ask(engine.url, deadline=0.2)
    finally:
        let_go.set()


def test_health_is_judged_by_a_real_answer(engine: FakeEngine) -> None:
    async def is_answering() -> bool:
        client = EngineClient(engine.url, TOKEN)
        try:
            return await client.is_answering(datetime.now(UTC))
        finally:
            await client.close()

    assert asyncio.run(is_answering())
    engine.answer = lambda _: says()
    assert not asyncio.run(is_answering())
