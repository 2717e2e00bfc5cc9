"""Ports are looked at before anything starts."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.console import LaunchError
from launcher.ports import refuse_taken_ports
from launcher.processes import Process


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which this very process listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def process(name: str, port: int | None) -> Process:
    return Process(name, Path(sys.executable), name, port=port, port_setting=f"REFUNDS_{name.upper()}_PORT")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_free_ports_are_accepted() -> None:
    refuse_taken_ports([process("web", free_port()), process("worker", None)])


def test_a_taken_port_is_named_with_its_process_and_what_to_set(taken: int) -> None:
    with pytest.raises(LaunchError, match=rf"port {taken} of web is taken by .*REFUNDS_WEB_PORT=\.\.\. make run"):
        refuse_taken_ports([process("web", taken)])


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux tells who listens")
def test_the_program_that_holds_a_port_is_named(taken: int) -> None:
    with pytest.raises(LaunchError, match=rf"taken by pid {os.getpid()} \(.+\)"):
        refuse_taken_ports([process("web", taken)])


def test_every_taken_port_is_named_at_once(taken: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(LaunchError) as refused:
        refuse_taken_ports([process("web", taken), process("rasa", other.getsockname()[1])])
    assert "of web" in str(refused.value)
    assert "of rasa" in str(refused.value)


def test_two_processes_that_ask_for_the_same_port_are_named() -> None:
    port = free_port()
    with pytest.raises(LaunchError, match=f"port {port} is asked for by REFUNDS_WEB_PORT and REFUNDS_RASA_PORT"):
        refuse_taken_ports([process("web", port), process("rasa", port)])
