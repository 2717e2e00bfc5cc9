"""P1, P2.a and P5.b: wrong charges, late reports, an early end."""

from __future__ import annotations

from typing import Any

import pytest

from refunds.policy.decision import Outcome
from tests.unit.policy.cases import (
    CONSUMER,
    EARLY_END,
    FAILURE,
    WRONG_CHARGE,
    ago,
    asking,
    at,
    decided,
    facts,
    incident,
    reason,
    records,
    rules,
    ticket,
    with_settings,
    words,
)

LONG_AGO: dict[str, Any] = {"purchased_at": ago(200), "term_start": ago(200), "term_end": ago(-165)}


def test_p1_a_wrong_or_double_charge_needs_review() -> None:
    decision = decided(asking(WRONG_CHARGE))
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.clauses == ("P1",)
    assert decision.amount is None
    assert facts(reason(decision, "p1_wrong_charge")) == [("claim", "wrong_charge")]
    assert words(reason(decision, "p1_wrong_charge")) == "you told us of a wrong charge"


def test_p1_a_wrong_charge_beside_a_fault_of_the_vendor_does_not_hold_it_up() -> None:
    decision = decided(asking(FAILURE | WRONG_CHARGE, at(3.5)), records(incidents=(incident(),)))
    assert decision.outcome is Outcome.ELIGIBLE


@pytest.mark.parametrize(("ended", "outcome"), [(90, Outcome.ELIGIBLE), (91, Outcome.NEEDS_REVIEW)])
def test_p2a_a_fault_first_reported_more_than_ninety_days_after_it_needs_review(ended: int, outcome: Outcome) -> None:
    known = records(incidents=(incident("gross", ended + 1, ended),), **LONG_AGO)
    decision = decided(asking(FAILURE, at(ended + 1, ended)), known)
    assert decision.outcome is outcome
    assert ("p2a_reported_late" in rules(decision)) is (outcome is Outcome.NEEDS_REVIEW)


def test_p2a_says_how_late_and_keeps_the_ground_and_its_amount() -> None:
    known = records(incidents=(incident("gross", 101, 100),), **LONG_AGO)
    decision = decided(asking(FAILURE, at(100.5)), known)
    assert decision.clauses == ("P2.a", "P1.a")
    assert decision.amount is not None
    assert str(decision.amount.total) == "300.00 EUR"
    late = reason(decision, "p2a_reported_late")
    assert words(late) == (
        "it is about clause P1.a; the problem lasted until 16 Aug; it was first reported on 24 Nov; "
        "that was 100 days after the problem (up to 90 days count)"
    )
    assert facts(late) == [
        ("ground", "P1.a"), ("problem", "2026-08-16"), ("first_reported", "2026-11-24"), ("days_to_report", "100"),
    ]  # fmt: skip


def test_p2a_the_time_named_counts_where_the_incident_went_on_after_it() -> None:
    known = records(incidents=(incident("gross", 101, None),), **LONG_AGO)
    assert decided(asking(FAILURE, at(100)), known).outcome is Outcome.NEEDS_REVIEW
    assert decided(asking(FAILURE, at(50)), known).outcome is Outcome.ELIGIBLE


def test_p2a_a_time_named_that_reaches_into_the_future_ends_now() -> None:
    known = records(incidents=(incident("gross", 2, None),))
    decision = decided(asking(FAILURE, at(1, -1)), known, with_settings(late_report_review_after=0))
    assert decision.outcome is Outcome.ELIGIBLE


def test_p2a_a_ticket_that_covers_the_problem_was_its_report() -> None:
    early = ticket(100, solved=60, severity="low")
    known = records(incidents=(incident("gross", 101, 99),), tickets=(early,), **LONG_AGO)
    assert decided(asking(FAILURE, at(99.5)), known).outcome is Outcome.ELIGIBLE
    beside = records(incidents=(incident("gross", 101, 99),), tickets=(ticket(50, severity="low"),), **LONG_AGO)
    assert decided(asking(FAILURE, at(99.5)), beside).outcome is Outcome.NEEDS_REVIEW


def test_p2a_of_several_faults_the_one_reported_soonest_counts() -> None:
    incidents = (incident("gross", 95, 92), incident("gross", 95, 94, name="INC-2"), incident("unknown", 95, 89))
    decision = decided(asking(FAILURE, at(95, 92)), records(incidents=incidents, **LONG_AGO))
    assert words(reason(decision, "p2a_reported_late")).endswith(
        "the problem lasted until 24 Aug; it was first reported on 24 Nov; "
        "that was 92 days after the problem (up to 90 days count)"
    )
    soon = decided(asking(FAILURE, at(95, 92)), records(incidents=incidents, **LONG_AGO),
                   policy=with_settings(late_report_review_after=92))  # fmt: skip
    assert soon.outcome is Outcome.ELIGIBLE


def test_p2a_a_late_fault_does_not_hold_up_an_unsolved_problem() -> None:
    tickets = (ticket(190),)
    known = records(incidents=(incident("gross", 197, 196),), tickets=tickets, **LONG_AGO)
    decision = decided(asking(FAILURE, at(196.5)), known, with_settings(late_report_review_after=10))
    assert decision.outcome is Outcome.ELIGIBLE
    assert decision.clauses == ("P1.b",)
    assert reason(decision, "p1a_vendor_fault").outcome is Outcome.NEEDS_REVIEW


def test_p2a_a_problem_named_long_before_its_ticket_was_reported_late() -> None:
    known = records(tickets=(ticket(50),), **LONG_AGO)
    policy = with_settings(problem_report_window=180)
    decision = decided(asking(FAILURE, at(150)), known, policy)
    assert decision.clauses == ("P2.a", "P1.a", "P1.b")
    assert words(reason(decision, "p2a_reported_late")) == (
        "it is about clause P1.b; the problem lasted until 27 Jun; it was first reported on 5 Oct; "
        "that was 100 days after the problem (up to 90 days count)"
    )
    assert decided(asking(FAILURE, at(100)), known, policy).outcome is Outcome.ELIGIBLE
    assert decided(asking(), known, policy).outcome is Outcome.ELIGIBLE
    assert decided(asking(FAILURE, at(10)), known, policy).outcome is Outcome.ELIGIBLE


def test_p2a_of_several_tickets_the_one_reported_soonest_counts() -> None:
    known = records(tickets=(ticket(50), ticket(140, name="T-2"), ticket(149, severity="low")), **LONG_AGO)
    policy = with_settings(problem_report_window=180)
    assert decided(asking(FAILURE, at(150)), known, policy).outcome is Outcome.ELIGIBLE


def test_p2a_holds_back_only_what_no_law_calls_for() -> None:
    known = records(customer=CONSUMER, incidents=(incident("gross", 4, 3),))
    decision = decided(asking(FAILURE, at(3.5)), known, with_settings(late_report_review_after=1))
    assert decision.outcome is Outcome.ELIGIBLE
    assert decision.clauses == ("P1.c",)


def test_p5b_an_early_end_for_personal_reasons_is_not_eligible() -> None:
    decision = decided(asking(EARLY_END))
    assert decision.outcome is Outcome.NOT_ELIGIBLE
    assert decision.clauses == ("P5.b", "P1.c")
    found = reason(decision, "p5b_ended_early")
    assert facts(found) == [("early_end", "claimed"), ("term_end", "2026-12-12")]
    assert words(found) == "the reason you gave is a personal one; the term runs until 12 Dec"


def test_p5b_an_early_end_on_record_counts_beside_another_claim() -> None:
    ended: dict[str, Any] = {"status": "terminated", "terminated_at": ago(2), "termination_reason": "personal"}
    decision = decided(asking(FAILURE, at(3.5)), records(incidents=(incident("ordinary"),), **ended))
    assert decision.clauses == ("P5.b", "P1.a", "P1.b", "P1.c")
    found = reason(decision, "p5b_ended_early")
    assert facts(found) == [("early_end", "on record"), ("ended", "2026-11-22"), ("term_end", "2026-12-12")]
    assert words(found) == (
        "our records say that it was ended for personal reasons; it ended on 22 Nov; the term runs until 12 Dec"
    )


def test_p5b_another_reason_on_record_is_no_early_end() -> None:
    ended: dict[str, Any] = {"status": "terminated", "terminated_at": ago(2), "termination_reason": "unpaid"}
    decision = decided(asking(FAILURE, at(3.5)), records(incidents=(incident("ordinary"),), **ended))
    assert "P5.b" not in decision.clauses


@pytest.mark.parametrize("opened", [3, 10])
def test_p5b_is_tried_only_when_no_ground_holds_or_may_hold(opened: int) -> None:
    decision = decided(asking(EARLY_END), records(tickets=(ticket(opened),)))
    assert "p5b_ended_early" not in rules(decision)


def test_p5b_gives_way_to_the_right_to_withdraw() -> None:
    decision = decided(asking(EARLY_END), records(customer=CONSUMER))
    assert decision.outcome is Outcome.ELIGIBLE
    assert decision.clauses == ("P1.c",)
