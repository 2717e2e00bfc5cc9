"""What becomes of a refund: along its own route as the world says, along others as those do."""

from __future__ import annotations

import pytest

from sandbox.answers import PaymentChange, RefundByHand, Refused
from sandbox.world import Amount
from tests.unit.sandbox.bench import Bench, refusal, wish

FORTY_FIVE_DAYS = 45 * 86400


def test_a_refund_that_shall_be_cancelled_is_with_its_reason_and_leaves_its_amount_free(bench: Bench) -> None:
    office = bench.paid(sandbox_refund="cancel:merchant_request")
    made, _ = office.create_refund(wish(), "first")
    assert made.status == "pending"
    bench.clock.wait(2)
    cancelled = office.refund(made.refund_id)
    assert (cancelled.status, cancelled.status_reason) == ("cancelled", "merchant_request")
    assert office.create_refund(wish(), "second")[0].status == "pending"


def test_a_refund_that_shall_come_back_succeeds_first_and_keeps_its_trace(bench: Bench) -> None:
    office = bench.paid(sandbox_refund="reverse:account_closed")
    made, _ = office.create_refund(wish(), "first")
    bench.clock.wait(2)
    arrived = office.refund(made.refund_id)
    assert (arrived.status, office.payment("PAY-10001").status) == ("succeeded", "refunded")
    bench.clock.wait(2)
    returned = office.refund(made.refund_id)
    assert (returned.status, returned.status_reason, returned.trace) == ("reversed", "account_closed", arrived.trace)
    assert office.payment("PAY-10001").refunded.value == "0.00"
    assert office.create_refund(wish(), "second")[0].status == "pending"


def test_another_route_does_not_share_the_fate_of_the_payments_own(bench: Bench) -> None:
    office = bench.paid(sandbox_refund="fail:expired_or_canceled_card")
    own, _ = office.create_refund(wish(), "first")
    bench.clock.wait(2)
    assert office.refund(own.refund_id).status == "failed"
    other, _ = office.create_refund(wish(route="account_credit"), "second")
    bench.clock.wait(2)
    credited = office.refund(other.refund_id)
    assert (credited.status, credited.route, credited.trace) == ("succeeded", "account_credit", None)
    assert office.payment("PAY-10001").refunded.value == "240.00"


def test_a_bank_transfer_waits_for_details_and_then_goes_its_way(bench: Bench) -> None:
    office = bench.paid()
    made, _ = office.create_refund(wish(route="bank_transfer"), "key")
    assert (made.status, made.status_reason, made.route) == ("requires_action", "bank_details", "bank_transfer")
    assert refusal(office, wish("0.01"), "second") == "refund_exceeds_payment"
    bench.clock.wait(3600)
    assert office.refund(made.refund_id).status == "requires_action"
    assert office.give_details(made.refund_id).status == "pending"
    bench.clock.wait(2)
    arrived = office.refund(made.refund_id)
    assert arrived.status == "succeeded"
    assert arrived.trace is not None
    assert arrived.trace.type == "rrn"
    assert office.create_refund(wish(route="bank_transfer"), "key") == (made, True)


def test_details_that_nobody_gives_cancel_a_transfer_after_45_days(bench: Bench) -> None:
    office = bench.paid()
    made, _ = office.create_refund(wish(route="bank_transfer"), "key")
    bench.clock.wait(FORTY_FIVE_DAYS - 1)
    assert office.refund(made.refund_id).status == "requires_action"
    bench.clock.wait(1)
    cancelled = office.refund(made.refund_id)
    assert (cancelled.status, cancelled.status_reason) == ("cancelled", "customer_details_missing")
    with pytest.raises(Refused, match="waits for nothing"):
        office.give_details(made.refund_id)


def test_details_given_just_in_time_count_however_late_one_looks(bench: Bench) -> None:
    office = bench.paid(sandbox_refund="requires_action:email_wanted")
    made, _ = office.create_refund(wish(), "key")
    assert made.status_reason == "email_wanted"
    bench.clock.wait(FORTY_FIVE_DAYS - 1)
    office.give_details(made.refund_id)
    bench.clock.wait(FORTY_FIVE_DAYS)
    assert office.refund(made.refund_id).status == "succeeded"


def test_details_are_wanted_only_by_a_refund_that_waits_for_them(bench: Bench) -> None:
    office = bench.paid()
    made, _ = office.create_refund(wish(), "key")
    with pytest.raises(Refused, match="waits for nothing"):
        office.give_details(made.refund_id)


def test_a_route_that_is_none_is_refused_and_makes_nothing(bench: Bench) -> None:
    office = bench.paid()
    assert refusal(office, wish(route="paypal")) == "route_not_possible"
    assert office.refunds_of("PAY-10001") == []


def test_money_that_goes_another_way_is_a_refund_also_before_the_charge_has_settled(bench: Bench) -> None:
    office = bench.paid(settled_at="+1d")
    assert office.create_refund(wish("40.00"), "first")[0].kind == "reversal"
    assert office.create_refund(wish("40.00", route="account_credit"), "second")[0].kind == "refund"


def test_a_refund_made_by_hand_in_billing_counts_and_has_nobodys_reference(bench: Bench) -> None:
    office = bench.paid()
    amount = Amount(value="200.00", currency="EUR")
    made = office.refund_by_hand(RefundByHand(payment_id="PAY-10001", amount=amount))
    assert (made.made_in, made.reference, made.status) == ("billing", None, "pending")
    assert refusal(office, wish("40.01")) == "refund_exceeds_payment"
    bench.clock.wait(2)
    assert office.payment("PAY-10001").refunded.value == "200.00"
    again = RefundByHand(payment_id="PAY-10001", amount=Amount(value="40.00", currency="EUR"))
    assert office.refund_by_hand(again).refund_id != made.refund_id


def test_a_dispute_opens_when_the_world_says(bench: Bench) -> None:
    office = bench.paid(disputed_at="+5m")
    assert not office.payment("PAY-10001").disputed
    bench.clock.wait(300)
    assert office.order("ORD-10001").payment.disputed


def test_a_dispute_may_open_and_end_by_hand_and_outlives_a_kill(bench: Bench) -> None:
    office = bench.paid()
    assert office.change_payment("PAY-10001", PaymentChange(disputed=True)).disputed
    assert bench.restart().payment("PAY-10001").disputed
    assert not bench.restart().change_payment("PAY-10001", PaymentChange(disputed=False)).disputed


def test_a_dispute_of_the_world_can_be_ended_by_hand_until_a_reset(bench: Bench) -> None:
    office = bench.paid(disputed=True)
    office.change_payment("PAY-10001", PaymentChange(faults=[]))
    assert office.payment("PAY-10001").disputed
    office.change_payment("PAY-10001", PaymentChange(disputed=False))
    assert not office.payment("PAY-10001").disputed
    office.reset()
    assert office.payment("PAY-10001").disputed


def test_a_ledger_of_other_tables_is_begun_anew(bench: Bench) -> None:
    office = bench.paid()
    office.create_refund(wish(), "key")
    bench.ledger.run("PRAGMA user_version = 1")
    assert bench.restart().refunds_of("PAY-10001") == []
