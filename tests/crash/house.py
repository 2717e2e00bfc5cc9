"""A house in which one process dies at a named point and is started again at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.stack import Stack
from tests.world import wait_until


@dataclass(frozen=True)
class Point:
    """Where a process dies: before or after a function of the real code is called for the first time."""

    process: str
    place: str
    when: str

    def __str__(self) -> str:
        return f"{self.process} dies {self.when} {self.place.split(':')[1]}"


@contextmanager
def doomed(stack: Stack, point: Point) -> Iterator[Path]:
    """Let the process of ``point`` run so that it dies there, and keep every process of ``stack`` alive.

    Start the stack inside. Gives the marker file; fails at the end when the point was never hit.
    """
    marker = stack.var / "crashed"
    stack.extra |= {"CRASH_POINT": f"{point.place}:{point.when}", "CRASH_MARKER": str(marker)}
    *python, module = stack.commands[point.process]
    stack.commands[point.process] = [*python, "tests.crash.process", module]
    over = threading.Event()
    restarter = threading.Thread(target=_restart_the_dead, args=(stack, over), daemon=True)
    restarter.start()
    try:
        yield marker
        assert marker.exists(), f"{point} was never hit"
    finally:
        over.set()
        restarter.join()
        stack.stop()


def _restart_the_dead(stack: Stack, over: threading.Event) -> None:
    while not over.wait(0.05):
        for name, process in list(stack.processes.items()):
            if process.poll() is not None:
                stack.launch(name)


def insist(stack: Stack, sender: str, text: str, message_id: str, *, until: str) -> list[dict[str, Any]]:
    """Redeliver a message under its id, as a channel does, until an answer that contains ``until`` comes."""
    found: list[list[dict[str, Any]]] = []

    def answered() -> bool:
        try:
            answer = stack.say(sender, text, message_id)
        except requests.RequestException:
            return False
        found.append(answer)
        return any(until in line["text"] for line in answer)

    wait_until(answered, seconds=60)
    return found[-1]
