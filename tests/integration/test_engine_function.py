"""The engine is a function from a message and a state to replies and a state."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.engine_process import Engine, count_and_echo, start_engine

pytestmark = pytest.mark.engine

STATES: list[dict[str, Any] | None] = [
    None,
    {"slots": {}, "active_loop": None},
    {"slots": {"pending_question": "confirm", "frame": {"calls": 7}}, "active_loop": None},
]
WORDS = [
    "I want my money back",
    "yes",
    "no",
    "ORD-48213",
    "it failed last Tuesday around noon",
    "qwx zzt",
    "  /restart",
]


def test_the_same_message_and_state_give_the_same_answer(engine: Engine) -> None:
    for state in STATES:
        for text in WORDS:
            assert engine.turn(text, state=state) == engine.turn(text, state=state)


def test_an_answer_does_not_depend_on_what_was_asked_before(engine: Engine) -> None:
    alone = engine.turn("yes", state=STATES[2])
    for text in WORDS:
        engine.turn(text, conversation_id="c", state=STATES[1])
    assert engine.turn("yes", state=STATES[2]) == alone


def test_two_engine_processes_agree(engine: Engine, tmp_path: Path) -> None:
    for other in start_engine(tmp_path / "other.log"):
        for state in STATES:
            for text in WORDS:
                assert other.turn(text, state=state) == engine.turn(text, state=state)


def test_a_conversation_of_many_turns_may_change_the_process_at_each_turn(engine: Engine) -> None:
    state: dict[str, Any] | None = None
    for calls in range(1, 6):
        outcome = engine.turn("ORD-48213", state=state, conversation_id=f"another-{calls}")
        state = outcome["state"]
        assert state == {"slots": {"pending_question": "order", "frame": {"calls": calls}}, "active_loop": None}


def test_requests_at_the_same_time_do_not_mix_their_states(engine: Engine) -> None:
    def ask(number: int) -> Any:
        state = {"slots": {"frame": {"calls": number}}, "active_loop": None}
        return engine.turn("I want a refund", state=state, conversation_id=f"c{number}")["state"]["slots"]["frame"]

    with ThreadPoolExecutor(12) as pool:
        frames = list(pool.map(ask, range(60)))
    assert [frame["calls"] for frame in frames] == list(range(1, 61))


def test_a_slow_action_of_one_conversation_holds_no_other_up(engine: Engine) -> None:
    from threading import Event

    slow_one_goes_on, slow_one_came = Event(), Event()

    def act(call: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if call["sender_id"] == "slow":
            slow_one_came.set()
            slow_one_goes_on.wait(6)
        return count_and_echo(call)

    engine.actions.act = act
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(engine.turn, "I want a refund", conversation_id="slow")
        assert slow_one_came.wait(6)
        assert engine.turn("I want a refund", conversation_id="quick")["failed"] is None
        assert not slow.done()
        slow_one_goes_on.set()
        assert slow.result(6)["failed"] is None


def test_the_state_holds_only_what_differs_from_the_beginning(engine: Engine) -> None:
    engine.actions.act = lambda call: (200, {"events": [], "responses": [{"text": "hello"}]})
    assert engine.turn("hello")["state"] == {"slots": {}, "active_loop": None}


def test_a_slot_that_the_model_does_not_know_is_left_out(engine: Engine) -> None:
    state = {"slots": {"from_an_older_model": 1, "frame": {"calls": 1}}, "active_loop": "a_form_of_old"}
    slots = engine.turn("I want a refund", state=state)["state"]["slots"]
    assert slots == {"pending_question": "order", "frame": {"calls": 2}}


def test_an_action_that_changes_the_slot_of_its_rule_runs_once(engine: Engine) -> None:
    state = {"slots": {"pending_question": "confirm"}, "active_loop": None}
    assert engine.turn("qwx zzt", state=state)["failed"] is None
    assert len(engine.actions.calls) == 1


def test_replies_keep_text_buttons_and_card_together(engine: Engine) -> None:
    (reply,) = engine.turn("I want my money back")["replies"]
    assert reply["text"] == "action_request_refund after request_refund"
    assert reply["buttons"][0]["title"] == "ORD-48213"
    assert reply["custom"] == {"card": {"kind": "x"}}


def test_the_order_of_replies_is_kept(engine: Engine) -> None:
    texts = [f"line {number}" for number in range(5)]
    engine.actions.act = lambda call: (200, {"events": [], "responses": [{"text": text} for text in texts]})
    replies = [reply["text"] for reply in engine.turn("I want my money back")["replies"]]
    assert all(earlier < later for earlier, later in pairwise(replies))
    assert replies == texts
