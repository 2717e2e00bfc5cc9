"""P3.a: the guards, what is left of a payment, and its way back."""

from __future__ import annotations

import pytest

from refunds.money import Money
from refunds.policy.decision import Outcome
from refunds.policy.payment import refundable
from tests.unit.policy.cases import (
    CONSUMER,
    FAILURE,
    WITHDRAWAL,
    ago,
    asking,
    at,
    decided,
    facts,
    incident,
    reason,
    records,
    refund,
    rules,
    ticket,
    words,
)

GUARDS = "p3a_payment_guards"
ROUTE = "p3a_original_route_closed"
EUR_300 = Money.of("300.00", "EUR")


@pytest.mark.parametrize("status", ["authorized", "failed"])
def test_p3a_a_payment_that_was_never_captured_is_not_eligible(status: str) -> None:
    known = records(customer=CONSUMER, incidents=(incident(),), payment_fields={"status": status})
    decision = decided(asking(FAILURE, at(3.5)), known)
    assert decision.outcome is Outcome.NOT_ELIGIBLE
    assert decision.clauses == ("P3.a",)
    assert decision.amount is None
    assert rules(decision) == [GUARDS]
    assert facts(decision.reasons[0]) == [("payment_status", status)]
    assert words(decision.reasons[0]) == "the payment was never captured: nothing was paid"


def test_p3a_a_payment_refunded_in_full_is_not_eligible_and_shows_that_refund() -> None:
    made = refund(trace_type="arn", trace_value="745", made_in="billing")
    known = records(customer=CONSUMER, refunds=(made,), payment_fields={"status": "refunded", "refunded": EUR_300})
    decision = decided(asking(WITHDRAWAL), known)
    assert decision.outcome is Outcome.NOT_ELIGIBLE
    assert decision.clauses == ("P3.a",)
    assert facts(decision.reasons[0]) == [("refunded", "300.00 EUR"), ("refund", "RF-1")]
    assert words(decision.reasons[0]) == (
        "the payment of 300.00 EUR was already refunded in full; refund RF-1 of 300.00 EUR, 18 Nov, arn 745"
    )


@pytest.mark.parametrize("status", ["succeeded", "pending", "requires_action"])
def test_p3a_refunds_on_record_count_whatever_the_payment_says(status: str) -> None:
    two = (refund("100.00", status), refund("200.00", status, refund_id="RF-2"))
    decision = decided(asking(), records(customer=CONSUMER, refunds=two))
    assert decision.clauses == ("P3.a",)
    assert words(decision.reasons[0]).endswith("refund RF-1 of 100.00 EUR, 18 Nov; refund RF-2 of 200.00 EUR, 18 Nov")


@pytest.mark.parametrize("status", ["failed", "cancelled", "canceled"])
def test_p3a_a_refund_that_did_not_go_through_takes_nothing(status: str) -> None:
    decision = decided(asking(), records(customer=CONSUMER, refunds=(refund("300.00", status),)))
    assert decision.outcome is Outcome.ELIGIBLE


def test_p3a_what_the_payment_says_counts_without_a_refund_on_record() -> None:
    assert decided(asking(), records(payment_fields={"refunded": EUR_300})).clauses == ("P3.a",)
    assert decided(asking(), records(payment_fields={"status": "refunded"})).clauses == ("P3.a",)


@pytest.mark.parametrize(
    ("said", "made", "left"),
    [("0", "0", "300"), ("100", "0", "200"), ("0", "100", "200"), ("100", "120", "180"), ("120", "100", "180"),
     ("100", "100", "200"), ("299.99", "0", "0.01"), ("400", "0", "0"), ("0", "400", "0")],
)  # fmt: skip
def test_p3a_what_is_left_is_what_was_captured_less_what_went_back(said: str, made: str, left: str) -> None:
    known = records(refunds=(refund(made),), payment_fields={"refunded": Money.of(said, "EUR")})
    assert refundable(known) == Money.of(left, "EUR")


def test_p3a_a_disputed_payment_needs_review_and_its_grounds_are_still_listed() -> None:
    known = records(incidents=(incident(),), payment_fields={"disputed": True})
    decision = decided(asking(FAILURE, at(3.5)), known)
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.clauses == ("P3.a",)
    assert decision.amount is not None
    assert str(decision.amount.total) == "300.00 EUR"
    assert rules(decision)[:2] == [GUARDS, "p1a_vendor_fault"]
    assert facts(decision.reasons[0]) == [("disputed", "open")]
    assert words(decision.reasons[0]) == "the payment is disputed at the bank: it could be paid twice"


def test_p3a_a_dispute_comes_before_a_question() -> None:
    decision = decided(asking(FAILURE), records(payment_fields={"disputed": True}))
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.missing == ()
    assert decision.amount is None
    pending = decided(asking(), records(tickets=(ticket(3),), payment_fields={"disputed": True}))
    assert pending.eligible_from is None


def test_p3a_a_dispute_comes_before_a_right_to_withdraw() -> None:
    decision = decided(asking(WITHDRAWAL), records(customer=CONSUMER, payment_fields={"disputed": True}))
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert not decision.ends_contract


def test_p3a_refunded_in_full_comes_before_a_dispute() -> None:
    known = records(payment_fields={"disputed": True, "refunded": EUR_300})
    assert decided(asking(), known).outcome is Outcome.NOT_ELIGIBLE


@pytest.mark.parametrize(
    ("method", "window"),
    [("paypal", 180), ("sepa_transfer", 180), ("sepa_debit", 180), ("ach_debit", 180), ("us_wire", 180),
     ("bank_transfer", 180), ("alipay", 365), ("wechat_pay", 365), ("unionpay", 179), ("ideal", 365), ("klarna", 1095),
     ("crypto", 30)],
)  # fmt: skip
def test_p3a_when_the_original_route_is_closed_the_ground_is_decided_and_the_payout_reviewed(
    method: str, window: int
) -> None:
    for days, closed in ((window, False), (window + 1, True)):
        known = records(
            incidents=(incident(),),
            purchased_at=ago(days + 2),
            payment_fields={"method": method, "captured_at": ago(days)},
        )
        decision = decided(asking(FAILURE, at(3.5)), known)
        assert decision.outcome is Outcome.ELIGIBLE
        assert decision.clauses == ("P1.a",)
        assert decision.payout_needs_review is closed
        assert (rules(decision)[-1] == ROUTE) is closed


def test_p3a_a_closed_route_says_since_when() -> None:
    known = records(
        incidents=(incident(),), purchased_at=ago(200), payment_fields={"method": "sepa_debit", "captured_at": ago(195)}
    )
    found = reason(decided(asking(FAILURE, at(3.5)), known), ROUTE)
    assert (found.clause, found.outcome) == ("P3.a", Outcome.NEEDS_REVIEW)
    assert words(found) == "you paid by sepa debit; that was on 13 May; money goes back that way for 180 days"
    assert facts(found) == [("method", "sepa_debit"), ("paid", "2026-05-13"), ("refund_window", "180")]


@pytest.mark.parametrize("method", ["card", "account_credit", "uk_bacs", "barter"])
def test_p3a_a_method_without_a_window_stays_open(method: str) -> None:
    known = records(
        incidents=(incident(),), purchased_at=ago(2000), payment_fields={"method": method, "captured_at": ago(2000)}
    )
    assert not decided(asking(FAILURE, at(3.5)), known).payout_needs_review


def test_p3a_without_a_day_of_capture_the_day_of_purchase_counts() -> None:
    fields = {"method": "paypal", "captured_at": None}
    known = records(incidents=(incident(),), purchased_at=ago(181), payment_fields=fields)
    assert decided(asking(FAILURE, at(3.5)), known).payout_needs_review


def test_p3a_a_closed_route_matters_only_where_money_may_go_back() -> None:
    fields = {"method": "paypal", "captured_at": ago(200)}
    decision = decided(asking(), records(purchased_at=ago(200), payment_fields=fields))
    assert not decision.payout_needs_review
    assert ROUTE not in rules(decision)
    review = decided(asking(FAILURE, at(3.5)), records(purchased_at=ago(200), payment_fields=fields))
    assert review.outcome is Outcome.NEEDS_REVIEW
    assert review.payout_needs_review
