"""Worlds for tests: build one in a few words, write it down, serve it as a real back office."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
import uvicorn

from sandbox.app import create_app
from sandbox.ledger import Ledger
from sandbox.office import Office

Entry = dict[str, Any]

ROOT = Path(__file__).resolve().parent.parent
SHARED_WORLD = ROOT / "sandbox" / "world.json"


def customer(customer_id: str = "C-1", **fields: Any) -> Entry:
    """A business in Germany."""
    ours = {"customer_id": customer_id, "name": "Ada Example", "email": f"{customer_id.lower()}@example.com"}
    return {**ours, "kind": "business", "country": "DE", **fields}


def order(order_id: str = "ORD-10001", *, payment: Entry | None = None, **fields: Any) -> Entry:
    """An active Compute order of C-1, 240 EUR, bought 12 days ago and paid by card; its payment is PAY-<digits>."""
    paid = {"payment_id": order_id.replace("ORD", "PAY"), "method": "card", "brand": "visa", "last4": "4242"}
    ours = {
        "order_id": order_id,
        "customer_id": "C-1",
        "service": "Compute",
        "region": "eu-central",
        "plan": "Compute L, monthly",
        "amount": {"value": "240.00", "currency": "EUR"},
        "purchased_at": "-12d",
        "term_start": "-12d",
        "term_end": "+18d",
        "status": "active",
    }
    settled = {"country": "DE", "status": "captured", "captured_at": "-12d", "disputed": False}
    return {**ours, **fields, "payment": {**paid, **settled, **(payment or {})}}


def incident(incident_id: str = "INC-1", **fields: Any) -> Entry:
    """A gross fault of Compute in eu-central, four days ago, 34 hours long."""
    ours = {"incident_id": incident_id, "service": "Compute", "region": "eu-central"}
    return {**ours, "started_at": "-4d", "ended_at": "-62h", "fault": "gross", "summary": "Routing lost.", **fields}


def ticket(ticket_id: str = "T-1", order_id: str = "ORD-10001", **fields: Any) -> Entry:
    """A critical ticket, opened ten days ago and not solved."""
    ours = {"ticket_id": ticket_id, "order_id": order_id, "opened_at": "-10d", "solved_at": None}
    return {**ours, "severity": "critical", "subject": "Instances lose their disks", **fields}


def world(**parts: Any) -> Entry:
    """One customer with one order and nothing else, where ``parts`` does not say otherwise."""
    return {"customers": [customer()], "orders": [order()], "incidents": [], "tickets": [], "refunds": [], **parts}


def write_world(file: Path, content: Entry) -> Path:
    """``content`` as a world file."""
    file.write_text(json.dumps(content, indent=1), encoding="utf-8")
    return file


@contextmanager
def sandbox_thread(
    world_file: Path, ledger_file: Path, *, token: str | None = None, clock: Callable[[], datetime] | None = None
) -> Iterator[str]:
    """A sandbox on a free port in this process; gives its address. ``clock`` may be a test's own."""
    ledger = Ledger(ledger_file)
    office = Office(world_file, ledger, clock or (lambda: datetime.now(UTC)))
    # Listening before the server runs: a client that is early waits in the queue.
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(office, token)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
        ledger.close()


class SandboxProcess:
    """``python -m sandbox`` as a process of its own, on a free port, its ledger in ``var``."""

    def __init__(self, world_file: Path, var: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        ours = {"REFUNDS_SANDBOX_WORLD": str(world_file), "REFUNDS_VAR": str(var)}
        self._environment = {**os.environ, **ours, "REFUNDS_SANDBOX_PORT": str(self.port)}
        self._log = var.with_name(f"{var.name}-sandbox.log")

    def start(self) -> None:
        """Start it and wait until it is healthy."""
        with self._log.open("w") as log:
            command = [sys.executable, "-m", "sandbox"]
            self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stderr=log)
        wait_until(self._is_healthy)

    def kill(self) -> None:
        """SIGKILL, as a machine that loses power."""
        self._process.kill()
        self._process.wait(timeout=10)

    def complaint(self) -> str:
        """What it wrote to its standard error."""
        return self._log.read_text()

    def _is_healthy(self) -> bool:
        assert self._process.poll() is None, "the sandbox did not start"
        try:
            return requests.get(f"{self.url}/health", timeout=1).ok
        except requests.ConnectionError:
            return False


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_until(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Return as soon as ``holds()``; fail after ``seconds``."""
    pause = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if holds():
            return
        pause.wait(0.02)
    raise AssertionError(f"{holds} did not come to hold within {seconds} s")
