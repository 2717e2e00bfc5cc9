"""One run at a time for each ``REFUNDS_VAR``; what a run that was killed has left behind."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from launcher.console import LaunchError
from launcher.processes import Process

SUPERVISOR = "supervisord"
SPAWNED = re.compile(r"spawned: '(?P<name>\w+)' with pid (?P<pid>\d+)")


@dataclass(frozen=True, slots=True)
class Alive:
    """A process of ours that runs."""

    name: str
    pid: int


@contextmanager
def only_run(var: Path, addresses: str) -> Iterator[None]:
    """Hold this ``var`` for one run; raises ``LaunchError`` with the addresses of the run that holds it already."""
    path = var / "run" / "launcher.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise LaunchError(f"Already running, {file.read().strip()}") from None
        _write(file, f"pid {os.getpid()}, started from {os.getcwd()}\n{addresses}\n")
        yield


def _write(file: TextIO, text: str) -> None:
    file.truncate(0)
    file.write(text)
    file.flush()


def refuse_leftovers(var: Path, processes: list[Process]) -> None:
    """Raises ``LaunchError`` that names what a killed run has left and the command that ends it."""
    left = leftovers(var, processes)
    if not left:
        return
    named = ", ".join(f"{each.name} (pid {each.pid})" for each in left)
    supervisor = [each for each in left if each.name == SUPERVISOR]
    pids = " ".join(str(each.pid) for each in supervisor or left)
    raise LaunchError(f"An earlier run was killed and left these behind: {named}.\nStop them with: kill {pids}")


def leftovers(var: Path, processes: list[Process]) -> list[Alive]:
    """What still runs of what was last started for this ``var``, the supervisor first."""
    pids = {SUPERVISOR: _supervisor_pid(var), **_last_started(var)}
    marks = {SUPERVISOR: SUPERVISOR, **{process.name: f" -m {process.module}" for process in processes}}
    # A number may long belong to another program: the command line tells.
    return [
        Alive(name, pids[name]) for name, mark in marks.items() if pids.get(name) and mark in command_of(pids[name])
    ]


def _last_started(var: Path) -> dict[str, int]:
    try:
        log = (var / "logs" / "supervisord.log").read_text(errors="replace")
    except OSError:
        return {}
    return {match["name"]: int(match["pid"]) for match in SPAWNED.finditer(log)}


def _supervisor_pid(var: Path) -> int:
    try:
        return int((var / "run" / "supervisord.pid").read_text())
    except (OSError, ValueError):
        return 0


def command_of(pid: int) -> str:
    """The command line of a process; empty when there is none."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        if Path("/proc/self").exists():
            return ""
    question = ["ps", "-o", "command=", "-p", str(pid)]
    return subprocess.run(question, capture_output=True, text=True, timeout=10, check=False).stdout.strip()
