"""The supervisor with small stand-ins for our processes: restarts, ends, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from launcher.processes import Process
from launcher.running import leftovers
from launcher.supervision import supervised

pytestmark = pytest.mark.processes

FAITHFUL = "import signal\nsignal.pause()\n"
STUBBORN = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True:\n    signal.pause()\n"
KILLED_RUN = """
import os, sys
from pathlib import Path
from launcher.processes import Process
from launcher.supervision import supervised
with supervised([Process("web", Path(sys.executable), "stand_in")], Path(sys.argv[1]), os.environ) as child:
    print("started", flush=True)
    child.wait()
"""


def wait_for(state: Callable[[], object], seconds: float = 15) -> None:
    """Return when ``state`` is true; fails after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not state():
        assert time.monotonic() < deadline, "did not happen in time"
        threading.Event().wait(0.05)


def stand_in(tmp_path: Path, code: str) -> Process:
    (tmp_path / "run").mkdir()
    (tmp_path / "stand_in.py").write_text(code)
    return Process("web", Path(sys.executable), "stand_in")


def surroundings(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(tmp_path)}


def pid_of(process: Process, var: Path) -> int | None:
    return next((each.pid for each in leftovers(var, [process]) if each.name == process.name), None)


@contextmanager
def signals_kept() -> Iterator[None]:
    """The end of a run ignores further signals; a test's own process must not go on doing so."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_a_process_that_dies_is_started_again(tmp_path: Path) -> None:
    process = stand_in(tmp_path, FAITHFUL)
    with signals_kept(), supervised([process], tmp_path, surroundings(tmp_path)):
        wait_for(lambda: pid_of(process, tmp_path))
        first = pid_of(process, tmp_path)
        assert first
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: pid_of(process, tmp_path) not in (None, first))


@pytest.mark.parametrize("code", [FAITHFUL, STUBBORN], ids=["on asking", "by force"])
def test_everything_is_ended_within_fifteen_seconds(tmp_path: Path, code: str) -> None:
    process = stand_in(tmp_path, code)
    with signals_kept():
        with supervised([process], tmp_path, surroundings(tmp_path)):
            wait_for(lambda: pid_of(process, tmp_path))
            asked = time.monotonic()
        assert time.monotonic() - asked < 15
    assert leftovers(tmp_path, [process]) == []


def test_what_a_killed_launcher_leaves_is_found_and_its_supervisor_ends_it(tmp_path: Path) -> None:
    process = stand_in(tmp_path, FAITHFUL)
    command = [sys.executable, "-c", KILLED_RUN, str(tmp_path)]
    with subprocess.Popen(command, env=surroundings(tmp_path), stdout=subprocess.PIPE) as launcher:
        wait_for(lambda: pid_of(process, tmp_path))
        launcher.kill()
    left = leftovers(tmp_path, [process])
    assert [each.name for each in left] == ["supervisord", "web"]
    os.kill(left[0].pid, signal.SIGTERM)
    wait_for(lambda: not leftovers(tmp_path, [process]))
