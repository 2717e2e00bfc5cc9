"""P1.b: after the purchase a serious problem arose and was not solved within the set period."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from refunds.policy.decision import Detail, Outcome
from tests.unit.policy.cases import (
    EARLY_END,
    FAILURE,
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

RULE = "p1b_unsolved_serious_problem"


@pytest.mark.parametrize("severity", ["high", "critical"])
def test_p1b_a_serious_problem_that_was_not_solved_in_time_is_eligible(severity: str) -> None:
    decision = decided(asking(FAILURE, at(9)), records(tickets=(ticket(10, severity=severity),)))
    assert decision.outcome is Outcome.ELIGIBLE
    assert decision.clauses == ("P1.b",)
    assert decision.amount is not None
    assert (str(decision.amount.total), decision.amount.basis) == ("300.00 EUR", "full")


def test_p1b_a_problem_that_was_solved_too_late_is_eligible() -> None:
    assert decided(asking(), records(tickets=(ticket(10, solved=2),))).outcome is Outcome.ELIGIBLE


@pytest.mark.parametrize(("solved", "outcome"), [(3, Outcome.NOT_ELIGIBLE), (2, Outcome.ELIGIBLE)])
def test_p1b_a_problem_solved_on_the_last_day_of_the_period_was_solved_in_time(solved: int, outcome: Outcome) -> None:
    decision = decided(asking(EARLY_END), records(tickets=(ticket(10, solved=solved),)))
    assert reason(decision, RULE).outcome is outcome


def test_p1b_a_problem_solved_in_time_is_not_eligible() -> None:
    decision = decided(asking(FAILURE, at(9)), records(tickets=(ticket(10, solved=8),)))
    assert decision.outcome is Outcome.NOT_ELIGIBLE
    assert "P1.b" in decision.clauses
    assert words(reason(decision, RULE)) == (
        "ticket T-1 has the severity critical; you bought it on 12 Nov; the problem was first reported on 14 Nov; "
        "that was 2 days after the purchase (up to 30 days count); "
        "it was solved on 16 Nov, 2 days after the report (we have 7 days)"
    )
    assert facts(reason(decision, RULE)) == [
        ("ticket", "T-1"), ("bought", "2026-11-12"), ("first_reported", "2026-11-14"), ("report_day", "2"),
        ("solved", "2026-11-16"),
    ]  # fmt: skip


@pytest.mark.parametrize("severity", ["low", "medium"])
def test_p1b_a_problem_that_is_not_serious_is_not_eligible(severity: str) -> None:
    decision = decided(asking(FAILURE, at(9)), records(tickets=(ticket(10, severity=severity),)))
    assert decision.outcome is Outcome.NOT_ELIGIBLE
    assert f"severity {severity}" in words(reason(decision, RULE))


@pytest.mark.parametrize(("opened", "outcome"), [(10, Outcome.ELIGIBLE), (9, Outcome.NOT_ELIGIBLE)])
def test_p1b_a_problem_first_reported_more_than_thirty_days_after_the_purchase_is_not_eligible(
    opened: int, outcome: Outcome
) -> None:
    known = records(purchased_at=ago(40), term_start=ago(40), tickets=(ticket(opened),))
    decision = decided(asking(FAILURE, at(8)), known)
    assert reason(decision, RULE).outcome is outcome
    assert f"{40 - opened} days after the purchase (up to 30 days count)" in words(reason(decision, RULE))


def test_p1b_while_the_period_runs_it_is_not_yet_and_names_the_day() -> None:
    decision = decided(asking(FAILURE, at(2)), records(tickets=(ticket(3),)))
    assert decision.outcome is Outcome.NOT_YET
    assert decision.clauses == ("P1.b",)
    assert decision.eligible_from == date(2026, 11, 29)
    assert decision.amount is None
    assert words(reason(decision, RULE)).endswith("it is not solved yet, 3 days after the report (we have 7 days)")
    assert facts(reason(decision, RULE))[-1] == ("solved", "")


@pytest.mark.parametrize(("opened", "outcome"), [(7, Outcome.NOT_YET), (8, Outcome.ELIGIBLE)])
def test_p1b_the_last_day_of_the_period_still_belongs_to_it(opened: int, outcome: Outcome) -> None:
    assert decided(asking(), records(tickets=(ticket(opened),))).outcome is outcome


def test_p1b_the_day_named_is_the_first_on_which_it_is_eligible() -> None:
    known = records(tickets=(ticket(3),))
    midnight = datetime(2026, 11, 28, 23, tzinfo=UTC)  # 29 Nov 00:00 in Berlin
    assert decided(asking(), known, now=midnight).outcome is Outcome.ELIGIBLE
    assert decided(asking(), known, now=midnight.replace(hour=22, minute=59)).outcome is Outcome.NOT_YET


def test_p1b_of_several_pending_tickets_the_first_one_due_names_the_day() -> None:
    decision = decided(asking(), records(tickets=(ticket(2), ticket(5, name="T-2"), ticket(6, 5.5, name="T-3"))))
    assert decision.eligible_from == date(2026, 11, 27)
    assert words(reason(decision, RULE)).startswith("ticket T-2")


def test_p1b_is_tried_from_a_ticket_alone() -> None:
    assert decided(asking(), records(tickets=(ticket(10),))).outcome is Outcome.ELIGIBLE


def test_p1b_is_not_tried_without_a_claim_and_without_a_ticket() -> None:
    assert RULE not in rules(decided(asking(EARLY_END)))


def test_p1b_a_ticket_from_before_the_purchase_says_nothing_about_it() -> None:
    assert RULE not in rules(decided(asking(EARLY_END), records(tickets=(ticket(12.1),))))
    assert RULE in rules(decided(asking(EARLY_END), records(tickets=(ticket(12),))))


def test_p1b_a_solution_that_lies_ahead_is_none_yet() -> None:
    decision = decided(asking(), records(tickets=(ticket(3, solved=-1),)))
    assert decision.outcome is Outcome.NOT_YET
    solved_now = decided(asking(EARLY_END), records(tickets=(ticket(3, solved=0),)))
    assert reason(solved_now, RULE).outcome is Outcome.NOT_ELIGIBLE


def test_p1b_a_problem_that_no_ticket_covers_and_no_incident_explains_needs_review() -> None:
    known = records(tickets=(ticket(10, solved=8),))
    decision = decided(asking(FAILURE, at(5)), known)
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.clauses == ("P1.a", "P1.b")
    assert facts(reason(decision, RULE)) == [("ticket", ""), ("incident", "")]
    assert words(reason(decision, RULE)) == "no ticket covers it; no incident explains it"


def test_p1b_a_problem_that_an_incident_explains_is_not_eligible_without_a_ticket() -> None:
    decision = decided(asking(FAILURE, at(3.5)), records(incidents=(incident("ordinary"),)))
    found = reason(decision, RULE)
    assert (found.outcome, found.clause) == (Outcome.NOT_ELIGIBLE, "P1.b")
    assert words(found) == "no ticket covers it; an incident explains it"
    assert facts(found) == [("ticket", ""), ("incident", "explains")]


def test_p1b_without_ticket_and_time_is_incomplete() -> None:
    decision = decided(asking(FAILURE), records(tickets=(ticket(10, severity="low"),)))
    assert decision.outcome is Outcome.INCOMPLETE
    assert decision.clauses == ("P1.a", "P1.b")
    assert [missing.detail for missing in decision.missing] == [Detail.TIME]
    assert facts(reason(decision, RULE)) == [("ticket", "")]
    assert words(reason(decision, RULE)) == "which ticket covers it depends on when it was"


def test_p1b_a_vague_time_explains_nothing_yet() -> None:
    known = records(incidents=(incident("ordinary", 9, 8),))
    decision = decided(asking(FAILURE, at(10, 5), time_unknown=True), known)
    assert reason(decision, RULE).outcome is Outcome.NEEDS_REVIEW


@pytest.mark.parametrize(
    ("time", "covered"), [(at(10), True), (at(4), True), (at(11, 9), True), (at(10.1), False), (at(3.9), False)]
)
def test_p1b_a_ticket_covers_a_time_that_meets_its_span(time: object, covered: bool) -> None:
    known = records(tickets=(ticket(10, solved=4, severity="low"),))
    decision = decided(replace(asking(FAILURE), time=time), known)  # type: ignore[arg-type]
    assert decision.outcome is (Outcome.NOT_ELIGIBLE if covered else Outcome.NEEDS_REVIEW)


def test_p1b_the_strongest_ticket_decides() -> None:
    tickets = (ticket(11, severity="low"), ticket(3, name="T-2"), ticket(10, name="T-3"))
    decision = decided(asking(), records(tickets=tickets))
    assert decision.outcome is Outcome.ELIGIBLE
    assert words(reason(decision, RULE)).startswith("ticket T-3")


def test_p1b_of_equal_tickets_the_oldest_speaks() -> None:
    decision = decided(asking(), records(tickets=(ticket(9, name="T-1"), ticket(10, name="T-2"))))
    assert words(reason(decision, RULE)).startswith("ticket T-2")


def test_p1b_its_windows_and_severities_are_settings() -> None:
    known = records(tickets=(ticket(5, severity="low"),))
    policy = with_settings(serious_severities=frozenset({"low"}), problem_solution_period=4, problem_report_window=7)
    assert decided(asking(), known, policy).outcome is Outcome.ELIGIBLE
    stricter = with_settings(serious_severities=frozenset({"low"}), problem_solution_period=4, problem_report_window=6)
    assert decided(asking(EARLY_END), known, stricter).outcome is Outcome.NOT_ELIGIBLE


def test_p1b_days_begin_where_the_customer_lives() -> None:
    opened = datetime(2026, 11, 16, 23, 30, tzinfo=UTC)  # 17 Nov in Berlin, 16 Nov in London
    known = records(tickets=(replace(ticket(), opened_at=opened),))
    assert decided(asking(zone="Europe/Berlin"), known).outcome is Outcome.NOT_YET
    assert decided(asking(zone="Europe/London"), known).outcome is Outcome.ELIGIBLE
