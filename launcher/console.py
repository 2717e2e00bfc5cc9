"""What the person at the terminal reads."""

from __future__ import annotations

from pathlib import Path


class LaunchError(Exception):
    """The start cannot go on; the message says why and what somebody can do."""


def say(text: str) -> None:
    """One line for the person who started this, at once."""
    print(text, flush=True)


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, indented; a remark when there is nothing in it."""
    try:
        last = log.read_text(errors="replace").splitlines()[-lines:]
    except OSError:
        last = []
    return "\n".join(f"    {line}" for line in last or [f"({log.name} is empty)"])
