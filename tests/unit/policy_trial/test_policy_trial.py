"""A proposed policy is tried out on past decisions: which would change, and what that costs."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refunds.cases.receipt import Decided
from refunds.days import CalendarDays
from refunds.errors import SettingsError
from refunds.money import Money
from refunds.policy.decide import decide
from refunds.policy.decision import Outcome
from refunds.policy.records import Records
from refunds.policy_trial import (
    Change,
    Past,
    changes,
    named_by_content,
    settings_that_decide,
    try_out,
    with_setting,
)
from refunds.policy_trial.proposal import MOST_DAYS
from refunds.settings import ROOT
from tests import strategies
from tests.unit.policy.cases import FAILURE, NOW, POLICY, asking, at, incident, records, ticket


def past(name: str, of: Records) -> Past:
    request = asking(FAILURE, at(4))
    return Past(name, True, Decided(request, of, decide(request, of, POLICY, NOW), NOW))


UNSOLVED = past("R-1", records(tickets=(ticket(opened=9),)))  # nine days old: eligible by seven, not yet by ten
FAULT = past("R-2", records(incidents=(incident("gross", start=5, end=3),)))


def test_a_longer_period_to_solve_a_problem_makes_an_eligible_request_wait() -> None:
    trial = try_out([UNSOLVED, FAULT], with_setting(POLICY, "problem_solution_period", "10"))
    (difference,) = trial.differences
    assert (difference.past.name, difference.before.outcome, difference.after.outcome) == (
        "R-1",
        Outcome.ELIGIBLE,
        Outcome.NOT_YET,
    )
    assert trial.decided == 2


def test_what_it_costs_is_counted_by_currency() -> None:
    (cost,) = try_out([UNSOLVED, FAULT], with_setting(POLICY, "problem_solution_period", "10")).costs
    assert (cost.currency, cost.eligible_before, cost.eligible_after) == (
        "EUR",
        Money.of("600.00", "EUR"),
        Money.of("300.00", "EUR"),
    )
    assert cost.more == Money.zero("EUR") - Money.of("300.00", "EUR")


def test_another_basis_of_the_amount_changes_the_amount_alone() -> None:
    (difference,) = try_out([FAULT], with_setting(POLICY, "amount_basis.P1.a", "unused_term")).differences
    assert difference.before.outcome is difference.after.outcome is Outcome.ELIGIBLE
    assert difference.after.amount is not None
    assert difference.after.amount.total < Money.of("300.00", "EUR")


@given(requests=st.lists(st.tuples(strategies.requests(), strategies.records()), max_size=4))
def test_the_policy_in_force_changes_nothing(requests: list[tuple[object, Records]]) -> None:
    made = [
        Past(f"R-{n}", True, Decided(request, of, decide(request, of, POLICY, NOW), NOW))  # type: ignore[arg-type]
        for n, (request, of) in enumerate(requests)
    ]
    trial = try_out(made, POLICY)
    assert trial.differences == ()
    assert all(cost.eligible_before == cost.eligible_after for cost in trial.costs)


def test_a_proposal_changes_one_setting_and_says_so_in_its_version() -> None:
    proposed = with_setting(POLICY, "problem_report_window", "45")
    assert proposed.settings.problem_report_window == CalendarDays(45)
    assert proposed.version.endswith("problem_report_window=45")
    assert with_setting(POLICY, "serious_severities", "high").settings.serious_severities == {"high"}


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("second_approver_above", "5", "there is no setting"),
        ("colour", "blue", "there is no setting"),
        ("problem_solution_period", "ten", "a number of days"),
        ("problem_solution_period", "3651", "a number of days up to 3650"),
        ("problem_solution_period", "9" * 5000, "a number of days"),
        ("problem_solution_period", "\u0661\u0660", "a number of days"),
        ("serious_severities", "dreadful", "some of low, medium"),
        ("vendor_fault_levels", "", "some of intentional"),
        ("amount_basis.P1.c", "full", "write amount_basis"),
        ("amount_basis.P1.a", "half", "write amount_basis"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_with_what_may_be_written(
    name: str, text: str, complaint: str
) -> None:
    with pytest.raises(SettingsError, match=complaint):
        with_setting(POLICY, name, text)


def test_every_setting_that_decides_is_told_as_it_may_be_written_again() -> None:
    told = settings_that_decide(POLICY)
    assert told["problem_solution_period"] == "7"
    assert told["serious_severities"] == "high, critical"
    assert told["amount_basis.P1.b"] == "full"
    for name, text in told.items():
        assert with_setting(POLICY, name, text).settings == POLICY.settings, name


def test_the_longest_period_is_the_schemas() -> None:
    schema = json.loads((ROOT / "policy" / "schema" / "settings.json").read_text(encoding="utf-8"))
    assert schema["properties"]["problem_solution_period"]["maximum"] == MOST_DAYS


def test_what_is_changed_is_told_place_by_place() -> None:
    clauses = tuple(replace(each, plain="Other.") if each.id == "P5.c" else each for each in POLICY.clauses)
    without_yen = {key: value for key, value in POLICY.settings.second_approver_above.items() if key != "JPY"}
    settings = replace(POLICY.settings, problem_solution_period=CalendarDays(10), second_approver_above=without_yen)
    assert changes(POLICY, replace(POLICY, version="x", clauses=clauses, settings=settings)) == (
        Change("clauses / P5.c / plain", POLICY.clause("P5.c").plain, "Other."),
        Change("settings / problem_solution_period", "7", "10"),
        Change("settings / second_approver_above / JPY", "160000 JPY", "\u2013"),
    )
    assert changes(POLICY, replace(POLICY, version="x")) == ()


def test_a_proposal_is_named_by_the_hash_of_what_it_says() -> None:
    ten = with_setting(POLICY, "problem_solution_period", "10")
    there_and_back = with_setting(with_setting(ten, "problem_solution_period", "12"), "problem_solution_period", "10")
    named = named_by_content(ten)
    assert named.version == named_by_content(there_and_back).version != named_by_content(POLICY).version
    assert re.fullmatch(re.escape(POLICY.version.partition("+")[0]) + r"\+[0-9a-f]{12}", named.version)
