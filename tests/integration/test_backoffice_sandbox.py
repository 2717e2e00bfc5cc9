"""The client and the sandbox, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from refunds.backoffice.client import BackOffice, idempotency_key
from refunds.backoffice.deadline import Deadline
from refunds.errors import BackOfficeRefused, BackOfficeUnavailable, NotFound
from refunds.money import Money
from tests.world import (
    SHARED_WORLD,
    SandboxProcess,
    customer,
    incident,
    order,
    sandbox_thread,
    ticket,
    world,
    write_world,
)

EUR_240 = Money.of("240.00", "EUR")
KEY = idempotency_key("R-23456", "1")


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(tmp_path: Path, clock: Clock) -> Iterator[str]:
    refund = {"refund_id": "RF-1", "payment_id": "PAY-10002", "amount": {"value": "14.00", "currency": "GBP"}}
    refund = {**refund, "kind": "refund", "status": "succeeded", "created_at": "-6d", "made_in": "billing"}
    content = world(
        customers=[customer(), customer("C-2", kind=None, country=None)],
        orders=[
            order(consumer_waiver=True, performance_requested_at="-11d"),
            order(
                "ORD-10002",
                customer_id="C-2",
                service="Domain Names",
                region="global",
                amount={"value": "14.00", "currency": "GBP"},
                payment={"status": "refunded", "refunded": {"value": "14.00", "currency": "GBP"}},
            ),
        ],
        incidents=[incident(), incident("INC-2", region="global"), incident("INC-3", region="us-east")],
        tickets=[ticket(), ticket("T-2", "ORD-10002", solved_at="-9d")],
        refunds=[{**refund, "trace": {"type": "arn", "value": "7453"}}],
    )
    with sandbox_thread(write_world(tmp_path / "world.json", content), tmp_path / "sandbox.sqlite", clock=clock) as url:
        yield url


@pytest.fixture
def office(sandbox: str) -> Iterator[BackOffice]:
    office = BackOffice(sandbox)
    yield office
    office.close()


def test_the_records_of_an_order_are_all_that_a_decision_looks_at(office: BackOffice, clock: Clock) -> None:
    records = office.records_for("ORD-10001")
    assert records.customer.customer_id == records.order.customer_id == "C-1"
    assert [i.incident_id for i in records.incidents] == ["INC-1", "INC-2"]
    assert [t.ticket_id for t in records.tickets] == ["T-1"]
    assert records.refunds == ()
    assert records.order.purchased_at == clock.now - timedelta(days=12)
    assert records.order.consumer_waiver
    assert records.order.performance_requested_at == clock.now - timedelta(days=11)
    assert records.order.payment.amount == records.order.amount == EUR_240
    assert records.order.payment.refunded == Money.zero("EUR")


def test_a_refund_made_outside_is_told_with_its_trace(office: BackOffice) -> None:
    records = office.records_for("ORD-10002")
    (refund,) = records.refunds
    assert (refund.refund_id, refund.made_in, refund.trace_type, refund.trace_value) == (
        "RF-1",
        "billing",
        "arn",
        "7453",
    )
    assert records.order.payment.refunded == refund.amount == Money.of("14.00", "GBP")
    assert (records.customer.kind, records.customer.country) == (None, None)


def test_a_customer_is_found_by_mail_address_in_any_case(office: BackOffice) -> None:
    found = office.find_customer_by_email("C-1@EXAMPLE.com")
    assert found == office.customer("C-1")
    assert office.find_customer_by_email("nobody@example.com") is None
    assert office.find_customer_by_email("c-1@example.com&email=c-2@example.com") is None


def test_orders_are_those_of_the_customer(office: BackOffice) -> None:
    assert [o.order_id for o in office.orders_of("C-1")] == ["ORD-10001"]


@pytest.mark.parametrize(
    "name", ["ORD-99999", "", ".", "..", "../customers", "ORD-10001/tickets", "ORD-10001?x=1", "ö"]
)
def test_what_is_not_there_is_not_found_however_it_is_written(office: BackOffice, name: str) -> None:
    for ask in (office.order, office.customer, office.orders_of, office.tickets_of, office.refunds_of, office.refund):
        with pytest.raises(NotFound):
            ask(name)


def test_a_refund_goes_pending_then_succeeds(office: BackOffice, clock: Clock) -> None:
    made = office.create_refund("PAY-10001", EUR_240, "P1.a", KEY)
    assert (made.status, made.kind, made.amount, made.made_in) == ("pending", "refund", EUR_240, "api")
    clock.now += timedelta(seconds=2)
    done = office.refund(made.refund_id)
    assert (done.status, done.trace_type) == ("succeeded", "arn")
    payment = office.order("ORD-10001").payment
    assert (payment.status, payment.refunded) == ("refunded", EUR_240)
    assert office.refunds_of("PAY-10001") == [done]


def test_the_same_key_makes_one_refund_and_another_body_is_refused(office: BackOffice) -> None:
    made = office.create_refund("PAY-10001", EUR_240, "P1.a", KEY)
    assert office.create_refund("PAY-10001", EUR_240, "P1.a", KEY) == made
    with pytest.raises(BackOfficeRefused, match="idempotency_key_reused"):
        office.create_refund("PAY-10001", EUR_240, "P1.b", KEY)
    assert len(office.refunds_of("PAY-10001")) == 1


def test_a_refund_above_what_is_left_is_refused(office: BackOffice) -> None:
    with pytest.raises(BackOfficeRefused, match="refund_exceeds_payment"):
        office.create_refund("PAY-10002", Money.of("0.01", "GBP"), "P1.a", KEY)


def test_a_refund_of_an_unknown_payment_is_not_found(office: BackOffice) -> None:
    with pytest.raises(NotFound):
        office.create_refund("PAY-99999", EUR_240, "P1.a", KEY)


def test_a_reset_forgets_refunds(office: BackOffice, sandbox: str) -> None:
    made = office.create_refund("PAY-10001", EUR_240, "P1.a", KEY)
    assert requests.post(f"{sandbox}/sandbox/reset", timeout=5).status_code == 204
    assert office.refunds_of("PAY-10001") == []
    with pytest.raises(NotFound):
        office.refund(made.refund_id)


def test_a_reset_to_a_broken_world_changes_nothing(office: BackOffice, sandbox: str, tmp_path: Path) -> None:
    made = office.create_refund("PAY-10001", EUR_240, "P1.a", KEY)
    (tmp_path / "world.json").write_text("{")
    answer = requests.post(f"{sandbox}/sandbox/reset", timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (409, "broken_world")
    assert "world.json:1: no JSON" in answer.json()["detail"]
    assert office.refund(made.refund_id).refund_id == made.refund_id


def test_sixty_four_callers_at_once_each_get_their_own_answer(office: BackOffice) -> None:
    names = ["ORD-10001", "ORD-10002"] * 64
    with ThreadPoolExecutor(64) as pool:
        assert [o.order_id for o in pool.map(office.order, names)] == names


def test_an_order_may_answer_late_while_others_answer_at_once(tmp_path: Path) -> None:
    content = world(orders=[order(sandbox_delay_seconds=30), order("ORD-10002")])
    with sandbox_thread(write_world(tmp_path / "world.json", content), tmp_path / "sandbox.sqlite") as url:
        office = BackOffice(url)
        with pytest.raises(BackOfficeUnavailable):
            office.order("ORD-10001", Deadline.after(0.3))
        assert office.order("ORD-10002").order_id == "ORD-10002"


def test_the_token_is_asked_for_when_it_is_set(tmp_path: Path) -> None:
    with sandbox_thread(SHARED_WORLD, tmp_path / "sandbox.sqlite", token="open sesame") as url:
        assert BackOffice(url, "open sesame").order("ORD-48213").order_id == "ORD-48213"
        for token in (None, "wrong", "öpen"):
            with pytest.raises(BackOfficeUnavailable, match="REFUNDS_BACKOFFICE_TOKEN"):
                BackOffice(url, token).order("ORD-48213")
        assert requests.get(f"{url}/health", timeout=5).json() == {"status": "ok"}
        assert requests.post(f"{url}/sandbox/reset", timeout=5).status_code == 401


def test_the_shared_world_reads_as_records(tmp_path: Path) -> None:
    with sandbox_thread(SHARED_WORLD, tmp_path / "sandbox.sqlite") as url:
        office = BackOffice(url)
        owners = [f"C-100{n}" for n in range(1, 7)]
        records = [office.records_for(o.order_id) for owner in owners for o in office.orders_of(owner)]
        assert len(records) == 12
        assert {i.incident_id for r in records for i in r.incidents} == {"INC-2201", "INC-2207", "INC-2210"}


@pytest.mark.processes
def test_a_killed_sandbox_keeps_its_ledger_and_its_keys(tmp_path: Path) -> None:
    content = world(orders=[order(payment={"sandbox_refund": "pending:insufficient_funds"})])
    process = SandboxProcess(write_world(tmp_path / "world.json", content), tmp_path / "var")
    office = BackOffice(process.url)
    process.start()
    try:
        made = office.create_refund("PAY-10001", EUR_240, "P1.a", KEY)
        process.kill()
        with pytest.raises(BackOfficeUnavailable):
            office.refund(made.refund_id)
        process.start()
        assert office.refund(made.refund_id).status_reason == "insufficient_funds"
        assert office.create_refund("PAY-10001", EUR_240, "P1.a", KEY).refund_id == made.refund_id
        assert len(office.refunds_of("PAY-10001")) == 1
    finally:
        process.kill()


@pytest.mark.processes
def test_a_broken_world_stops_the_start_with_its_line(tmp_path: Path) -> None:
    file = write_world(tmp_path / "world.json", world(customers=[]))
    process = SandboxProcess(file, tmp_path / "var")
    with pytest.raises(AssertionError, match="did not start"):
        process.start()
    assert process.complaint().startswith("the sandbox cannot start")
    assert f"{file}:" in process.complaint()
