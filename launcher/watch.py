"""Tells at the terminal when a process ended by itself and was started again."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

from launcher.console import LaunchError, say, tail

EXITED = re.compile(r"exited: (\w+) \((.*?)(; \w+ ?\w*)?\)")
SPAWNED = re.compile(r"spawned: '(\w+)' with pid (\d+)")


def watch(supervisor: subprocess.Popen[bytes], var: Path) -> None:
    """Follow the supervisor until it ends by itself, which is an error, or a signal interrupts."""
    with (var / "logs" / "supervisord.log").open(errors="replace") as log:
        log.seek(0, 2)
        while supervisor.poll() is None:
            for line in log:
                _tell(line, var)
            time.sleep(0.3)
    raise LaunchError(f"The supervisor ended by itself:\n{tail(var / 'logs' / 'supervisord.log')}")


def _tell(line: str, var: Path) -> None:
    if exited := EXITED.search(line):
        say(f"{exited[1]} ended ({exited[2]}); it is started again. Its log: {var / 'logs' / exited[1]}.log")
    elif spawned := SPAWNED.search(line):
        say(f"{spawned[1]} runs again (pid {spawned[2]}).")
