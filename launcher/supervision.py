"""supervisord as a child of ours: its configuration, its start and its end."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from launcher.console import say
from launcher.processes import SERVICE_PYTHON, Process
from launcher.running import leftovers
from refunds.settings import ROOT

KINDLY_SECONDS = 8
STOP_SECONDS = 12

HEAD = """\
[supervisord]
nodaemon = true
silent = true
logfile = {var}/logs/supervisord.log
logfile_maxbytes = 0
pidfile = {var}/run/supervisord.pid

[group:refunds]
programs = {names}
"""
# One group, so that all are asked to stop at once. Retries without end: a database may be away for long.
PROGRAM = """
[program:{name}]
command = {command}
directory = {root}
autorestart = true
startsecs = 3
startretries = 1000000
stopwaitsecs = {kindly}
stopasgroup = true
killasgroup = true
redirect_stderr = true
stdout_logfile = {var}/logs/{name}.log
stdout_logfile_maxbytes = 10MB
stdout_logfile_backups = 5
"""


def configuration(processes: list[Process], var: Path) -> str:
    """The text of a supervisord configuration that keeps ``processes`` running."""
    head = HEAD.format(var=_quoted(str(var)), names=",".join(process.name for process in processes))
    return head + "".join(_program(process, var) for process in processes)


def _program(process: Process, var: Path) -> str:
    command = _quoted(shlex.join(process.command))
    return PROGRAM.format(
        name=process.name, command=command, root=_quoted(str(ROOT)), var=_quoted(str(var)), kindly=KINDLY_SECONDS
    )


def _quoted(text: str) -> str:
    """supervisord reads ``%`` as the start of a variable."""
    return text.replace("%", "%%")


@contextmanager
def supervised(processes: list[Process], var: Path, env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``processes`` under a supervisor for as long as the block lasts; afterwards none of them runs."""
    child = _start(processes, var, env)
    try:
        yield child
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        say("Stopping.")
        _stop(child, var, processes)
        say("All stopped.")


def _start(processes: list[Process], var: Path, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    config = var / "run" / "supervisord.conf"
    config.write_text(configuration(processes, var))
    (var / "logs").mkdir(exist_ok=True)
    (var / "logs" / "supervisord.log").write_text("")
    # A session of its own: Ctrl-C at the terminal reaches us alone, and we stop the rest in order.
    with (var / "logs" / "supervisord.out").open("w") as output:
        return subprocess.Popen(
            [SERVICE_PYTHON, "-m", "supervisor.supervisord", "-c", str(config)], cwd=ROOT, env=dict(env),
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip


def _stop(child: subprocess.Popen[bytes], var: Path, processes: list[Process]) -> None:
    child.terminate()
    with suppress(subprocess.TimeoutExpired):
        child.wait(timeout=STOP_SECONDS)
    for left in leftovers(var, processes):
        with suppress(ProcessLookupError):
            os.killpg(left.pid, signal.SIGKILL)
    child.wait(timeout=3)
