"""Every conversation script, played against the real processes."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest

from tests.conversations.player import Player, scripts
from tests.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.processes]
SCRIPTS = scripts()
IN_A_ROW = 8
each_script = pytest.mark.parametrize("script", [script for _, script in SCRIPTS], ids=[name for name, _ in SCRIPTS])

# What a move is judged by; the rest is what is done.
_JUDGEMENTS = ("hears", "not", "offers")


@each_script
def test_the_conversation_ends_as_written(stack: Stack, script: dict[str, Any]) -> None:
    played(stack, script)


@pytest.mark.soak
@pytest.mark.timeout(600)
@each_script
def test_the_conversation_ends_the_same_each_time(stack: Stack, script: dict[str, Any]) -> None:
    ends = [played(stack, script).end() for _ in range(IN_A_ROW)]
    assert ends == ends[:1] * IN_A_ROW


def test_no_two_scripts_share_moves_and_end() -> None:
    seen: dict[str, str] = {}
    for name, script in SCRIPTS:
        twin = seen.setdefault(what_happens(script), name)
        assert twin == name, f"{name} does what {twin} does and ends as it does"


def test_no_two_scripts_share_a_name() -> None:
    names = [re.sub(r"\W+", " ", name.lower()) for name, _ in SCRIPTS]
    assert len(set(names)) == len(names)


def test_scripts_that_differ_in_judgement_and_spelling_alone_are_the_same() -> None:
    one = {"moves": [{"say": "Refund, please!", "hears": ["e-mail"]}], "end": {"cases": []}}
    other = {"moves": [{"say": "refund  please"}], "end": {}}
    assert what_happens(one) == what_happens(other)


def test_scripts_that_end_otherwise_are_not_the_same() -> None:
    one = {"moves": [{"say": "refund please"}], "end": {"owner": "assistant"}}
    assert what_happens(one) != what_happens({**one, "end": {"owner": "waiting"}})


def played(stack: Stack, script: dict[str, Any]) -> Player:
    """The player of a script, in a house that holds nothing else."""
    stack.reset()
    player = Player(stack, f"customer-{uuid.uuid4().hex[:8]}")
    player.play(script)
    return player


def what_happens(script: dict[str, Any]) -> str:
    """A script's moves and end, without what is only judged on the way, how words are spelt, and what is empty."""
    moves = [{kind: what for kind, what in move.items() if kind not in _JUDGEMENTS} for move in script["moves"]]
    end = {name: value for name, value in script.get("end", {}).items() if value != []}
    return json.dumps(_plain([moves, end]), sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    # Signs that carry a meaning stay: of days, numbers, addresses and places to fill; also where there are no words.
    return " ".join(re.findall(r"[\w{}@.+-]*\w[\w{}]*", value.lower())) or value if isinstance(value, str) else value
