"""The amount: what was captured less what was refunded, by the ground's basis."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from refunds.money import Money
from refunds.policy.decision import Amount, Decision
from tests.unit.policy.cases import (
    CONSUMER,
    FAILURE,
    WITHDRAWAL,
    ago,
    asking,
    at,
    decided,
    incident,
    records,
    refund,
    with_settings,
)

UNUSED_TERM = with_settings(amount_basis={"P1.a": "unused_term", "P1.b": "unused_term"})


def amount_of(decision: Decision) -> Amount:
    assert decision.amount is not None
    return decision.amount


def sum_of(decision: Decision) -> list[tuple[str, str]]:
    return [(step.words, str(step.amount)) for step in amount_of(decision).steps]


def fault(**fields: Any) -> Decision:
    return decided(asking(FAILURE, at(3.5)), records(incidents=(incident(),), **fields))


def unused(**fields: Any) -> Decision:
    return decided(asking(FAILURE, at(3.5)), records(incidents=(incident(),), **fields), UNUSED_TERM)


def withdrawn(**fields: Any) -> Decision:
    asked = asking(WITHDRAWAL, withdrawn_at=fields.pop("withdrawn_at", None))
    return decided(asked, records(customer=CONSUMER, **fields))


def test_the_full_amount_is_what_was_paid() -> None:
    assert sum_of(fault()) == [("paid", "300.00 EUR")]


def test_what_was_refunded_already_is_taken_off() -> None:
    decision = fault(refunds=(refund("120.00"),), payment_fields={"status": "partially_refunded"})
    assert sum_of(decision) == [("paid", "300.00 EUR"), ("already refunded", "-120.00 EUR")]
    assert str(amount_of(decision).total) == "180.00 EUR"


def test_the_unused_term_goes_by_days() -> None:
    assert sum_of(unused()) == [("paid", "300.00 EUR"), ("used 12 of 30 days", "-120.00 EUR")]
    assert str(amount_of(unused()).total) == "180.00 EUR"


def test_the_unused_term_begins_when_the_service_was_ended() -> None:
    assert sum_of(unused(status="terminated", terminated_at=ago(3)))[1] == ("used 9 of 30 days", "-90.00 EUR")
    assert sum_of(unused(status="active", terminated_at=ago(-3)))[1] == ("used 12 of 30 days", "-120.00 EUR")


def test_a_term_that_is_over_leaves_nothing() -> None:
    over = unused(term_start=ago(40), term_end=ago(10))
    assert sum_of(over)[1] == ("used 30 of 30 days", "-300.00 EUR")
    assert amount_of(over).total == Money.zero("EUR")


def test_a_term_that_has_not_begun_is_unused() -> None:
    assert sum_of(unused(term_start=ago(-2), term_end=ago(-32)))[1] == ("used 0 of 30 days", "0.00 EUR")


def test_a_term_of_less_than_a_day_is_used_once_it_has_begun() -> None:
    assert sum_of(unused(term_start=ago(12), term_end=ago(12)))[1] == ("used 1 of 1 days", "-300.00 EUR")


def test_used_and_refunded_together_take_no_more_than_was_paid() -> None:
    decision = unused(term_start=ago(27), term_end=ago(-3), refunds=(refund("120.00"),))
    assert sum_of(decision) == [
        ("paid", "300.00 EUR"), ("already refunded", "-120.00 EUR"), ("used 27 of 30 days", "-180.00 EUR"),
    ]  # fmt: skip
    assert amount_of(decision).total == Money.zero("EUR")


def test_a_withdrawal_pays_all_where_no_performance_was_asked_for() -> None:
    assert sum_of(withdrawn()) == [("paid", "300.00 EUR")]


def test_a_withdrawal_takes_off_what_was_used_at_the_customers_express_request() -> None:
    decision = withdrawn(performance_requested_at=ago(12))
    assert sum_of(decision) == [("paid", "300.00 EUR"), ("used 12 of 30 days", "-120.00 EUR")]
    assert amount_of(decision).basis == "withdrawal"
    assert sum_of(withdrawn(performance_requested_at=ago(5)))[1] == ("used 5 of 30 days", "-50.00 EUR")


def test_what_is_used_before_the_term_began_costs_nothing() -> None:
    decision = withdrawn(performance_requested_at=ago(12), term_start=ago(2), term_end=ago(-28))
    assert sum_of(decision)[1] == ("used 2 of 30 days", "-20.00 EUR")


def test_use_ends_with_the_statement_of_withdrawal() -> None:
    decision = withdrawn(performance_requested_at=ago(12), withdrawn_at=ago(10))
    assert sum_of(decision)[1] == ("used 2 of 30 days", "-20.00 EUR")


def test_a_performance_asked_for_after_the_withdrawal_costs_nothing() -> None:
    decision = withdrawn(performance_requested_at=ago(3), withdrawn_at=ago(10))
    assert str(amount_of(decision).total) == "300.00 EUR"


def test_the_days_of_a_term_are_those_of_the_customer() -> None:
    start = datetime(2026, 11, 12, 23, 30, tzinfo=UTC)  # 13 Nov in Berlin
    assert sum_of(unused(term_start=start, term_end=ago(-18)))[1][0] == "used 11 of 29 days"


def test_a_share_is_rounded_to_the_minor_unit() -> None:
    yen = {"amount": Money.of("1000", "JPY"), "refunded": Money.zero("JPY")}
    decision = withdrawn(performance_requested_at=ago(5), payment_fields=yen)
    assert amount_of(decision).total == Money(Decimal(833), "JPY")


@pytest.mark.parametrize("basis", ["full", "unused_term"])
def test_the_steps_sum_up_to_the_total(basis: str) -> None:
    policy = with_settings(amount_basis={"P1.a": basis, "P1.b": basis})
    known = records(incidents=(incident(),), refunds=(refund("0.07"),))
    amount = amount_of(decided(asking(FAILURE, at(3.5)), known, policy))
    assert sum((step.amount for step in amount.steps), start=Money.zero("EUR")) == amount.total
