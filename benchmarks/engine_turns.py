"""What a turn costs in the engine: `.venv/bin/python -m benchmarks.engine_turns`; prints one JSON object.

A real engine process, an action server whose action does nothing but answer, the client on the same machine:
milliseconds of a turn one after the other, turns a second from eight clients at once, and the engine's memory.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.engine_process import Engine, start_engine

WORDS = ["I want my money back", "ORD-48213", "it failed last Tuesday around noon", "paid by card", "yes please"]
TURNS = 300
CLIENTS = 8


def one_after_the_other(engine: Engine) -> dict[str, float]:
    """Milliseconds of a turn."""
    milliseconds = []
    for number in range(TURNS):
        started = time.perf_counter()
        engine.turn(WORDS[number % len(WORDS)])
        milliseconds.append((time.perf_counter() - started) * 1000)
    twentieths = statistics.quantiles(milliseconds, n=20)
    return {"p50": round(twentieths[9], 1), "p95": round(twentieths[18], 1)}


def at_once(engine: Engine) -> float:
    """Turns a second from several clients."""
    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda number: engine.turn(WORDS[number % len(WORDS)]), range(TURNS)))
    return round(TURNS / (time.perf_counter() - started))


def processor_seconds(engine: Engine) -> float:
    """Processor time that the engine has used: what other work on the machine changes least."""
    fields = Path(f"/proc/{engine.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(engine: Engine) -> int:
    """Resident memory of the engine process."""
    status = Path(f"/proc/{engine.pid}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) // 1024


def main() -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as folder:
        for engine in start_engine(Path(folder) / "engine.log"):
            one_after_the_other(engine)  # warm
            before = processor_seconds(engine)
            figures: dict[str, Any] = {
                "turn_ms": one_after_the_other(engine),
                "processor_ms_a_turn": round((processor_seconds(engine) - before) * 1000 / TURNS, 1),
                "turns_a_second": at_once(engine),
                "megabytes": megabytes(engine),
            }
            print(json.dumps(figures))


if __name__ == "__main__":
    main()
