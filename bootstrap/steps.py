"""Runs long commands and shows that they go on."""

from __future__ import annotations

import os
import subprocess
import threading
import time

from bootstrap.places import SetUpError

LONGEST_SECONDS = 3600
SILENCE_SECONDS = 15
TELLING = ("Downloading ", "Downloaded ", "Building ", "Built ", "Resolved ", "Prepared ", "Installed ")


class Steps:
    """The commands of one environment, run one after another, their progress shown under its name."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._started = self._spoke = time.monotonic()
        self._lines: list[str] = []

    def run(self, command: list[str]) -> None:
        """Run ``command`` to its end; raises ``SetUpError`` with what it said when it fails."""
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "UV_NO_PROGRESS": "1", "UV_HTTP_TIMEOUT": "120"},
        ) as process:  # fmt: skip
            listener = threading.Thread(target=self._listen, args=(process,), daemon=True)
            listener.start()
            try:
                self._wait(process)
            finally:
                process.kill()
            listener.join(timeout=5)
        if process.returncode:
            raise SetUpError(f"{self._name}: {' '.join(command)} failed:\n" + "\n".join(self._lines[-30:]))

    def _wait(self, process: subprocess.Popen[str]) -> None:
        deadline = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < deadline:
            try:
                process.wait(timeout=1)
                return
            except subprocess.TimeoutExpired:
                if time.monotonic() - self._spoke >= SILENCE_SECONDS:
                    self._say("still at it")

    def _listen(self, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            self._lines.append(line.rstrip())
            if line.lstrip().startswith(TELLING):
                self._say(line.strip())

    def _say(self, text: str) -> None:
        self._spoke = time.monotonic()
        print(f"{self._name:8} {self._spoke - self._started:4.0f} s  {text}", flush=True)
