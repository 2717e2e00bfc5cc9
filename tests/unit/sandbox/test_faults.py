"""What POST /refunds does wrong, one a call; none is used twice, whatever is killed."""

from __future__ import annotations

import pytest

from sandbox.answers import PaymentChange, Refused
from tests.unit.sandbox.bench import Bench

PAYMENT = "PAY-10001"


def test_faults_of_the_world_come_in_their_order_once_each(bench: Bench) -> None:
    office = bench.paid(sandbox_faults=["500", "timeout_after", "429"])
    assert [office.next_fault(PAYMENT, f"key-{n}") for n in range(4)] == ["500", "timeout_after", "429", None]


def test_a_fault_that_was_used_does_not_come_again_after_a_kill(bench: Bench) -> None:
    office = bench.paid(sandbox_faults=["500", "429"])
    assert office.next_fault(PAYMENT, "key") == "500"
    office = bench.restart()
    assert office.next_fault(PAYMENT, "key") == "429"
    assert bench.restart().next_fault(PAYMENT, "key") is None


def test_faults_given_later_take_the_place_of_those_to_come(bench: Bench) -> None:
    office = bench.paid(sandbox_faults=["500", "500"])
    office.change_payment(PAYMENT, PaymentChange(disputed=True))
    assert office.next_fault(PAYMENT, "key") == "500"
    office.change_payment(PAYMENT, PaymentChange(faults=["timeout"]))
    assert [office.next_fault(PAYMENT, "key") for _ in range(2)] == ["timeout", None]


@pytest.mark.parametrize("fault", ["500_stored", "500_stored_after"])
def test_a_stored_500_stays_with_its_key_and_takes_effect_once_at_most(bench: Bench, fault: str) -> None:
    office = bench.paid(sandbox_faults=[fault])
    assert office.next_fault(PAYMENT, "key") == fault
    office = bench.restart()
    assert [office.next_fault(PAYMENT, "key") for _ in range(3)] == ["500_stored"] * 3
    assert office.next_fault(PAYMENT, "another key") is None


def test_a_reset_brings_back_the_worlds_faults_and_frees_the_keys(bench: Bench) -> None:
    office = bench.paid(sandbox_faults=["500_stored"])
    office.next_fault(PAYMENT, "key")
    office.reset()
    assert office.next_fault(PAYMENT, "other") == "500_stored"
    assert office.next_fault(PAYMENT, "key") is None


def test_faults_belong_to_a_payment_that_is_there(bench: Bench) -> None:
    office = bench.paid()
    with pytest.raises(Refused, match="nothing of that name"):
        office.change_payment("PAY-9", PaymentChange(faults=["500"]))
    with pytest.raises(Refused, match="nothing of that name"):
        office.next_fault("PAY-9", "key")
