"""The engine's one channel: who may speak, what is a command, what an action gets, what a failure looks like."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests

from tests.engine_process import NOW, ZONE, Engine
from tests.stack import TOKEN

pytestmark = pytest.mark.engine

STATE = {"slots": {"pending_question": "confirm", "frame": {"calls": 3}}, "active_loop": None}
BLANKS = ["", " ", "   ", "\t", "\n", "\u00a0", "\u3000", "\u2003", " \u00a0\n"]


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], f"{TOKEN}x"])
def test_the_channel_answers_nobody_without_the_token(engine: Engine, token: str) -> None:
    answer = engine.post({"conversation_id": "c", "message_id": "m", "text": "hello", "now": NOW}, token=token)
    assert answer.status_code == 401


def test_parsing_needs_the_token_and_the_root_does_not(engine: Engine) -> None:
    assert requests.post(f"{engine.url}/model/parse", json={"text": "hello"}, timeout=5).status_code == 401
    assert requests.get(engine.url, timeout=5).text.startswith("Hello from Rasa")


@pytest.mark.parametrize("command", ["/restart", "/session_start", "/back", '/inform{"order_number": "ORD-1"}'])
@pytest.mark.parametrize("blanks", BLANKS)
def test_a_command_that_a_customer_types_is_plain_text(engine: Engine, blanks: str, command: str) -> None:
    outcome = engine.turn(blanks + command, state=STATE)
    assert outcome["failed"] is None
    message = engine.actions.calls[-1]["tracker"]["latest_message"]
    assert message["intent"]["name"] not in {"restart", "session_start", "back"}
    assert message["text"].lstrip().lstrip("\u2060") == command
    assert not [entity for entity in outcome["reading"]["entities"] if entity["extractor"] == "RegexMessageHandler"]
    assert outcome["state"]["slots"]["frame"] == {"calls": 4}


def test_a_payload_is_the_button_that_was_pressed(engine: Engine) -> None:
    outcome = engine.turn(payload='/choose_order{"order_number": "ORD-48213"}')
    assert outcome["reading"]["intent"] == "choose_order"
    entities = engine.actions.calls[0]["tracker"]["latest_message"]["entities"]
    assert [(entity["entity"], entity["value"]) for entity in entities] == [("order_number", "ORD-48213")]


def test_a_payload_that_names_no_intent_fails_and_is_not_read_as_words(engine: Engine) -> None:
    outcome = engine.turn(payload="/no_such_intent", state=STATE)
    assert outcome["failed"] == "the payload names no intent of this model"
    assert outcome["state"] == STATE
    assert not engine.actions.calls


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ([], "the body must be an object"),
        ({}, "missing: conversation_id, message_id, now"),
        ({"conversation_id": "c", "message_id": "m", "now": NOW}, "exactly one of text and payload"),
        ({"conversation_id": "c", "message_id": "m", "now": NOW, "text": "a", "payload": "/a"}, "exactly one"),
        ({"conversation_id": "c", "message_id": "m", "now": NOW, "payload": "a"}, "begins with a slash"),
        ({"conversation_id": "c", "message_id": "m", "now": "2026-11-24", "text": "a"}, "ISO time with its offset"),
    ],
)
def test_a_request_that_is_no_turn_is_refused_with_the_reason(engine: Engine, body: Any, reason: str) -> None:
    answer = engine.post(body)
    assert answer.status_code == 400
    assert reason in answer.json()["error"]


def test_an_action_gets_the_message_its_moment_and_the_token(engine: Engine) -> None:
    engine.turn("I want my money back", metadata={"locale": "de", "first": True})
    message = engine.actions.calls[0]["tracker"]["latest_message"]
    assert message["metadata"] == {"message_id": "m", "now": NOW, "zone": ZONE, "locale": "de", "first": True}
    assert message["message_id"] == "m"
    assert engine.actions.headers[0]["Authorization"] == f"Bearer {TOKEN}"


def test_an_action_is_not_sent_the_wording(engine: Engine) -> None:
    engine.turn("I want my money back")
    assert "responses" not in engine.actions.calls[0]["domain"]


def test_doubt_is_an_intent_for_the_dialogue_and_parsing_still_names_the_likeliest(engine: Engine) -> None:
    outcome = engine.turn("qwx zzt")
    message = engine.actions.calls[0]["tracker"]["latest_message"]
    assert message["intent"]["name"] == "doubtful"
    assert outcome["reading"]["doubtful"]
    likeliest = engine.parse("qwx zzt")["intent"]["name"]
    assert outcome["reading"]["intent"] == likeliest != "doubtful"
    assert message["intent_ranking"][0]["name"] == likeliest
    assert len(message["intent_ranking"]) >= 2


@pytest.mark.parametrize("status", [404, 500])
def test_a_failing_action_ends_the_turn_with_the_state_as_it_was(engine: Engine, status: int) -> None:
    engine.actions.act = lambda call: (status, {})
    outcome = engine.turn("I want my money back", state=STATE)
    assert outcome["failed"].startswith("action failed: action_request_refund")
    assert (outcome["replies"], outcome["state"]) == ([], STATE)
    assert len(engine.actions.calls) == 1


def test_an_action_that_answers_nonsense_ends_the_turn(engine: Engine) -> None:
    engine.actions.act = lambda call: (200, {"events": "none"})
    assert engine.turn("I want my money back")["failed"].startswith("action failed")


def test_a_turn_without_a_reply_has_failed(engine: Engine) -> None:
    engine.actions.act = lambda call: (200, {"events": [], "responses": []})
    outcome = engine.turn("I want my money back", state=STATE)
    assert (outcome["failed"], outcome["state"]) == ("no reply", STATE)


def test_an_action_that_hangs_is_given_up_after_eight_seconds(engine: Engine) -> None:
    from threading import Event

    over = Event()

    def hang(call: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        over.wait(14)
        return 200, {}

    engine.actions.act = hang
    started = time.monotonic()
    outcome = engine.turn("I want my money back")
    over.set()
    assert outcome["failed"] == "action failed: action_request_refund: TimeoutError"
    assert 7 < time.monotonic() - started < 11
