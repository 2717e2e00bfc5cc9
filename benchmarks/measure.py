"""What the benchmarks share: time taken by questions, one after the other or at once, and what processes use."""

from __future__ import annotations

import http.client
import json
import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

Question = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds that answers took, and how many came a second."""

    p50: float
    p95: float
    p99: float
    rate: float
    answers: int

    def __str__(self) -> str:
        return f"p50 {self.p50:5.1f}  p95 {self.p95:5.1f}  p99 {self.p99:5.1f} ms  {self.rate:4.0f} answers/s"


def one_after_the_other(questions: Iterable[Question]) -> Times:
    """The times of questions that are asked each after the answer to the one before."""
    started = time.perf_counter()
    return _times([_seconds(question) for question in questions], time.perf_counter() - started)


def at_once(talks: Iterable[Iterable[Question]], customers: int) -> Times:
    """The times of whole talks, ``customers`` of them at a time, each asking one question after the other."""

    def held(talk: Iterable[Question]) -> list[float]:
        return [_seconds(question) for question in talk]

    started = time.perf_counter()
    with ThreadPoolExecutor(customers) as pool:
        seconds = [one for talk in pool.map(held, talks) for one in talk]
    return _times(seconds, time.perf_counter() - started)


def _seconds(question: Question) -> float:
    started = time.perf_counter()
    question()
    return time.perf_counter() - started


def _times(seconds: list[float], whole: float) -> Times:
    percentiles = [each * 1000 for each in quantiles(seconds, n=100, method="inclusive")]
    return Times(percentiles[49], percentiles[94], percentiles[98], len(seconds) / whole, len(seconds))


class Connection:
    """One client's connection, which stays open. It costs 0.4 ms of processor time a question, ``requests`` 2."""

    def __init__(self, port: int, headers: dict[str, str] | None = None) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"Content-Type": "application/json", **(headers or {})}

    def post(self, path: str, body: Any) -> Any:
        """What is answered; raises ``RuntimeError`` for any other status than 200."""
        self._http.request("POST", path, json.dumps(body), self._headers)
        answer = self._http.getresponse()
        read = answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{answer.status} for {body}: {read[:200]!r}")
        return json.loads(read)


def processor_seconds(pid: int) -> float:
    """Processor time that a process has used: what other work on the machine changes least."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(pid: int) -> int:
    """Resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) // 1024


def load() -> str:
    """How busy the machine is besides, which decides what wall times are worth."""
    return f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
