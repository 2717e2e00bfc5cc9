"""Every conversation script, played against the real processes."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.conversations.player import Player, scripts
from tests.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.processes]
SCRIPTS = scripts()


@pytest.mark.parametrize("script", [script for _, script in SCRIPTS], ids=[name for name, _ in SCRIPTS])
def test_the_conversation_ends_as_written(stack: Stack, script: dict[str, Any]) -> None:
    stack.reset()
    Player(stack, f"customer-{uuid.uuid4().hex[:8]}").play(script)


def test_no_two_scripts_are_the_same() -> None:
    bodies = [str((script["moves"], script.get("end"))) for _, script in SCRIPTS]
    assert len(set(bodies)) == len(bodies)
    assert len({name for name, _ in SCRIPTS}) == len(SCRIPTS)
