"""The engine beside stock Rasa with its default pipeline, in one run: ``python -m benchmarks.engine_against_stock``.

Both have our sentences and rules, a real process of their own and the same action server, which answers at once, and
are asked the same over HTTP by the same client on the same machine. Prints each figure and the ratio.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

from benchmarks.measure import Connection, Times, at_once, load, megabytes, one_after_the_other, processor_seconds
from benchmarks.stock_rasa import running_stock, trained_stock
from tests.engine_process import NOW, ZONE
from tests.stack import ENGINE_PYTHON, ROOT, TOKEN, free_ports, wait_for

WORDS = ("hello", "what are the rules?", "thanks", "how can I pay?", "are you a bot?", "goodbye")
TURNS, CUSTOMERS = 200, 8
GROWTH = (10, 100, 400)
Say = Callable[[Connection, str, str], None]


@dataclass
class Figures:
    """What was measured of one engine; ``growth`` is milliseconds of an answer at so many turns."""

    ready_seconds: float
    one: Times
    processor_ms: float
    many: Times
    growth: dict[int, float]
    megabytes: int


@dataclass
class Ours:
    """Our engine asked as ``web`` asks it, which keeps the states."""

    states: dict[str, Any] = field(default_factory=dict)

    def say(self, connection: Connection, sender: str, text: str) -> None:
        """One turn of a conversation; raises ``RuntimeError`` when it failed."""
        body = {"conversation_id": sender, "message_id": "m", "text": text, "now": NOW, "zone": ZONE}
        answer = connection.post("/webhooks/turn/webhook", body | {"state": self.states.get(sender)})
        if answer["failed"]:
            raise RuntimeError(f"{answer['failed']} after {text!r}")
        self.states[sender] = answer["state"]


def measured(say: Say, connect: Callable[[], Connection], pid: int, ready_seconds: float) -> Figures:
    """All figures of one engine."""
    names = (f"customer-{number}" for number in count())
    connection = connect()

    def talk(connection: Connection, sender: str) -> list[Callable[[], None]]:
        return [lambda text=text: say(connection, sender, text) for text in WORDS]  # type: ignore[misc]

    def talks(number: int) -> list[Callable[[], None]]:
        return [question for _ in range(number) for question in talk(connection, next(names))]

    one_after_the_other(talks(5))  # warm
    before = processor_seconds(pid)
    one = one_after_the_other(talks(TURNS // len(WORDS)))
    processor_ms = (processor_seconds(pid) - before) * 1000 / one.answers
    many = at_once([talk(connect(), next(names)) for _ in range(TURNS // len(WORDS))], CUSTOMERS)
    return Figures(ready_seconds, one, processor_ms, many, _growth(say, connection), megabytes(pid))


def _growth(say: Say, connection: Connection) -> dict[int, float]:
    """The median of ten answers around each length of one conversation."""
    taken = []
    for number in range(max(GROWTH) + 5):
        started = perf_counter()
        say(connection, "long talk", WORDS[number % len(WORDS)])
        taken.append((perf_counter() - started) * 1000)
    return {length: median(taken[length - 5 : length + 5]) for length in GROWTH}


@contextmanager
def _actions() -> Iterator[int]:
    (port,) = free_ports(1)
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.instant_actions", str(port)], cwd=ROOT)
    try:
        wait_for("the action server", lambda: _listens(port))
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def _understands(port: int) -> bool:
    try:
        return bool(Connection(port).post(f"/model/parse?{urlencode({'token': TOKEN})}", {"text": "hello"})["intent"])
    except OSError:
        return False


@contextmanager
def _engine(actions_port: int) -> Iterator[tuple[int, int, float]]:
    """Our engine: its port, its process, and how many seconds it took to answer."""
    (port,) = free_ports(1)
    environ = {**os.environ, "REFUNDS_RASA_PORT": str(port), "REFUNDS_RASA_TOKEN": TOKEN}
    environ["REFUNDS_ACTIONS_PORT"] = str(actions_port)
    started = perf_counter()
    process = subprocess.Popen([str(ENGINE_PYTHON), "-m", "rasa_ext"], cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)
    try:
        wait_for("the engine", lambda: _understands(port))
        yield port, process.pid, perf_counter() - started
    finally:
        process.terminate()
        process.wait(20)


def _ours() -> Figures:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with _actions() as actions_port, _engine(actions_port) as (port, pid, ready):
        return measured(Ours().say, lambda: Connection(port, headers), pid, ready)


def _stock(folder: Path) -> Figures:
    with _actions() as port, running_stock(folder, port) as stock:
        return measured(stock.say, lambda: Connection(stock.port), stock.pid, stock.ready_seconds)


def main() -> None:
    """Measure and print."""
    folder = ROOT / "var" / "bench" / "stock"
    training = trained_stock(folder)
    print(f"Stock Rasa was trained with {training['epochs']} epochs instead of 100 in {training['seconds']} s.")
    rows = _rows(_ours(), _stock(folder))
    print(f"{'':42} {'ours':>8} {'stock':>8}   times")
    for name, ours, stock in rows:
        print(f"{name:42} {ours:8.1f} {stock:8.1f}   {max(stock / ours, ours / stock):.1f}")
    print(load())


def _rows(ours: Figures, stock: Figures) -> list[tuple[str, float, float]]:
    def both(name: str, figure: Callable[[Figures], float]) -> tuple[str, float, float]:
        return name, figure(ours), figure(stock)

    return [
        both("an answer with its action call, p50 ms", lambda figures: figures.one.p50),
        both("                                p95 ms", lambda figures: figures.one.p95),
        both("                                p99 ms", lambda figures: figures.one.p99),
        both("processor time of an answer, ms", lambda figures: figures.processor_ms),
        both(f"answers a second, {CUSTOMERS} customers", lambda figures: figures.many.rate),
        *(both(f"an answer after {n} turns, ms", lambda figures, n=n: figures.growth[n]) for n in GROWTH),  # type: ignore[misc]
        both("memory, MB", lambda figures: figures.megabytes),
        both("ready after, s", lambda figures: figures.ready_seconds),
    ]


if __name__ == "__main__":
    main()
