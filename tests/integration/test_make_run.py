"""``make run`` from the outside: ready, told apart, watched, stopped."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from launcher.processes import processes_of
from launcher.running import Alive, leftovers
from refunds.settings import ROOT, read_settings
from tests.stack import free_ports, wait_for

pytestmark = [pytest.mark.engine, pytest.mark.processes]
READY_SECONDS = 110


@dataclass
class MakeRun:
    """One ``make run`` with a folder and ports of its own; what it prints goes to a file."""

    var: Path
    environ: dict[str, str]

    @classmethod
    def beside(cls, var: Path) -> MakeRun:
        names = ("WEB", "RASA", "ACTIONS", "SANDBOX")
        ports = {f"REFUNDS_{name}_PORT": str(port) for name, port in zip(names, free_ports(4), strict=True)}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("REFUNDS_")}
        return cls(var, {**kept, **ports, "REFUNDS_VAR": str(var)})

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.environ['REFUNDS_WEB_PORT']}"

    @property
    def said(self) -> str:
        return (self.var / "said").read_text()

    def alive(self) -> list[Alive]:
        return leftovers(self.var, processes_of(read_settings(self.environ)))

    def pid(self, name: str) -> int | None:
        return next((each.pid for each in self.alive() if each.name == name), None)

    def again(self, **changed: str) -> subprocess.CompletedProcess[str]:
        """Another ``make run`` that is expected to refuse."""
        return subprocess.run(
            ["make", "run"], cwd=ROOT, env={**self.environ, **changed}, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """From ready to gone, whatever happens between."""
        with (self.var / "said").open("w") as said:
            make = subprocess.Popen(
                ["make", "run"], cwd=ROOT, env=self.environ, stdout=said, stderr=said, start_new_session=True
            )
        try:
            wait_for("make run to be ready", lambda: "Ready." in self.said or make.poll() is not None, READY_SECONDS)
            assert make.poll() is None, self.said
            yield make
        finally:
            if make.poll() is None:
                os.killpg(make.pid, signal.SIGTERM)
                make.wait(timeout=20)


@pytest.fixture
def make_run(tmp_path: Path) -> Iterator[MakeRun]:
    """A ``make run`` that has not been started yet; nothing of it outlives the test."""
    made = MakeRun.beside(tmp_path)
    yield made
    for left in made.alive():
        os.killpg(left.pid, signal.SIGKILL)


@pytest.mark.timeout(240)
def test_it_starts_tells_a_second_run_restarts_what_dies_and_stops_on_ctrl_c(make_run: MakeRun) -> None:
    with make_run.running() as make:
        assert requests.get(f"{make_run.web}/health", timeout=5).status_code == 200
        assert f"{make_run.web}/" in make_run.said

        second = make_run.again()
        assert second.returncode
        assert "Already running" in second.stderr
        assert f"{make_run.web}/" in second.stderr

        first = make_run.pid("web")
        assert first
        os.kill(first, signal.SIGKILL)
        wait_for("web to run again", lambda: make_run.pid("web") not in (None, first))
        wait_for("the terminal to say so", lambda: re.search(r"web ended.*\n.*web runs again", make_run.said))

        os.killpg(make.pid, signal.SIGINT)
        make.wait(timeout=15)
    assert "All stopped." in make_run.said
    assert make_run.alive() == []


@pytest.mark.timeout(240)
def test_a_run_that_was_killed_is_named_by_the_next_with_the_command_that_ends_it(make_run: MakeRun) -> None:
    with make_run.running() as make:
        os.killpg(make.pid, signal.SIGKILL)
        make.wait(timeout=5)
    refused = make_run.again()
    assert refused.returncode
    assert "An earlier run was killed and left these behind: supervisord" in refused.stderr
    told = re.search(r"kill (\d+)$", refused.stderr, re.MULTILINE)
    assert told
    os.kill(int(told[1]), signal.SIGTERM)
    wait_for("everything to end", lambda: make_run.alive() == [])


def test_a_taken_port_is_named_and_nothing_is_started(make_run: MakeRun) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        refused = make_run.again(REFUNDS_RASA_PORT=port)
    assert refused.returncode
    assert f"port {port} of rasa is taken by" in refused.stderr
    assert "REFUNDS_RASA_PORT=" in refused.stderr
    assert make_run.alive() == []


def test_a_production_run_with_everything_of_development_on_names_it_all(make_run: MakeRun) -> None:
    refused = make_run.again(REFUNDS_PROFILE="production", REFUNDS_REST="on")
    assert refused.returncode
    for name in ("REST", "BACKOFFICE_URL", "SMTP_URL", "RASA_TOKEN", "SECRET", "PUBLIC_URL"):
        assert f"REFUNDS_{name}" in refused.stderr
    assert make_run.alive() == []
