"""What the stand-in's billing does with refunds, by a clock of the test's own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from sandbox.answers import RefundWish, Refused
from tests.unit.sandbox.bench import Bench, refusal, wish
from tests.world import incident, order, world, write_world


def test_a_refund_is_pending_then_succeeds_with_an_arn(bench: Bench) -> None:
    office = bench.paid()
    made, repeated = office.create_refund(wish(), "key")
    assert (made.status, made.status_reason, made.kind, made.trace, repeated) == (
        *("pending", "processing", "refund"),
        *(None, False),
    )
    bench.clock.wait(2)
    done = office.refund(made.refund_id)
    assert done.status == "succeeded"
    assert done.trace is not None
    assert (done.trace.type, len(done.trace.value)) == ("arn", 23)


def test_another_method_than_a_card_gives_an_rrn(bench: Bench) -> None:
    office = bench.paid(method="sepa_debit")
    made, _ = office.create_refund(wish(), "key")
    bench.clock.wait(2)
    trace = office.refund(made.refund_id).trace
    assert trace is not None
    assert trace.type == "rrn"


def test_a_refund_that_shall_fail_fails_with_its_reason(bench: Bench) -> None:
    office = bench.paid(sandbox_refund="fail:expired_or_canceled_card")
    made, _ = office.create_refund(wish(), "key")
    assert made.status == "pending"
    bench.clock.wait(2)
    failed = office.refund(made.refund_id)
    assert (failed.status, failed.status_reason) == ("failed", "expired_or_canceled_card")
    assert office.payment("PAY-10001").refunded.value == "0.00"


def test_a_refund_that_shall_wait_stays_pending_with_its_reason(bench: Bench) -> None:
    office = bench.paid(sandbox_refund="pending:insufficient_funds")
    made, _ = office.create_refund(wish(), "key")
    bench.clock.wait(86400)
    waiting = office.refund(made.refund_id)
    assert (waiting.status, waiting.status_reason) == ("pending", "insufficient_funds")


def test_the_world_says_how_long_a_refund_stays_pending(bench: Bench) -> None:
    office = bench.office(refund_delay_seconds=60)
    made, _ = office.create_refund(wish(), "key")
    bench.clock.wait(59)
    assert office.refund(made.refund_id).status == "pending"
    bench.clock.wait(1)
    assert office.refund(made.refund_id).status == "succeeded"


def test_a_charge_that_has_not_settled_is_reversed_and_has_no_trace(bench: Bench) -> None:
    office = bench.paid(settled_at="+1d")
    made, _ = office.create_refund(wish(), "key")
    bench.clock.wait(2)
    done = office.refund(made.refund_id)
    assert (done.kind, done.status, done.trace) == ("reversal", "succeeded", None)


def test_a_succeeded_refund_shows_on_the_payment(bench: Bench) -> None:
    office = bench.paid()
    office.create_refund(wish("100.00"), "first")
    assert office.payment("PAY-10001").status == "captured"
    bench.clock.wait(2)
    partly = office.order("ORD-10001").payment
    assert (partly.status, partly.refunded.value) == ("partially_refunded", "100.00")
    office.create_refund(wish("140.00"), "second")
    bench.clock.wait(2)
    wholly = office.payment("PAY-10001")
    assert (wholly.status, wholly.refunded.value) == ("refunded", "240.00")


def test_the_same_key_gives_the_first_answer_again(bench: Bench) -> None:
    office = bench.paid()
    first, _ = office.create_refund(wish(), "key")
    bench.clock.wait(60)
    again, repeated = office.create_refund(wish("240"), "key")
    assert (again, repeated) == (first, True)
    assert len(office.refunds_of("PAY-10001")) == 1


@pytest.mark.parametrize(
    "other",
    [
        *(wish("1.00"), wish(reason="P1.b"), wish(currency="USD")),
        *(wish(reference="payout-2"), wish(route="account_credit")),
    ],
)
def test_the_same_key_for_another_wish_is_refused(bench: Bench, other: RefundWish) -> None:
    office = bench.paid()
    office.create_refund(wish(), "key")
    assert refusal(office, other) == "idempotency_key_reused"


def test_naming_the_payments_own_route_is_the_same_wish(bench: Bench) -> None:
    office = bench.paid()
    first, _ = office.create_refund(wish(), "key")
    assert office.create_refund(wish(route="card"), "key") == (first, True)
    assert first.route == "card"


def test_a_refund_carries_the_reference_of_whoever_asked_for_it(bench: Bench) -> None:
    office = bench.paid()
    made, _ = office.create_refund(wish(reference="payout-1"), "key")
    assert [(r.reference, r.made_in) for r in office.refunds_of("PAY-10001")] == [("payout-1", "api")]
    assert office.refund(made.refund_id).reference == "payout-1"


def test_more_than_is_left_is_refused_also_while_others_wait(bench: Bench) -> None:
    office = bench.paid()
    office.create_refund(wish("200.00"), "first")
    assert refusal(office, wish("40.01"), "second") == "refund_exceeds_payment"
    assert office.create_refund(wish("40.00"), "third")[0].status == "pending"


def test_a_failed_refund_leaves_its_amount_free(bench: Bench) -> None:
    office = bench.paid(sandbox_refund="fail:declined")
    office.create_refund(wish(), "first")
    assert refusal(office, wish(), "second") == "refund_exceeds_payment"
    bench.clock.wait(2)
    assert office.create_refund(wish(), "second")[0].status == "pending"


def test_refunds_that_the_world_tells_of_count(bench: Bench) -> None:
    told = {"refund_id": "RF-1", "payment_id": "PAY-10001", "amount": {"value": "200.00", "currency": "EUR"}}
    office = bench.office(refunds=[{**told, "status": "pending", "created_at": "-1d"}])
    assert refusal(office, wish("40.01")) == "refund_exceeds_payment"
    assert [r.refund_id for r in office.refunds_of("PAY-10001")] == ["RF-1"]
    assert office.refund("RF-1").status == "pending"


def test_a_payment_called_refunded_has_nothing_left(bench: Bench) -> None:
    office = bench.paid(status="refunded")
    assert refusal(office, wish("0.01")) == "refund_exceeds_payment"
    assert office.payment("PAY-10001").refunded.value == "240.00"


@pytest.mark.parametrize("status", ["authorized", "failed"])
def test_a_payment_never_captured_is_refused(bench: Bench, status: str) -> None:
    assert refusal(bench.paid(status=status), wish()) == "payment_not_captured"


def test_another_currency_and_nothing_are_refused(bench: Bench) -> None:
    office = bench.paid()
    assert refusal(office, wish(currency="USD")) == "currency_mismatch"
    assert refusal(office, wish("0.00")) == "invalid_request"


def test_refunds_asked_at_once_never_exceed_the_payment(bench: Bench) -> None:
    office = bench.paid()

    def ask(number: int) -> bool:
        try:
            office.create_refund(wish("100.00"), f"key-{number}")
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(ask, range(32))) == 2


def test_the_same_key_asked_at_once_makes_one_refund(bench: Bench) -> None:
    office = bench.paid()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: office.create_refund(wish(), "key"), range(16)))
    assert len({refund.refund_id for refund, _ in answers}) == 1
    assert sum(not repeated for _, repeated in answers) == 1


def test_incidents_match_service_and_region_exactly_or_cover_all_regions(bench: Bench) -> None:
    office = bench.office(
        incidents=[
            incident("INC-1"),
            incident("INC-2", region="us-east"),
            incident("INC-3", service="CDN"),
            incident("INC-4", region="global"),
        ]
    )
    assert [i.incident_id for i in office.incidents("Compute", "eu-central")] == ["INC-1", "INC-4"]
    assert office.incidents("compute", "eu-central") == []


def test_a_customer_is_found_by_mail_in_any_case(bench: Bench) -> None:
    office = bench.office()
    assert [c.customer_id for c in office.customers_with(" C-1@Example.COM ")] == ["C-1"]
    assert office.customers_with("nobody@example.com") == []


def test_a_reset_reads_the_world_again_and_forgets_refunds(bench: Bench) -> None:
    office = bench.paid()
    made, _ = office.create_refund(wish(), "key")
    bench.clock.wait(3600)
    write_world(bench.folder / "world.json", world(orders=[order(plan="Compute XL")]))
    office.reset()
    assert office.order("ORD-10001").plan == "Compute XL"
    assert office.order("ORD-10001").purchased_at == bench.clock.now - timedelta(days=12)
    with pytest.raises(Refused, match="nothing of that name"):
        office.refund(made.refund_id)
