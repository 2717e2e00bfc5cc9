"""The order of outcomes, the order of reasons, and what a decision asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from refunds.policy.decision import Detail, Outcome
from tests.unit.policy.cases import (
    BUSINESS,
    CONSUMER,
    EARLY_END,
    FAILURE,
    NOW,
    POLICY,
    WITHDRAWAL,
    WRONG_CHARGE,
    ago,
    asking,
    at,
    decided,
    incident,
    records,
    rules,
    ticket,
)


def test_without_a_claim_and_without_a_ground_on_record_the_reason_is_asked_for() -> None:
    decision = decided(asking())
    assert decision.outcome is Outcome.INCOMPLETE
    assert [(missing.detail, missing.offers) for missing in decision.missing] == [(Detail.REASON, ())]
    assert decision.clauses == ()
    assert decision.amount is None


def test_an_early_end_on_record_is_no_answer_to_why_money_is_wanted_back() -> None:
    known = records(status="terminated", terminated_at=ago(2), termination_reason="personal")
    assert decided(asking(), known).outcome is Outcome.INCOMPLETE


def test_a_problem_that_may_become_a_ground_needs_no_reason() -> None:
    assert decided(asking(), records(tickets=(ticket(3),))).outcome is Outcome.NOT_YET


def test_a_ticket_that_is_no_ground_leaves_the_reason_open() -> None:
    assert decided(asking(), records(tickets=(ticket(3, severity="low"),))).outcome is Outcome.INCOMPLETE


def test_a_claim_that_no_ground_answers_is_not_asked_about_again() -> None:
    assert decided(asking(WITHDRAWAL)).outcome is Outcome.NOT_ELIGIBLE


def test_an_eligible_ground_beats_a_missing_detail() -> None:
    assert decided(asking(FAILURE), records(tickets=(ticket(10),))).outcome is Outcome.ELIGIBLE


def test_a_missing_detail_beats_a_withdrawal_and_a_review() -> None:
    claims = FAILURE | WITHDRAWAL | WRONG_CHARGE
    assert decided(asking(claims), records(customer=CONSUMER)).outcome is Outcome.INCOMPLETE


def test_a_withdrawal_beats_a_review() -> None:
    decision = decided(asking(WRONG_CHARGE), records(customer=CONSUMER, tickets=(ticket(3),)))
    assert decision.outcome is Outcome.ELIGIBLE
    assert decision.clauses == ("P1.c",)


def test_a_review_beats_a_day_to_wait_for() -> None:
    decision = decided(asking(WRONG_CHARGE), records(tickets=(ticket(3),)))
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.eligible_from is None


def test_a_day_to_wait_for_beats_a_refusal() -> None:
    assert decided(asking(EARLY_END), records(tickets=(ticket(3),))).outcome is Outcome.NOT_YET


def test_all_grounds_that_hold_are_listed_strongest_first() -> None:
    known = records(customer=CONSUMER, incidents=(incident(),), tickets=(ticket(10),))
    decision = decided(asking(FAILURE | WRONG_CHARGE, at(3.5)), known)
    assert decision.clauses == ("P1.a", "P1.b", "P1.c")
    assert rules(decision) == [
        "p1a_vendor_fault", "p1b_unsolved_serious_problem", "p1c_withdrawal", "p1c_other_rights", "p1_wrong_charge",
    ]  # fmt: skip


def test_reasons_that_carry_the_outcome_come_before_those_that_do_not() -> None:
    known = records(customer=CONSUMER, tickets=(ticket(5, solved=4),))
    decision = decided(asking(FAILURE, at(4.5)), known)
    assert rules(decision) == [
        "p1c_withdrawal", "p1a_vendor_fault", "p1b_unsolved_serious_problem", "p1c_other_rights",
    ]  # fmt: skip


def test_of_equal_amounts_the_strongest_ground_gives_it() -> None:
    known = records(customer=CONSUMER, incidents=(incident(),))
    decision = decided(asking(FAILURE, at(3.5)), known)
    assert decision.amount is not None
    assert decision.amount.basis == "full"


def test_only_grounds_that_carry_the_outcome_give_the_amount() -> None:
    known = records(customer=CONSUMER, performance_requested_at=ago(12))
    decision = decided(asking(WRONG_CHARGE), known)
    assert decision.amount is not None
    assert decision.amount.basis == "withdrawal"


def test_a_review_counts_a_ground_that_holds_beside_one_that_may() -> None:
    known = records(
        customer=replace(CONSUMER, kind=None), performance_requested_at=ago(12), incidents=(incident("unknown"),)
    )
    decision = decided(asking(FAILURE, at(3.5)), known)
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.amount is not None
    assert str(decision.amount.total) == "300.00 EUR"


def test_the_same_input_gives_the_same_decision() -> None:
    known = records(customer=CONSUMER, incidents=(incident(),), tickets=(ticket(10),))
    assert decided(asking(FAILURE, at(3.5)), known) == decided(asking(FAILURE, at(3.5)), known)


def test_a_decision_names_the_policy_version() -> None:
    assert decided(asking(), policy=replace(POLICY, version="v")).policy_version == "v"
    refused = decided(asking(), records(payment_fields={"status": "failed"}), replace(POLICY, version="v"))
    assert refused.policy_version == "v"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        decided(asking(), records(customer=BUSINESS), now=datetime(2026, 11, 24))  # noqa: DTZ001


def test_an_incident_outside_the_time_named_is_offered_only_while_none_is_named() -> None:
    decision = decided(asking(FAILURE), records(incidents=(incident("gross", 4, 3),)), now=NOW)
    assert decision.missing[0].offers == ("INC-1",)
