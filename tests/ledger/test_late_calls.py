"""A call that we gave up on may still reach billing: until it must have, its payout neither ends nor gets a new key."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.lifecycle import PayoutState
from refunds.cases.payout import Payout
from refunds.errors import TransitionRefused
from sandbox.answers import PaymentChange, RefundByHand
from sandbox.world import Amount
from tests.ledger.actors import Actor
from tests.ledger.billing import Billing, Mishaps
from tests.ledger.house import WORLD, Clock, House
from tests.ledger.stepped import SteppedDatabase
from tests.world import write_world

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    clock = Clock()
    world, ledger = write_world(tmp_path / "world.json", WORLD), tmp_path / "ledger.sqlite"
    billing = Billing(world, ledger, clock, Mishaps(random.Random(0)))
    database = SteppedDatabase(database_url, clock)
    yield House(database, clock, billing, tmp_path)
    billing.close()
    database.close()


@pytest.fixture
def case(house: House) -> Case:
    """An approved case whose refund billing was asked for, by a call that timed out and has not arrived yet."""
    filed = house.file("ORD-1")
    house.billing.mishaps.parked = 1.0
    house.review.approve(filed.case_id, who="Kim", now=house.clock.now)
    house.work()
    house.billing.mishaps.parked = 0.0
    assert len(house.billing.parked) == 1
    return filed


def after(house: House, **later: float) -> None:
    house.clock.now += timedelta(**later)
    house.work()


def payouts(house: House, case: Case) -> tuple[Payout, ...]:
    with house.database.reading() as session:
        return store.get(session, case.case_id).payouts


def dispute(house: House, case: Case) -> None:
    house.billing.office.change_payment(case.payment_id, PaymentChange(disputed=True))


def test_a_dispute_stops_no_payout_whose_call_may_still_arrive(house: House, case: Case) -> None:
    dispute(house, case)
    after(house, seconds=6)
    assert [payout.state for payout in payouts(house, case)] == [PayoutState.REQUESTED]
    house.billing.arrive()
    after(house, seconds=20)
    assert [payout.state for payout in payouts(house, case)] == [PayoutState.SUBMITTED]


def test_a_dispute_stops_it_once_the_call_must_have_been_lost(house: House, case: Case) -> None:
    dispute(house, case)
    for _ in range(3):
        after(house, minutes=5)
    assert [(payout.state, payout.reason) for payout in payouts(house, case)] == [(PayoutState.CANCELLED, "disputed")]
    assert house.billing.ledger.of_payment(case.payment_id) == []


def test_nobody_pays_again_while_a_call_may_still_arrive(house: House, case: Case) -> None:
    with pytest.raises(TransitionRefused, match="ten minutes"):
        house.payouts.pay_again(case.case_id, route=None, who="Lee", now=house.clock.now + timedelta(minutes=9))


def test_a_refusal_ends_no_payout_that_somebody_else_sent_again(house: House) -> None:
    """A worker stalls with a refusal in hand, its claim expires, and what billing refused is possible again."""
    filed = house.file("ORD-5")  # whatever goes back of it is cancelled after 40 seconds
    house.review.approve(filed.case_id, who="Kim", now=house.clock.now)
    stalling = Actor("worker", house.work)
    go_to(stalling, "before POST /refunds")
    whole = Amount(value="240.00", currency="EUR")
    house.billing.office.refund_by_hand(RefundByHand(payment_id=filed.payment_id, amount=whole))
    go_to(stalling, "before sending.Payouts._create")
    after(house, seconds=61)
    while not stalling.is_over:
        stalling.go_on()
    assert [payout.state for payout in payouts(house, filed)] == [PayoutState.SUBMITTED]


def go_to(actor: Actor, point: str) -> None:
    while actor.at != point:
        actor.go_on()
        assert not actor.is_over, f"it never comes to {point}"


def test_the_call_that_arrives_late_and_the_one_sent_again_are_one_refund(house: House, case: Case) -> None:
    after(house, seconds=6)
    house.billing.arrive()
    after(house, minutes=2)
    assert [payout.state for payout in payouts(house, case)] == [PayoutState.SUCCEEDED]
    assert len(house.billing.ledger.of_payment(case.payment_id)) == 1
