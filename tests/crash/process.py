"""``python -m tests.crash.process MODULE``: runs a process that kills itself, once, at a named point.

``CRASH_POINT`` is ``package.module:Class.function:before`` or ``...:after``; ``CRASH_MARKER`` is a file that is
made just before the SIGKILL, so that a restarted process lives on and a test can tell that the point was hit.
Imports nothing of the project by itself and runs on Python 3.10, so that it serves the engine too.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import os
import runpy
import signal
import sys
from datetime import timedelta
from typing import Any

# A conversation or an outbox row whose process died is free again after a while that no test should wait for.
SHORTENED = {
    "web": [("refunds.chat.leases", "LEASE", 1), ("refunds.chat.deliveries", "CLAIM_HOLDS", 3)],
    "refunds.worker": [("refunds.outbox", "CLAIM_HOLDS", 1)],
}


def main() -> None:
    """Arrange the death, shorten what would only make a test wait, and become MODULE."""
    module = sys.argv[1]
    sys.argv = sys.argv[1:]
    if module == "rasa_ext":
        # The engine arranges what Rasa must find before it is imported.
        importlib.import_module("rasa_ext.surroundings").prepare()
        importlib.import_module("rasa_ext.serve")
    for place, name, seconds in SHORTENED.get(module, ()):
        setattr(importlib.import_module(place), name, timedelta(seconds=seconds))
    if not os.path.exists(os.environ["CRASH_MARKER"]):
        wrap(os.environ["CRASH_POINT"])
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def wrap(point: str) -> None:
    """Replace the function of ``point`` by one that dies; raises ``AttributeError`` when there is none."""
    place, name, when = point.split(":")
    holder: Any = importlib.import_module(place)
    *classes, function = name.split(".")
    for one in classes:
        holder = getattr(holder, one)
    setattr(holder, function, _deadly(getattr(holder, function), when))


def _deadly(function: Any, when: str) -> Any:
    @functools.wraps(function)
    def dies(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            _die()
        result = function(*args, **kwargs)
        _die()
        return result

    @functools.wraps(function)
    async def dies_waiting(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            _die()
        result = await function(*args, **kwargs)
        _die()
        return result

    return dies_waiting if inspect.iscoroutinefunction(function) else dies


def _die() -> None:
    with open(os.environ["CRASH_MARKER"], "x"):
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
