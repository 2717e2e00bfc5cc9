"""Whether the ports are free, looked at before anything starts."""

from __future__ import annotations

import socket
from collections import Counter
from contextlib import suppress
from pathlib import Path

from launcher.console import LaunchError
from launcher.processes import Process
from launcher.running import command_of

PROC = Path("/proc")
LISTENING = "0A"


def refuse_taken_ports(processes: list[Process]) -> None:
    """Raises ``LaunchError`` that names each port that is taken, its process, by whom, and what to set instead."""
    problems = [*_asked_for_twice(processes), *(_taken(process) for process in processes if not _is_free(process))]
    if problems:
        raise LaunchError("Nothing was started:\n" + "\n".join(f"- {problem}" for problem in problems))


def _asked_for_twice(processes: list[Process]) -> list[str]:
    times = Counter(process.port for process in processes if process.port)
    return [
        f"port {port} is asked for by " + " and ".join(p.port_setting or p.name for p in processes if p.port == port)
        for port, count in times.items()
        if count > 1
    ]


def _is_free(process: Process) -> bool:
    if process.port is None:
        return True
    family = socket.AF_INET6 if ":" in process.host else socket.AF_INET
    with socket.socket(family) as trial:
        # As the servers do: a port whose last connections are still being closed counts as free.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((process.host, process.port))
            trial.listen()
        except OSError:
            return False
    return True


def _taken(process: Process) -> str:
    assert process.port is not None
    return (
        f"port {process.port} of {process.name} is taken by {_holder(process.port)}; "
        f"end that, or choose another port: {process.port_setting}=... make run"
    )


def _holder(port: int) -> str:
    inodes = _listening_inodes(port)
    for link in PROC.glob("[0-9]*/fd/*") if inodes else ():
        with suppress(OSError):
            if str(link.readlink()) in inodes:
                pid = int(link.parts[2])
                return f"pid {pid} ({command_of(pid)})"
    return "another program"


def _listening_inodes(port: int) -> set[str]:
    """The sockets that listen on ``port``, named as /proc names them; none where there is no /proc."""
    found = set()
    for table in (PROC / "net" / "tcp", PROC / "net" / "tcp6"):
        with suppress(OSError):
            for row in table.read_text().splitlines()[1:]:
                fields = row.split()
                if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                    found.add(f"socket:[{fields[9]}]")
    return found
