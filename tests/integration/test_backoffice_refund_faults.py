"""The client against a sandbox whose POST /refunds goes wrong: whatever happens, one wish is one refund."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from refunds.backoffice.client import BackOffice, idempotency_key
from refunds.backoffice.deadline import Deadline
from refunds.errors import BackOfficeRefused, BackOfficeUnavailable
from refunds.money import Money
from tests.world import order, sandbox_thread, world, write_world

EUR_240 = Money.of("240.00", "EUR")
KEY = idempotency_key("payout", "R-23456", "1")


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Billing:
    """A sandbox at ``url`` with one payment, PAY-10001, and a client of it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.office = BackOffice(url)

    def ask(self, **more: Any) -> str:
        """The id of the one refund that we ask for."""
        return self.office.create_refund("PAY-10001", EUR_240, "P1.a", KEY, reference="payout-1", **more).refund_id

    def ask_in_vain(self, **more: Any) -> None:
        """Ask, and hear nothing; afterwards a client that did not lose its patience."""
        with pytest.raises(BackOfficeUnavailable):
            self.ask(**more)
        self.close()
        self.office = BackOffice(self.url)

    def close(self) -> None:
        self.office.close()

    @property
    def references(self) -> list[str | None]:
        return [refund.reference for refund in self.office.refunds_of("PAY-10001")]

    def post(self, route: str, body: object = None) -> int:
        return requests.post(f"{self.url}{route}", json=body, timeout=5).status_code


Serve = Callable[..., Billing]


@pytest.fixture
def serve(tmp_path: Path, clock: Clock) -> Iterator[Serve]:
    """A sandbox whose payment has these fields."""
    with ExitStack() as stack:

        def with_payment(**payment: Any) -> Billing:
            file = write_world(tmp_path / "world.json", world(orders=[order(payment=payment)]))
            billing = Billing(stack.enter_context(sandbox_thread(file, tmp_path / "sandbox.sqlite", clock=clock)))
            stack.callback(billing.close)
            return billing

        yield with_payment


@pytest.mark.parametrize("fault", ["500", "500_after", "429"])
def test_a_passing_fault_is_asked_about_again_with_the_same_key(serve: Serve, fault: str) -> None:
    billing = serve(sandbox_faults=[fault])
    made = billing.ask()
    assert billing.references == ["payout-1"]
    assert billing.ask() == made


@pytest.mark.parametrize(("fault", "made"), [("500", []), ("500_after", ["payout-1"])])
def test_faults_that_do_not_pass_leave_open_whether_the_refund_was_made(
    serve: Serve, fault: str, made: list[str]
) -> None:
    billing = serve(sandbox_faults=[fault] * 3)
    billing.ask_in_vain()
    assert billing.references == made
    billing.ask()
    assert billing.references == ["payout-1"]


@pytest.mark.parametrize(("fault", "made"), [("timeout", []), ("timeout_after", ["payout-1"])])
def test_a_time_out_leaves_it_open_too(serve: Serve, fault: str, made: list[str]) -> None:
    billing = serve(sandbox_faults=[fault])
    billing.ask_in_vain(deadline=Deadline.after(0.3))
    assert billing.references == made
    billing.ask()
    assert billing.references == ["payout-1"]


@pytest.mark.parametrize(("fault", "made"), [("500_stored", []), ("500_stored_after", ["payout-1"])])
def test_a_stored_500_never_gives_way_and_only_the_reference_tells(serve: Serve, fault: str, made: list[str]) -> None:
    billing = serve(sandbox_faults=[fault])
    billing.ask_in_vain()
    billing.ask_in_vain()
    assert billing.references == made


def test_a_refusal_comes_through_although_the_call_was_to_err_after(serve: Serve) -> None:
    billing = serve(status="failed", sandbox_faults=["500_after"])
    with pytest.raises(BackOfficeRefused, match="payment_not_captured"):
        billing.ask()


def test_a_refund_along_another_route_is_asked_for_and_found(serve: Serve, clock: Clock) -> None:
    billing = serve(sandbox_refund="fail:expired_or_canceled_card")
    made = billing.ask(route="account_credit")
    clock.now += timedelta(seconds=2)
    assert billing.office.refund(made).status == "succeeded"


def test_a_route_that_is_none_is_refused_for_good(serve: Serve) -> None:
    with pytest.raises(BackOfficeRefused, match="route_not_possible"):
        serve().ask(route="alipay")


def test_a_transfer_waits_for_details_that_are_given_in_billing(serve: Serve, clock: Clock) -> None:
    billing = serve()
    made = billing.ask(route="bank_transfer")
    waiting = billing.office.refund(made)
    assert (waiting.status, waiting.status_reason) == ("requires_action", "bank_details")
    assert billing.post(f"/sandbox/refunds/{made}/details") == 200
    clock.now += timedelta(seconds=2)
    assert billing.office.refund(made).status == "succeeded"
    assert billing.post(f"/sandbox/refunds/{made}/details") == 409


def test_a_refund_made_by_hand_is_seen_among_the_payments_refunds(serve: Serve) -> None:
    billing = serve()
    amount = {"value": "100.00", "currency": "EUR"}
    assert billing.post("/sandbox/refunds", {"payment_id": "PAY-10001", "amount": amount}) == 201
    assert [(r.made_in, r.reference) for r in billing.office.refunds_of("PAY-10001")] == [("billing", None)]


def test_a_dispute_and_faults_are_given_while_the_sandbox_runs(serve: Serve) -> None:
    billing = serve()
    change = {"faults": ["500_stored_after"], "disputed": True}
    assert billing.post("/sandbox/payments/PAY-10001", change) == 200
    assert billing.office.order("ORD-10001").payment.disputed
    billing.ask_in_vain()
    assert billing.references == ["payout-1"]
