"""The mends of Rasa make it quicker and change no answer: seeded conversations give the same with and without them."""

from __future__ import annotations

import subprocess

import pytest

from tests.stack import ENGINE_PYTHON, ROOT, needs_engine

pytestmark = pytest.mark.engine


def played(how: str, conversations: int, turns: int) -> list[str]:
    """What each turn gave, and what the action server was asked."""
    command = [str(ENGINE_PYTHON), "benchmarks/engine_play.py", how, str(conversations), str(turns)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("conversations", "turns"), [(4, 50), pytest.param(120, 50, marks=[pytest.mark.soak, pytest.mark.timeout(1800)])]
)
def test_random_conversations_give_the_same_with_and_without_the_mends(conversations: int, turns: int) -> None:
    needs_engine()
    mended, stock = played("mended", conversations, turns), played("stock", conversations, turns)
    assert len(mended) == conversations * turns
    assert mended == stock


def test_another_version_of_rasa_is_refused() -> None:
    needs_engine()
    code = (
        "import rasa.version; rasa.version.__version__ = '3.6.22'\n"
        "from rasa_ext.mends.repeated_work import mend_repeated_work\n"
        "mend_repeated_work()"
    )
    command = [str(ENGINE_PYTHON), "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert "RuntimeError: rasa_ext/mends fits rasa 3.6.21, and 3.6.22 is installed" in done.stderr
