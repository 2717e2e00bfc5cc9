"""A house in which one process dies at a named point and is started again at once."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from tests.stack import Stack, wait_for
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
def doomed(stack: Stack, point: Point) -> Iterator[None]:
    """The process of ``point``, started anew to die there once, and started again at once when it does.

    Fails at the end when the point was never hit. Afterwards the process is down; a house's ``reset`` starts it again.
    """
    usual, marker = stack.commands[point.process], stack.var / f"crashed-{secrets.token_hex(4)}"
    *python, module = usual
    stack.stop(point.process)
    stack.extra |= {"CRASH_POINT": f"{point.place}:{point.when}", "CRASH_MARKER": str(marker)}
    stack.commands[point.process] = [*python, "tests.crash.process", module]
    stack.launch(point.process)
    try:
        with _restarting(stack, point.process):
            stack.wait_until_ready(point.process)
            yield
            wait_for(f"the moment at which {point}", marker.exists, seconds=30)
    finally:
        stack.stop(point.process)
        stack.commands[point.process] = usual


@contextmanager
def _restarting(stack: Stack, name: str) -> Iterator[None]:
    over = threading.Event()
    restarter = threading.Thread(target=_restart_the_dead, args=(stack, name, over), daemon=True)
    restarter.start()
    try:
        yield
    finally:
        over.set()
        restarter.join()


def _restart_the_dead(stack: Stack, name: str, over: threading.Event) -> None:
    while not over.wait(0.05):
        if stack.processes[name].poll() is not None:
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
