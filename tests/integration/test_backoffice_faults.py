"""The client against a back office that is late, wrong, rude, cut off or gone; all over real sockets."""

from __future__ import annotations

import json
import logging
import re
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from stamina.instrumentation import RetryDetails, get_on_retry_hooks, set_on_retry_hooks
from werkzeug import Request, Response

from refunds.backoffice import transport
from refunds.backoffice.breaker import CircuitBreaker
from refunds.backoffice.client import BackOffice
from refunds.backoffice.deadline import Deadline
from refunds.errors import BackOfficeError, BackOfficeRefused, BackOfficeUnavailable, NotFound
from refunds.money import Money
from tests.raw_server import raw_server
from tests.world import free_port, wait_until

ADA: dict[str, Any] = {"customer_id": "C-1", "name": "Ada", "email": "ada@example.com", "kind": None, "country": "DE"}
REFUND = {
    "refund_id": "RF-1",
    "payment_id": "PAY-1",
    "amount": {"value": "240.00", "currency": "EUR"},
    "kind": "refund",
    "status": "pending",
    "created_at": "2026-11-24T12:00:00Z",
}
EUR_240 = Money.of("240.00", "EUR")

Step = Callable[[], Response]


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Script:
    """What a back office does request after request, the last step for ever; keeps what it was sent."""

    def __init__(self, server: HTTPServer) -> None:
        self._steps: list[Step] = []
        self.requests: list[tuple[str, str | None, bytes]] = []
        self.released = Event()
        self.url = server.url_for("/")
        server.expect_request(re.compile(".*")).respond_with_handler(self._answer)

    def plays(self, *steps: Step) -> None:
        self._steps = list(steps)

    def late(self) -> Response:
        """No answer until the test is over."""
        self.released.wait(30)
        return ok()

    def _answer(self, request: Request) -> Response:
        self.requests.append((request.path, request.headers.get("Idempotency-Key"), request.get_data()))
        return (self._steps.pop(0) if len(self._steps) > 1 else self._steps[0])()


def told(body: object, status: int = 200, **headers: str) -> Step:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: Response(json.dumps(body), status, named, content_type="application/json")


def ok() -> Response:
    return told(ADA)()


def whole(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


@pytest.fixture(scope="module")
def server() -> Iterator[HTTPServer]:
    """Threaded, as one late answer must not hold up the next; the plugin's own fixture is not."""
    with HTTPServer(threaded=True) as server:
        yield server


@pytest.fixture
def script(server: HTTPServer) -> Iterator[Script]:
    script = Script(server)
    yield script
    script.released.set()
    server.clear()


@pytest.fixture
def office(script: Script) -> Iterator[BackOffice]:
    office = BackOffice(script.url)
    yield office
    office.close()


def took(ask: Callable[[], object]) -> float:
    started = time.monotonic()
    with pytest.raises(BackOfficeUnavailable):
        ask()
    return time.monotonic() - started


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_failure_that_passes_is_tried_again(script: Script, office: BackOffice, status: int) -> None:
    script.plays(told({}, status), told({}, status), ok)
    assert office.customer("C-1").name == "Ada"
    assert len(script.requests) == 3


def test_no_call_is_tried_more_than_three_times(script: Script, office: BackOffice) -> None:
    script.plays(told({}, 500))
    took(lambda: office.customer("C-1"))
    assert len(script.requests) == 3


def test_a_late_answer_is_given_up_and_asked_for_again(
    script: Script, office: BackOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_READ_SECONDS", 0.2)
    script.plays(script.late, ok)
    assert office.customer("C-1").name == "Ada"
    assert len(script.requests) == 2


def test_a_back_office_that_hangs_is_given_up_at_the_deadline(script: Script, office: BackOffice) -> None:
    script.plays(script.late)
    assert took(lambda: office.customer("C-1", Deadline.after(0.8))) < 1.2


def test_by_default_a_hanging_call_leaves_an_action_time_to_say_so(script: Script, office: BackOffice) -> None:
    script.plays(script.late)
    assert 5 < took(lambda: office.records_for("ORD-1")) < 7


def test_several_calls_share_one_deadline(script: Script, office: BackOffice) -> None:
    script.plays(script.late)
    deadline = Deadline.after(0.5)
    assert took(lambda: office.customer("C-1", deadline)) + took(lambda: office.customer("C-1", deadline)) < 1.2


def test_a_short_retry_after_is_waited_for(script: Script, office: BackOffice) -> None:
    script.plays(told({}, 429, Retry_After="1"), ok)
    started = time.monotonic()
    assert office.customer("C-1").name == "Ada"
    assert 1.0 <= time.monotonic() - started < 1.8


def test_a_huge_retry_after_is_capped(script: Script, office: BackOffice) -> None:
    script.plays(told({}, 429, Retry_After="86400"), ok)
    started = time.monotonic()
    assert office.customer("C-1").name == "Ada"
    assert 2.0 <= time.monotonic() - started < 2.8


def test_a_pause_that_the_deadline_does_not_leave_is_not_begun(script: Script, office: BackOffice) -> None:
    script.plays(told({}, 429, Retry_After="2"))
    assert took(lambda: office.customer("C-1", Deadline.after(1.0))) < 0.5


def test_being_told_to_slow_down_does_not_open_the_breaker(script: Script) -> None:
    office = BackOffice(script.url, breaker=CircuitBreaker(failures_to_open=1))
    script.plays(told({}, 429), ok)
    assert office.customer("C-1").name == "Ada"


@pytest.mark.parametrize("body", [[ADA], {**ADA, "name": None}, {}, None, "Ada", 7])
def test_json_of_another_shape_is_no_answer(script: Script, office: BackOffice, body: object) -> None:
    script.plays(told(body))
    with pytest.raises(BackOfficeUnavailable, match="another shape"):
        office.customer("C-1")
    assert len(script.requests) == 1


def test_what_is_no_json_is_asked_for_again(script: Script, office: BackOffice) -> None:
    script.plays(lambda: Response("<html>down for maintenance</html>"), ok)
    assert office.customer("C-1").name == "Ada"


def test_an_answer_about_somebody_else_is_no_answer(script: Script, office: BackOffice) -> None:
    script.plays(told({**ADA, "customer_id": "C-2"}))
    with pytest.raises(BackOfficeUnavailable, match="something else"):
        office.customer("C-1")


def test_a_back_office_that_ignores_a_filter_decides_nothing(script: Script, office: BackOffice) -> None:
    elsewhere = {"incident_id": "INC-1", "service": "Compute", "region": "us-east", "fault": "gross", "summary": ""}
    script.plays(told([{**elsewhere, "started_at": "2026-11-20T00:00:00Z"}]))
    with pytest.raises(BackOfficeUnavailable, match="something else"):
        office.incidents_of("Compute", "eu-central")


def test_a_refund_of_another_amount_is_no_answer(script: Script, office: BackOffice) -> None:
    script.plays(told({**REFUND, "amount": {"value": "24000.00", "currency": "EUR"}}))
    with pytest.raises(BackOfficeUnavailable, match="something else"):
        office.create_refund("PAY-1", EUR_240, "P1.a", "key")


def test_a_redirect_is_not_followed(script: Script, office: BackOffice) -> None:
    script.plays(told({}, 302, Location="/customers/C-2"))
    took(lambda: office.customer("C-1"))
    assert len(script.requests) == 1


def test_a_refusal_is_final(script: Script, office: BackOffice) -> None:
    script.plays(told({"code": "payment_not_captured", "detail": "nothing was paid"}, 409))
    with pytest.raises(BackOfficeRefused):
        office.create_refund("PAY-1", EUR_240, "P1.a", "key")
    assert len(script.requests) == 1


def test_an_interrupted_refund_is_asked_for_again_with_the_same_key_and_body(
    script: Script, office: BackOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_READ_SECONDS", 0.2)
    script.plays(script.late, told({}, 503), told(REFUND, 201))
    assert office.create_refund("PAY-1", EUR_240, "P1.a", "key").refund_id == "RF-1"
    assert [key for _, key, _ in script.requests] == ["key"] * 3
    assert len({body for _, _, body in script.requests}) == 1


def test_a_body_cut_off_in_the_middle_is_asked_for_again() -> None:
    good = whole(json.dumps(ADA).encode())
    with raw_server([good[:-20]], [good[:30]], [good]) as server:
        assert BackOffice(server.url).customer("C-1").name == "Ada"
        assert len(server.requests) == 3


def test_a_chunked_answer_is_read_and_one_cut_off_is_not_believed() -> None:
    body = json.dumps(ADA).encode()
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    first = b"%x\r\n%s\r\n" % (9, body[:9])
    second = b"%x\r\n%s\r\n" % (len(body) - 9, body[9:])
    with raw_server([head, first], [head, first, second, b"0\r\n\r\n"]) as server:
        assert BackOffice(server.url).customer("C-1").name == "Ada"
        assert len(server.requests) == 2


def test_a_whole_looking_chunked_answer_without_its_end_is_not_believed() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with raw_server([head, b"2\r\n[]\r\n"]) as server:
        took(lambda: BackOffice(server.url).orders_of("C-1"))


def test_a_body_that_drips_is_cut_at_the_deadline() -> None:
    drops = [bytes([byte]) for byte in whole(json.dumps(ADA).encode())[40:]]
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"
    with raw_server([head, *drops], pause=0.05) as server:
        assert took(lambda: BackOffice(server.url).customer("C-1", Deadline.after(0.6))) < 1.0


def test_an_answer_sent_twice_is_not_taken_for_the_next_one() -> None:
    ada, bob = (whole(json.dumps({**ADA, "customer_id": c}).encode()) for c in ("C-1", "C-2"))
    with raw_server([ada + ada], [bob], kept=True) as server:
        office = BackOffice(server.url)
        assert office.customer("C-1").customer_id == "C-1"
        assert office.customer("C-2").customer_id == "C-2"


def test_a_kept_connection_that_was_closed_meanwhile_is_no_failure() -> None:
    with raw_server([whole(json.dumps(ADA).encode())]) as server:
        office = BackOffice(server.url)
        for _ in range(5):
            assert office.customer("C-1").name == "Ada"


def test_a_refused_connection_is_unavailable() -> None:
    assert took(lambda: BackOffice(f"http://127.0.0.1:{free_port()}").customer("C-1")) < 2


def test_an_address_that_is_none_is_unavailable() -> None:
    took(lambda: BackOffice("http://nowhere.invalid").customer("C-1", Deadline.after(1)))


def test_a_back_office_that_keeps_failing_is_left_alone_and_then_tried_once(script: Script) -> None:
    clock = Clock()
    office = BackOffice(script.url, breaker=CircuitBreaker(rest_seconds=3, clock=clock))
    script.plays(told({}, 500))
    took(lambda: office.customer("C-1"))
    took(lambda: office.customer("C-1"))
    assert len(script.requests) == 5
    assert took(lambda: office.customer("C-1")) < 0.1
    assert len(script.requests) == 5
    clock.seconds = 3
    script.plays(ok)
    assert office.customer("C-1").name == "Ada"
    assert office.customer("C-1").name == "Ada"


def test_one_call_that_hangs_holds_nobody_else_up(script: Script, office: BackOffice) -> None:
    script.plays(script.late, ok)
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(office.customer, "C-1")
        wait_until(lambda: bool(script.requests))
        started = time.monotonic()
        for _ in range(10):
            office.customer("C-1")
        assert time.monotonic() - started < 1
        assert not hanging.done()
        script.released.set()
        assert hanging.result(timeout=10).name == "Ada"


@pytest.fixture
def retries() -> Iterator[list[RetryDetails]]:
    """What the retry library hands to whatever logs it."""
    seen: list[RetryDetails] = []

    def note(details: RetryDetails) -> None:
        seen.append(details)

    before = get_on_retry_hooks()
    set_on_retry_hooks([note])
    yield seen
    set_on_retry_hooks(before)


def test_errors_and_logs_hold_no_customers_details(
    script: Script, office: BackOffice, retries: list[RetryDetails], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    script.plays(told({}, 500))
    gone = BackOffice(f"http://127.0.0.1:{free_port()}")
    said = ""
    for asked in (office, gone):
        with pytest.raises(BackOfficeError, match="GET /customers") as failure:
            asked.find_customer_by_email("ada@example.com")
        said += "".join(traceback.format_exception(failure.value))
    assert len(retries) == 4
    said += f"{retries}" + "".join(r.getMessage() for r in caplog.records if r.name != "werkzeug")
    assert "ada@" not in said.replace("%40", "@").replace('"ada@example.com"', "the line of this test")


def test_a_proxy_of_the_machine_does_not_come_between(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    script.plays(ok)
    assert BackOffice(script.url).customer("C-1").name == "Ada"


def test_cookies_are_not_kept(script: Script, office: BackOffice) -> None:
    script.plays(told(ADA, Set_Cookie="who=ada"), ok)
    office.customer("C-1")
    assert not office._transport._session.cookies


def test_not_found_is_told_apart_from_a_wrong_address(script: Script, office: BackOffice) -> None:
    script.plays(told({"code": "not_found", "detail": ""}, 404), lambda: Response("404", 404))
    with pytest.raises(NotFound):
        office.customer("C-1")
    took(lambda: office.customer("C-1"))
