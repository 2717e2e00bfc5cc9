"""Each change of a refund is told until somebody took it, signed, and nothing that a reset has forgotten."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from sandbox.settings import read_settings
from sandbox.webhooks import Webhooks
from tests.unit.sandbox.bench import Bench, wish
from tests.world import free_port

SECRET = "a secret for tests that is long enough"


class Listener:
    """The other side: answers with ``status``, keeps what came."""

    def __init__(self, server: HTTPServer) -> None:
        self.status = 200
        self.requests: list[Request] = []
        self.url = server.url_for("/webhooks/backoffice")
        server.expect_request("/webhooks/backoffice", method="POST").respond_with_handler(self._answer)

    @property
    def told(self) -> list[tuple[str, str]]:
        """Event and status of the refund, request after request."""
        return [(e["event_id"], e["refund"]["status"]) for e in (json.loads(r.get_data()) for r in self.requests)]

    @property
    def statuses(self) -> list[str]:
        return [status for _, status in self.told]

    def _answer(self, request: Request) -> Response:
        request.get_data()
        self.requests.append(request)
        return Response(status=self.status)


@pytest.fixture
def listener(httpserver: HTTPServer) -> Listener:
    return Listener(httpserver)


class Sending:
    """Webhooks of an office over one paid order; ``tick`` is what the sandbox does five times a second."""

    def __init__(self, bench: Bench, url: str) -> None:
        self._bench = bench
        self.url = url
        self.secret: str | None = SECRET
        self.office = bench.paid()
        self._made: list[Webhooks] = []
        self.restart()

    def restart(self) -> None:
        self.office = self._bench.restart()
        self._webhooks = Webhooks(self.office, self._bench.ledger, self.url, lambda: self.secret, self._bench.clock)
        self._made.append(self._webhooks)

    def tick(self) -> None:
        self._webhooks.look()
        while self._webhooks.send_next():
            pass

    def look(self) -> None:
        self._webhooks.look()

    def close(self) -> None:
        for each in self._made:
            each.close()


@pytest.fixture
def sending(bench: Bench, listener: Listener) -> Iterator[Sending]:
    sending = Sending(bench, listener.url)
    yield sending
    sending.close()


def test_a_refund_is_told_when_made_and_when_it_changes_and_not_between(
    bench: Bench, listener: Listener, sending: Sending
) -> None:
    made, _ = sending.office.create_refund(wish(reference="payout-1"), "key")
    for _ in range(6):
        sending.tick()
        bench.clock.wait(1)
    assert listener.statuses == ["pending", "succeeded"]
    told = [json.loads(request.get_data()) for request in listener.requests]
    assert told[1]["refund"] == json.loads(sending.office.refund(made.refund_id).model_dump_json())
    assert told[1]["refund"]["reference"] == "payout-1"
    assert told[0]["event_id"] != told[1]["event_id"]
    assert {event["type"] for event in told} == {"refund.updated"}


def test_money_that_comes_back_is_told_after_it_arrived(bench: Bench, listener: Listener, sending: Sending) -> None:
    sending.office = bench.paid(sandbox_refund="reverse:account_closed")
    sending.restart()
    sending.office.create_refund(wish(), "key")
    for _ in range(6):
        sending.tick()
        bench.clock.wait(1)
    assert listener.statuses == ["pending", "succeeded", "reversed"]


def test_a_webhook_is_signed_over_time_and_body(bench: Bench, listener: Listener, sending: Sending) -> None:
    sending.office.create_refund(wish(), "key")
    sending.tick()
    [request] = listener.requests
    seconds, given = request.headers["Refunds-Signature"].removeprefix("t=").split(",v1=")
    assert int(seconds) == int(bench.clock.now.timestamp())
    assert given == hmac.digest(SECRET.encode(), f"{seconds}.".encode() + request.get_data(), "sha256").hex()


@pytest.mark.parametrize("status", [500, 503, 401, 302])
def test_what_is_not_taken_is_sent_again_later_each_time_and_signed_anew(
    bench: Bench, listener: Listener, sending: Sending, status: int
) -> None:
    listener.status = status
    sending.office.create_refund(wish(), "key")
    sending.tick()
    sending.tick()
    assert len(listener.requests) == 1
    bench.clock.wait(0.2)
    sending.tick()
    bench.clock.wait(0.2)
    sending.tick()
    assert len(listener.requests) == 2
    bench.clock.wait(10)
    listener.status = 204
    sending.tick()
    first, *_, last = listener.requests
    pending = [event for event, state in listener.told if state == "pending"]
    assert len(set(pending)) == 1
    assert first.headers["Refunds-Signature"] != last.headers["Refunds-Signature"]
    before = len(listener.requests)
    bench.clock.wait(60)
    sending.tick()
    assert len(listener.requests) == before


def test_the_pause_never_grows_beyond_ten_seconds(bench: Bench, listener: Listener, sending: Sending) -> None:
    listener.status = 500
    sending.office.create_refund(wish(), "key")
    for _ in range(30):
        sending.tick()
        bench.clock.wait(10)
    assert len(listener.requests) >= 58  # two events, made and succeeded


def test_nobody_there_is_a_webhook_not_taken(bench: Bench, listener: Listener, httpserver: HTTPServer) -> None:
    sending = Sending(bench, f"http://127.0.0.1:{free_port()}/")
    sending.office.create_refund(wish(), "key")
    sending.tick()
    sending.url = listener.url
    sending.restart()
    bench.clock.wait(0.2)
    sending.tick()
    assert listener.statuses == ["pending"]
    sending.close()


def test_a_webhook_outlives_a_kill_and_is_told_with_the_same_event(
    bench: Bench, listener: Listener, sending: Sending
) -> None:
    listener.status = 500
    sending.office.create_refund(wish(), "key")
    sending.tick()
    sending.restart()
    listener.status = 200
    bench.clock.wait(1)
    sending.tick()
    (first, _), (second, _) = listener.told
    assert first == second
    sending.restart()
    sending.tick()
    assert len(listener.told) == 2


def test_a_change_that_came_while_the_sandbox_was_dead_is_told_afterwards(
    bench: Bench, listener: Listener, sending: Sending
) -> None:
    sending.office.create_refund(wish(), "key")
    bench.clock.wait(60)
    sending.restart()
    sending.tick()
    assert listener.statuses == ["succeeded"]


def test_after_a_reset_nothing_old_is_told(bench: Bench, listener: Listener, sending: Sending) -> None:
    sending.office.create_refund(wish(), "key")
    sending.look()
    sending.office.reset()
    bench.clock.wait(60)
    sending.tick()
    assert listener.told == []


def test_the_same_refund_after_a_reset_is_told_anew(bench: Bench, listener: Listener, sending: Sending) -> None:
    sending.office.create_refund(wish(), "key")
    sending.tick()
    sending.office.reset()
    sending.office.create_refund(wish(), "key")
    sending.tick()
    assert listener.statuses == ["pending", "pending"]
    assert len(set(listener.told)) == 2


def test_without_a_secret_nothing_is_told_until_there_is_one(
    bench: Bench, listener: Listener, sending: Sending
) -> None:
    sending.secret = None
    sending.office.create_refund(wish(), "key")
    sending.tick()
    bench.clock.wait(2)
    sending.secret = SECRET
    sending.tick()
    assert listener.statuses == ["succeeded"]


def test_the_secret_is_given_or_else_the_file_that_the_service_made(tmp_path: Path) -> None:
    def secret(**environment: Any) -> str | None:
        return read_settings({"REFUNDS_VAR": str(tmp_path), **environment}).webhook_secret()

    assert secret() is None
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "webhook_secret").write_text("from the file\n")
    assert secret() == "from the file"
    assert secret(REFUNDS_WEBHOOK_SECRET="given") == "given"


def test_webhooks_go_to_web_on_this_machine_unless_told_otherwise() -> None:
    assert read_settings({}).webhook_url == "http://127.0.0.1:8080/webhooks/backoffice"
    assert read_settings({"REFUNDS_WEB_PORT": "81"}).webhook_url == "http://127.0.0.1:81/webhooks/backoffice"
    assert read_settings({"REFUNDS_WEBHOOK_URL": "http://a.example/b"}).webhook_url == "http://a.example/b"
