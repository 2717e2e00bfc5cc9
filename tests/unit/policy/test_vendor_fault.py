"""P1.a: the service failed because of an intentional act or a gross error of the vendor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from refunds.policy.decision import Detail, Outcome
from refunds.policy.situation import Situation
from refunds.policy.vendor_fault import incidents_unclaimed
from tests.unit.policy.cases import (
    EARLY_END,
    FAILURE,
    NOW,
    POLICY,
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

RULE = "p1a_vendor_fault"


@pytest.mark.parametrize("fault", ["intentional", "gross"])
def test_p1a_a_gross_or_intentional_fault_during_the_named_time_is_eligible(fault: str) -> None:
    decision = decided(asking(FAILURE, at(3.5)), records(incidents=(incident(fault),)))
    assert decision.outcome is Outcome.ELIGIBLE
    assert decision.clauses == ("P1.a",)
    assert decision.amount is not None
    assert str(decision.amount.total) == "300.00 EUR"
    assert decision.policy_version == POLICY.version
    assert not decision.ends_contract
    assert not decision.payout_needs_review
    assert decision.missing == ()
    assert decision.eligible_from is None


@pytest.mark.parametrize("fault", ["ordinary", "third_party", "maintenance"])
def test_p1a_any_other_known_fault_is_not_eligible_and_the_other_grounds_are_still_tried(fault: str) -> None:
    decision = decided(asking(FAILURE, at(3.5)), records(incidents=(incident(fault),)))
    assert decision.outcome is Outcome.NOT_ELIGIBLE
    assert decision.clauses == ("P1.a", "P1.b", "P1.c")
    assert decision.amount is None


@pytest.mark.parametrize("fault", ["unknown", "something new"])
def test_p1a_a_fault_that_is_not_known_yet_needs_review(fault: str) -> None:
    decision = decided(asking(FAILURE, at(3.5)), records(incidents=(incident(fault),)))
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.clauses == ("P1.a",)
    assert decision.amount is not None


def test_p1a_which_faults_are_the_vendors_is_a_setting() -> None:
    policy = with_settings(vendor_fault_levels=frozenset({"ordinary"}))
    known = records(incidents=(incident("ordinary"),))
    assert decided(asking(FAILURE, at(3.5)), known, policy).outcome is Outcome.ELIGIBLE
    assert decided(asking(FAILURE, at(3.5)), records(incidents=(incident(),)), policy).outcome is Outcome.NOT_ELIGIBLE


def test_p1a_a_failure_without_incident_and_ticket_needs_review() -> None:
    decision = decided(asking(FAILURE, at(3.5)))
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.clauses == ("P1.a", "P1.b")
    assert facts(reason(decision, RULE))[1:] == [("incident", ""), ("ticket", "")]
    assert "no incident of ours on record explains it; no ticket covers it" in words(reason(decision, RULE))


def test_p1a_a_failure_without_incident_that_a_ticket_covers_is_for_p1b_to_decide() -> None:
    decision = decided(asking(FAILURE, at(5)), records(tickets=(ticket(10, solved=4),)))
    assert reason(decision, RULE).outcome is Outcome.NOT_ELIGIBLE
    assert decision.outcome is Outcome.NOT_ELIGIBLE
    assert words(reason(decision, RULE)).endswith("explains it; ticket T-1 covers it")
    assert facts(reason(decision, RULE))[1:] == [("incident", ""), ("ticket", "T-1")]


def test_p1a_is_not_tried_without_a_claim_of_failure() -> None:
    assert RULE not in rules(decided(asking(EARLY_END), records(incidents=(incident(),))))


@pytest.mark.parametrize(("start", "end"), [(4, 4), (3, 3), (5, 4), (3, 2), (5, 2.5), (3.6, 3.5)])
def test_p1a_a_time_that_touches_the_incident_meets_it(start: float, end: float) -> None:
    decision = decided(asking(FAILURE, at(start, end)), records(incidents=(incident(),)))
    assert decision.outcome is Outcome.ELIGIBLE


@pytest.mark.parametrize(("start", "end"), [(4.01, 4.01), (2.99, 2.99), (6, 4.1), (2.9, 1)])
def test_p1a_a_time_beside_the_incident_does_not_meet_it(start: float, end: float) -> None:
    decision = decided(asking(FAILURE, at(start, end)), records(incidents=(incident(),)))
    assert decision.outcome is Outcome.NEEDS_REVIEW


def test_p1a_an_incident_that_still_goes_on_meets_every_later_time() -> None:
    known = records(incidents=(incident(start=4, end=None),))
    decision = decided(asking(FAILURE, at(0.1)), known)
    assert decision.outcome is Outcome.ELIGIBLE
    assert "since 20 Nov 12:00 UTC" in words(reason(decision, RULE))


@pytest.mark.parametrize(
    ("named", "end", "fields"),
    [
        (13, 12.5, {}),  # over before the purchase
        (3.5, 3, {"status": "ended", "term_end": ago(5)}),
        (3.5, 3, {"status": "terminated", "terminated_at": ago(5)}),
    ],
)
def test_p1a_an_incident_while_the_customer_did_not_have_the_service_explains_nothing(
    named: float, end: float, fields: dict[str, Any]
) -> None:
    known = records(incidents=(incident(start=named + 0.5, end=end),), **fields)
    assert decided(asking(FAILURE, at(named)), known).outcome is Outcome.NEEDS_REVIEW


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "active", "term_end": ago(5)},  # renewed
        {"status": "ended", "term_end": ago(4)},
        {"status": "terminated", "terminated_at": ago(3.5)},
        {"purchased_at": ago(3.2), "term_start": ago(12)},
    ],
)
def test_p1a_an_incident_that_began_while_the_customer_had_the_service_counts(fields: dict[str, Any]) -> None:
    known = records(incidents=(incident(),), **fields)
    assert decided(asking(FAILURE, at(3.5)), known).outcome is Outcome.ELIGIBLE


def test_p1a_of_several_incidents_the_one_that_speaks_for_the_customer_decides() -> None:
    incidents = tuple(incident(f, name=f"INC-{n}") for n, f in enumerate(["ordinary", "unknown", "gross"], 1))
    decision = decided(asking(FAILURE, at(3.5)), records(incidents=incidents))
    assert decision.outcome is Outcome.ELIGIBLE
    assert facts(reason(decision, RULE))[1:] == [("incident", "INC-3"), ("incident", "INC-2"), ("incident", "INC-1")]
    undecided = decided(asking(FAILURE, at(3.5)), records(incidents=incidents[:2]))
    assert undecided.outcome is Outcome.NEEDS_REVIEW


def test_p1a_says_in_words_what_it_looked_at() -> None:
    known = records(incidents=(incident("third_party"), incident("unknown", name="INC-2")))
    found = reason(decided(asking(FAILURE, at(3.5)), known), RULE)
    assert (found.clause, found.rule) == ("P1.a", RULE)
    assert words(found) == (
        "you said it happened 21 Nov 00:00 UTC; "
        "our records show incident INC-2, 20 Nov 12:00 to 21 Nov 12:00 UTC: its cause is not known yet; "
        "our records show incident INC-1, 20 Nov 12:00 to 21 Nov 12:00 UTC: caused by a third party"
    )
    assert facts(found)[0] == ("time", "2026-11-21T00:00:00+00:00/2026-11-21T00:00:00+00:00")


def test_p1a_incidents_that_nobody_claimed_are_those_that_may_carry_it_newest_first() -> None:
    incidents = (
        incident("gross", 9, 8), incident("ordinary", 5, 4, "INC-2"), incident("unknown", 2, 1, "INC-3"),
        incident("gross", 20, 19, "INC-0"),
    )  # fmt: skip
    found = incidents_unclaimed(Situation(asking(), records(incidents=incidents), POLICY, NOW))
    assert [one.incident_id for one in found] == ["INC-3", "INC-1"]
    claimed = Situation(asking(FAILURE), records(incidents=incidents), POLICY, NOW)
    assert incidents_unclaimed(claimed) == ()


def test_p1a_a_failure_whose_time_is_not_named_is_incomplete_and_offers_the_incidents_since_the_purchase() -> None:
    incidents = (
        incident("unknown", 9, 8, "INC-2"), incident("ordinary", 2, 1, "INC-3"), incident("gross", 20, 19, "INC-0"),
    )  # fmt: skip
    decision = decided(asking(FAILURE), records(incidents=incidents))
    assert decision.outcome is Outcome.INCOMPLETE
    assert [(m.detail, m.offers) for m in decision.missing] == [(Detail.TIME, ("INC-3", "INC-2"))]
    assert decision.amount is None
    assert facts(reason(decision, RULE)) == [("time", "")]
    assert words(reason(decision, RULE)) == "you haven't said yet when it was"


def test_p1a_a_time_vaguer_than_three_days_is_narrowed_by_the_incidents_in_it() -> None:
    incidents = (incident("gross", 9, 8, "INC-1"), incident("gross", 4, 3, "INC-2"))
    decision = decided(asking(FAILURE, at(10, 6.9)), records(incidents=incidents))
    assert decision.outcome is Outcome.INCOMPLETE
    assert [(m.detail, m.offers) for m in decision.missing] == [(Detail.NARROWER_TIME, ("INC-1",))]


def test_p1a_a_trouble_that_goes_on_since_a_day_is_narrowed_only_by_incidents_that_it_may_be() -> None:
    since = replace(at(10, 0), ongoing=True)
    offered = decided(asking(FAILURE, since), records(incidents=(incident("gross", 4, 3, "INC-2"),)))
    assert [(m.detail, m.offers) for m in offered.missing] == [(Detail.NARROWER_TIME, ("INC-2",))]
    assert decided(asking(FAILURE, since), records()).outcome is Outcome.NEEDS_REVIEW
    assert decided(asking(FAILURE, at(10, 0)), records()).outcome is Outcome.INCOMPLETE


def test_p1a_three_days_by_the_customers_clock_are_narrow_enough() -> None:
    assert decided(asking(FAILURE, at(5, 2)), records(incidents=(incident(),))).outcome is Outcome.ELIGIBLE


def test_p1a_the_hour_that_the_clock_is_put_back_makes_three_days_no_vaguer() -> None:
    berlin_summer_time_ended = at(31.5 + 1 / 24, 28.5)  # Saturday 24 Oct 01:00 to Tuesday 27 Oct 01:00, 73 hours
    known = records(purchased_at=ago(40), term_start=ago(40), incidents=(incident("gross", 30, 29),))
    assert decided(asking(FAILURE, berlin_summer_time_ended), known).outcome is Outcome.ELIGIBLE
    as_seen_from_utc = asking(FAILURE, berlin_summer_time_ended, zone="UTC")
    assert decided(as_seen_from_utc, known).outcome is Outcome.INCOMPLETE


@pytest.mark.parametrize("fault", ["gross", "unknown", "ordinary"])
def test_p1a_a_customer_who_does_not_know_when_needs_review(fault: str) -> None:
    decision = decided(asking(FAILURE, time_unknown=True), records(incidents=(incident(fault),)))
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.clauses == ("P1.a", "P1.b")
    assert facts(reason(decision, RULE))[0] == ("time", "unknown")
    assert words(reason(decision, RULE)).startswith("you don't know when it was")


def test_p1a_of_a_time_not_known_the_incidents_that_may_be_it_are_listed() -> None:
    known = records(incidents=(incident("gross"), incident("ordinary", name="INC-2")))
    found = reason(decided(asking(FAILURE, time_unknown=True), known), RULE)
    assert facts(found)[1:] == [("incident", "INC-1")]


def test_p1a_of_a_time_not_known_a_ticket_decides_where_no_incident_can_be_the_vendors_fault() -> None:
    known = records(incidents=(incident("ordinary"),), tickets=(ticket(3),))
    decision = decided(asking(FAILURE, time_unknown=True), known)
    assert decision.outcome is Outcome.NOT_YET
    assert reason(decision, RULE).outcome is Outcome.NOT_ELIGIBLE


def test_p1a_of_a_time_not_known_a_ticket_does_not_hide_a_fault_of_the_vendor() -> None:
    known = records(incidents=(incident("gross"),), tickets=(ticket(3),))
    assert decided(asking(FAILURE, time_unknown=True), known).outcome is Outcome.NEEDS_REVIEW


def test_p1a_a_vague_time_that_cannot_be_narrowed_is_looked_at_by_a_person() -> None:
    decision = decided(asking(FAILURE, at(10, 5), time_unknown=True), records(incidents=(incident("gross", 4, 3),)))
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert facts(reason(decision, RULE))[1:] == [("incident", ""), ("ticket", "")]


def test_p1a_a_time_that_was_named_after_all_counts() -> None:
    decision = decided(asking(FAILURE, at(3.5), time_unknown=True), records(incidents=(incident(),)))
    assert decision.outcome is Outcome.ELIGIBLE


def test_p1a_an_eligible_ticket_needs_no_time() -> None:
    decision = decided(asking(FAILURE), records(tickets=(ticket(10),)))
    assert decision.outcome is Outcome.ELIGIBLE
    assert decision.clauses == ("P1.b",)
    assert decision.missing == ()


def test_p1a_with_amount_basis_unused_term_pays_the_days_that_are_left() -> None:
    policy = with_settings(amount_basis={"P1.a": "unused_term", "P1.b": "full"})
    decision = decided(asking(FAILURE, at(3.5)), records(incidents=(incident(),)), policy)
    assert decision.amount is not None
    assert decision.amount.basis == "unused_term"
    assert str(decision.amount.total) == "180.00 EUR"
    known = replace(records(incidents=(incident(),), tickets=(ticket(10),)))
    both = decided(asking(FAILURE, at(3.5)), known, policy)
    assert both.clauses == ("P1.a", "P1.b")
    assert both.amount is not None
    assert (str(both.amount.total), both.amount.basis) == ("300.00 EUR", "full")
