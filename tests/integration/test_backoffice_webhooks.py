"""The sandbox as a process tells ours as a server; either may be killed, and each change arrives."""

from __future__ import annotations

import json
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
import uvicorn
from fastapi import FastAPI
from pytest_httpserver import HTTPServer
from sqlalchemy import select
from werkzeug import Request, Response

from refunds.backoffice.client import BackOffice
from refunds.cases.lifecycle import PayoutEvent
from refunds.cases.payout_store import change_payout
from refunds.database import Database
from refunds.money import Money
from refunds.tables import OutboxRow
from tests.integration.payout_rows import stored_payout
from tests.world import SandboxProcess, free_port, order, wait_until, world, write_world
from web.webhooks import Webhooks

SECRET = "a secret for tests that is long enough"
EUR_240 = Money.of("240.00", "EUR")

pytestmark = pytest.mark.processes


@pytest.fixture
def port() -> int:
    """Where the sandbox sends webhooks to; nobody listens yet."""
    return free_port()


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, port: int) -> Iterator[SandboxProcess]:
    """A sandbox whose refunds of PAY-10001 wait for ever."""
    monkeypatch.setenv("REFUNDS_WEB_PORT", str(port))
    monkeypatch.setenv("REFUNDS_WEBHOOK_SECRET", SECRET)
    paid = {"payment_id": "PAY-48213", "sandbox_refund": "requires_action:bank_details"}
    process = SandboxProcess(
        write_world(tmp_path / "world.json", world(orders=[order(payment=paid)], refund_delay_seconds=0)),
        tmp_path / "var",
    )
    process.start()
    yield process
    process.kill()


@contextmanager
def listening(port: int, database: Database) -> Iterator[None]:
    """Our side on ``port``."""
    api = FastAPI()
    api.include_router(Webhooks(database, SECRET).router)
    listener = socket.create_server(("127.0.0.1", port))
    server = uvicorn.Server(uvicorn.Config(api, log_level="warning", ws="none", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()


def follow_ups(database: Database) -> list[str]:
    with database.reading() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.kind == "payout_follow")).all()
        return [row.payload["payout_id"] for row in rows]


def test_a_refund_that_changes_has_its_payout_looked_at_although_both_sides_died_meanwhile(
    sandbox: SandboxProcess, database: Database, port: int
) -> None:
    payout = stored_payout(database)
    office = BackOffice(sandbox.url)
    made = office.create_refund("PAY-48213", EUR_240, "P1.a", secrets.token_hex(8), reference=payout.payout_id)
    sandbox.kill()
    sandbox.start()
    with listening(port, database):
        wait_until(lambda: follow_ups(database) == [payout.payout_id])
    with database.transaction() as session:
        sent = change_payout(session, payout, PayoutEvent.SENT, who="worker", now=datetime.now(UTC))
        change_payout(
            session, sent, PayoutEvent.ACCEPTED, who="worker", now=datetime.now(UTC), refund_id=made.refund_id
        )
    assert requests.post(f"{sandbox.url}/sandbox/refunds/{made.refund_id}/details", timeout=5).ok
    sandbox.kill()
    sandbox.start()
    with listening(port, database):
        wait_until(lambda: follow_ups(database) == [payout.payout_id] * 2)
    office.close()


def test_a_webhook_that_came_while_the_sandbox_was_killed_comes_again_as_the_same_event(
    sandbox: SandboxProcess, port: int
) -> None:
    came: list[str] = []

    def kill_at_first(request: Request) -> Response:
        came.append(json.loads(request.get_data())["event_id"])
        if len(came) == 1:
            sandbox.kill()  # before it reads that this was taken
        return Response(status=200)

    with HTTPServer(port=port) as server:
        server.expect_request("/webhooks/backoffice").respond_with_handler(kill_at_first)
        refund_by_hand(sandbox)
        wait_until(lambda: len(came) == 1)
        sandbox.start()
        wait_until(lambda: len(came) == 2)
    assert came[0] == came[1]


def test_a_reset_forgets_what_was_not_taken_yet(sandbox: SandboxProcess, port: int) -> None:
    refund_by_hand(sandbox)
    assert requests.post(f"{sandbox.url}/sandbox/reset", timeout=5).status_code == 204
    told: list[str] = []

    def keep(request: Request) -> Response:
        told.append(json.loads(request.get_data())["refund"]["refund_id"])
        return Response(status=200)

    with HTTPServer(port=port) as server:
        server.expect_request("/webhooks/backoffice").respond_with_handler(keep)
        new = refund_by_hand(sandbox)
        wait_until(lambda: bool(told))
    assert told == [new]


def refund_by_hand(sandbox: SandboxProcess) -> str:
    body = {"payment_id": "PAY-48213", "amount": EUR_240.as_json()}
    refund_id: str = requests.post(f"{sandbox.url}/sandbox/refunds", json=body, timeout=5).json()["refund_id"]
    return refund_id
