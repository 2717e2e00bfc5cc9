"""One run at a time, and what a killed one leaves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.console import LaunchError
from launcher.processes import Process
from launcher.running import command_of, leftovers, only_run, refuse_leftovers
from tests.stack import wait_for

WEB = Process("web", Path(sys.executable), "http.server")


@pytest.fixture
def survivor() -> Iterator[int]:
    """The pid of a process that looks like ``WEB``."""
    with subprocess.Popen(
        [sys.executable, "-m", "http.server", "0", "--bind", "127.0.0.1"], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        # Between fork and exec a process has no command line of its own yet.
        wait_for("the survivor's command line", lambda: "http.server" in command_of(process.pid))
        yield process.pid
        process.kill()


def spawned(var: Path, pid: int) -> None:
    (var / "logs").mkdir()
    line = "2026-11-24 21:00:00,000 INFO spawned: 'web' with pid"
    (var / "logs" / "supervisord.log").write_text(f"{line} 1\n{line} {pid}\n")


def test_a_second_run_is_told_the_addresses_of_the_first(tmp_path: Path) -> None:
    with (
        only_run(tmp_path, "http://127.0.0.1:8080/"),
        pytest.raises(LaunchError, match=r"(?s)Already running, pid \d+.*http://127.0.0.1:8080/"),
        only_run(tmp_path, ""),
    ):
        pass


def test_a_run_that_ended_does_not_keep_out_the_next(tmp_path: Path) -> None:
    for _ in range(2):
        with only_run(tmp_path, "http://127.0.0.1:8080/"):
            pass


def test_nothing_is_left_behind_where_nothing_ever_ran(tmp_path: Path) -> None:
    refuse_leftovers(tmp_path, [WEB])


def test_what_a_killed_run_left_is_named_with_the_command_that_ends_it(tmp_path: Path, survivor: int) -> None:
    spawned(tmp_path, survivor)
    with pytest.raises(LaunchError, match=rf"(?s)web \(pid {survivor}\).*kill {survivor}"):
        refuse_leftovers(tmp_path, [WEB])


def test_another_program_that_got_the_number_of_an_ended_process_is_no_leftover(tmp_path: Path, survivor: int) -> None:
    spawned(tmp_path, survivor)
    assert leftovers(tmp_path, [Process("web", Path(sys.executable), "web")]) == []
