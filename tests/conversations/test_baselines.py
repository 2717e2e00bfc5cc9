"""The scripts judge: stand-ins for the assistant fail them, by their words and by their ends."""

from __future__ import annotations

from typing import Any, cast

import pytest

from tests.conversations.baselines import BASELINES, StandIn
from tests.conversations.player import Player, scripts
from tests.stack import Stack

SCRIPTS = scripts()
# Of the four stand-ins so many must fail a script.
ENOUGH = 3
# These judge that nothing happens, and that is what a stand-in is good at.
NOTHING_HAPPENS = {
    "anyone: commands typed by a customer are plain text",
    "trouble: card number and password never reach the store",
}


class Lenient(Player):
    """Takes any button as offered, and may judge by the end alone."""

    by_end_only = False

    def _press(self, title: str) -> None:
        self._say(title)

    def _away(self, hours: int) -> None:
        """A stand-in remembers no time."""

    def _due(self, kind: str) -> None:
        """A stand-in does nothing later."""

    def _judge_answers(self, move: dict[str, Any], where: str) -> None:
        if not self.by_end_only:
            super()._judge_answers({**move, "offers": []}, where)


class ByEnd(Lenient):
    """Judges by the end alone."""

    by_end_only = True


def failed_by(script: dict[str, Any], player: type[Lenient]) -> list[str]:
    """The names of the stand-ins that don't get through a script."""
    return [baseline.__name__ for baseline in BASELINES if not _passes(baseline(), script, player)]


def _passes(baseline: StandIn, script: dict[str, Any], player: type[Lenient]) -> bool:
    try:
        player(cast("Stack", baseline), "somebody", patience=0).play(script)
    except (AssertionError, LookupError):  # a lookup: of a case that was never filed
        return False
    return True


def decides(script: dict[str, Any]) -> bool:
    """Whether a script ends with something on file or with a person."""
    end = script.get("end", {})
    return bool(end.get("cases") or end.get("assessments") or end.get("owner") == "waiting")


JUDGING = [(name, script) for name, script in SCRIPTS if name not in NOTHING_HAPPENS]


@pytest.mark.parametrize("script", [script for _, script in JUDGING], ids=[name for name, _ in JUDGING])
def test_a_script_is_failed_by_what_is_no_assistant(script: dict[str, Any]) -> None:
    failed = failed_by(script, Lenient)
    assert len(failed) >= ENOUGH, f"passed by all but {failed}"


DECIDING = [(name, script) for name, script in SCRIPTS if decides(script)]


@pytest.mark.parametrize("script", [script for _, script in DECIDING], ids=[name for name, _ in DECIDING])
def test_the_end_of_a_script_that_decides_something_is_failed_too(script: dict[str, Any]) -> None:
    failed = failed_by(script, ByEnd)
    assert len(failed) >= ENOUGH, f"passed by all but {failed}"


def test_scripts_that_only_see_nothing_happen_exist_and_no_others_are_excused() -> None:
    excused = [name for name, script in SCRIPTS if len(failed_by(script, Lenient)) < ENOUGH]
    assert set(excused) == NOTHING_HAPPENS
