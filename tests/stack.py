"""The whole house for tests: real processes on free ports, with a folder and a world of their own."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import requests
from typer.testing import CliRunner

from refunds.cli import commands

ROOT = Path(__file__).resolve().parent.parent
ENGINE_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
TOKEN = "a token for tests that is long enough"
START_SECONDS = 60


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, all different."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def wait_for(what: str, holds: Any, seconds: float = START_SECONDS, pause: float = 0.05) -> Any:
    """Wait until ``holds()`` is true and give it back; fails with ``what`` after ``seconds``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(pause)  # the pause of a poll, not a guess at how long something takes
    raise AssertionError(f"waited {seconds} s in vain for {what}")


@dataclass
class Stack:
    """Five processes and how to reach them. ``commands`` may be changed before ``start`` (crash tests do)."""

    var: Path
    world: Path
    extra: dict[str, str] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.web_port, self.rasa_port, self.actions_port, self.sandbox_port = free_ports(4)
        self.commands = {
            "sandbox": [sys.executable, "-m", "sandbox"],
            "actions": [sys.executable, "-m", "actions"],
            "rasa": [str(ENGINE_PYTHON), "-m", "rasa_ext"],
            "web": [sys.executable, "-m", "web"],
            "worker": [sys.executable, "-m", "refunds.worker"],
        }

    @property
    def environ(self) -> dict[str, str]:
        """The environment of every process."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("REFUNDS_")}
        return kept | {
            "REFUNDS_VAR": str(self.var),
            "REFUNDS_SANDBOX_WORLD": str(self.world),
            "REFUNDS_WEB_PORT": str(self.web_port),
            "REFUNDS_RASA_PORT": str(self.rasa_port),
            "REFUNDS_ACTIONS_PORT": str(self.actions_port),
            "REFUNDS_SANDBOX_PORT": str(self.sandbox_port),
            "REFUNDS_RASA_TOKEN": TOKEN,
            "REFUNDS_SECRET": "a secret for tests that is long enough to be one",
            "REFUNDS_RETRY_DELAYS": "5,40,60",
            **self.extra,
        }

    @property
    def url(self) -> str:
        """Where ``web`` listens."""
        return f"http://127.0.0.1:{self.web_port}"

    def one_more_web(self, **extra: str) -> Stack:
        """Another web process of this house, started, with settings of its own; ``stop("web")`` stops it."""
        other = Stack(self.var, self.world, {**self.extra, **extra})
        other.rasa_port, other.actions_port, other.sandbox_port = self.rasa_port, self.actions_port, self.sandbox_port
        other.start("web")
        return other

    def start(self, *names: str) -> None:
        """Start the named processes (all by default) and wait until each answers."""
        for name in names or tuple(self.commands):
            self.launch(name)
        for name in names or tuple(self.commands):
            self.wait_until_ready(name)

    def launch(self, name: str) -> None:
        """Start a process without waiting for it."""
        self.down.discard(name)
        with (self.var / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self.commands[name], cwd=ROOT, env=self.environ, stdout=log, stderr=subprocess.STDOUT
            )

    def wait_until_ready(self, name: str) -> None:
        """Wait until a process does its work."""
        try:
            wait_for(
                f"{name} to be ready",
                {
                    "sandbox": lambda: self._answers(f"http://127.0.0.1:{self.sandbox_port}/health"),
                    "actions": lambda: self._answers(f"http://127.0.0.1:{self.actions_port}/health"),
                    "rasa": self._understands,
                    "web": lambda: self._answers(f"{self.url}/health"),
                    "worker": (self.var / "worker.heartbeat").exists,
                }[name],
            )
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log(name)[-3000:]}") from error

    def log(self, name: str) -> str:
        """What a process wrote so far."""
        path = self.var / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    @staticmethod
    def _answers(url: str) -> bool:
        try:
            return requests.get(url, timeout=2).ok
        except requests.RequestException:
            return False

    def _understands(self) -> bool:
        url = f"http://127.0.0.1:{self.rasa_port}/model/parse"
        try:
            answer = requests.post(url, params={"token": TOKEN}, json={"text": "hello"}, timeout=5)
            return bool(answer.ok and answer.json().get("intent", {}).get("name"))
        except requests.RequestException:
            return False

    def stop(self, *names: str, with_signal: int = signal.SIGTERM) -> None:
        """Stop processes of this stack (all by default), politely first."""
        chosen = [(name, self.processes.pop(name)) for name in names or tuple(self.processes) if name in self.processes]
        self.down |= {name for name, _ in chosen}
        for _, process in chosen:
            process.send_signal(with_signal)
        for _, process in chosen:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)

    def refunds(self, *arguments: str) -> Any:
        """What a ``refunds ... --json`` command prints, read; run in this process, since a start costs a second."""
        done = CliRunner().invoke(commands.app, list(arguments), env=self.environ)
        assert done.exit_code == 0, f"refunds {' '.join(arguments)}: {done.output} {done.exception!r}"
        return json.loads(done.stdout) if "--json" in arguments else done.stdout

    def reset(self) -> None:
        """Empty everything and read the world again; what a failed test ended and did not start is started."""
        if self.down:
            self.start(*self.down)
        self.refunds("sandbox", "reset", "--json")

    def say(
        self, sender: str, message: str, message_id: str | None = None, timeout: float = 20
    ) -> list[dict[str, Any]]:
        """Say something over REST and give the answers."""
        body = {"sender": sender, "message": message} | ({"message_id": message_id} if message_id else {})
        answer = requests.post(f"{self.url}/webhooks/rest/webhook", json=body, timeout=timeout)
        answer.raise_for_status()
        lines: list[dict[str, Any]] = answer.json()
        return lines

    def mails(self, to: str) -> list[str]:
        """The text of the mails to an address, oldest first."""
        found = []
        for file in sorted((self.var / "mailbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns):
            mail = message_from_bytes(file.read_bytes(), policy=policy.default)
            if to in str(mail["To"]):
                body = mail.get_body(("plain",))
                found.append(body.get_content() if body else "")
        return found

    def code_for(self, address: str) -> str:
        """The newest code mailed to an address."""
        text = wait_for(f"a code for {address}", lambda: [m for m in self.mails(address) if re.search(r"\b\d{6}\b", m)])
        codes: list[str] = re.findall(r"\b\d{6}\b", text[-1])
        return codes[0]


def needs_engine() -> None:
    """Skip where the engine environment or the model is missing."""
    if not ENGINE_PYTHON.exists():
        pytest.skip("the engine environment is missing: make train makes it")
    if not list((ROOT / "models").glob("*.tar.gz")):
        pytest.skip("there is no trained model: make train")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole house, started once a test run, with the world of the conversation scripts."""
    needs_engine()
    house = Stack(tmp_path_factory.mktemp("stack"), ROOT / "tests" / "conversations" / "world.json")
    try:
        house.refunds("migrate")
        house.start()
        yield house
    finally:
        house.stop()
