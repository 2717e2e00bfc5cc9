"""The lint of the policy finds each kind of mistake on a broken copy, and none in the shipped one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from refunds.policy.book import Clause, PolicyBook, Right
from refunds.policy.decide import decide
from refunds.policy_lint import Kind, lint
from refunds.policy_lint.probes import probes
from refunds.policy_lint.rules import RULES
from tests.unit.policy.cases import POLICY

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
POLICYS_TESTS = Path(__file__).parents[1] / "policy"


def found(policy: PolicyBook) -> list[tuple[Kind, str]]:
    return [(finding.kind, finding.where) for finding in lint(policy, NOW)]


def with_right(name: str, change: Callable[[Right], Right]) -> PolicyBook:
    rights = tuple(change(right) if right.id == name else right for right in POLICY.statutory)
    return replace(POLICY, statutory=rights)


def test_the_shipped_policy_and_its_tests_are_found_whole() -> None:
    assert lint(POLICY, NOW, POLICYS_TESTS) == []


def test_every_rule_comes_to_every_outcome_it_is_there_for_and_to_no_other_that_carries_money() -> None:
    decisions = [decide(probe.request, probe.records, POLICY, NOW) for probe in probes(POLICY, NOW)]
    seen = {(reason.rule, reason.outcome) for decision in decisions for reason in decision.reasons}
    assert {(rule, outcome) for rule, (_, outcomes) in RULES.items() for outcome in outcomes} <= seen
    assert {reason.rule for decision in decisions for reason in decision.reasons} == set(RULES)


def test_a_rule_that_its_settings_never_let_hold_is_found() -> None:
    settings = replace(POLICY.settings, serious_severities=frozenset())
    assert (Kind.NEVER_HOLDS, "P1.b") in found(replace(POLICY, settings=settings))


def test_a_closed_route_that_no_method_knows_is_found() -> None:
    methods = {key: replace(method, refund_window=None) for key, method in POLICY.arrival.methods.items()}
    assert (Kind.NEVER_HOLDS, "P3.a") in found(replace(POLICY, arrival=replace(POLICY.arrival, methods=methods)))


@pytest.mark.parametrize(
    "change",
    [
        lambda right: replace(right, arises_with=frozenset(), law_names=()),
        lambda right: replace(right, countries=frozenset()),
        lambda right: replace(right, in_force_from=date(2027, 1, 1)),
    ],
    ids=["nothing brings it up", "it is nobody's", "it is not in force"],
)
def test_a_right_that_never_holds_is_found(change: Callable[[Right], Right]) -> None:
    assert found(with_right("AU", change)) == [(Kind.NEVER_HOLDS, "AU")]


def test_a_country_whose_consumers_were_forgotten_is_a_gap() -> None:
    assert (Kind.GAP, "FR") in found(with_right("EU-W", lambda r: replace(r, countries=r.countries - {"FR"})))


def test_a_country_whose_days_end_nobody_knows_when_is_a_gap() -> None:
    zones = {country: zone for country, zone in POLICY.zones.by_country.items() if country != "PT"}
    assert found(replace(POLICY, zones=replace(POLICY.zones, by_country=zones))) == [(Kind.GAP, "PT")]


def test_two_rights_that_decide_the_same_withdrawal_overlap() -> None:
    assert found(with_right("UK-C", lambda r: replace(r, countries=r.countries | {"IE"}))) == [
        (Kind.OVERLAP, "EU-W and UK-C")
    ]


def test_a_word_that_stands_for_two_clauses_overlaps() -> None:
    clauses = tuple(
        replace(clause, topics=(*clause.topics, "outage")) if clause.id == "P4.c" else clause
        for clause in POLICY.clauses
    )
    assert found(replace(POLICY, clauses=clauses)) == [(Kind.OVERLAP, "P1.a and P4.c")]


def test_a_clause_that_nothing_carries_out_is_found() -> None:
    added = Clause("P1.d", "On Sundays.", "On Sundays.", ("sunday",))
    assert found(replace(POLICY, clauses=(*POLICY.clauses, added))) == [(Kind.CLAUSE_WITHOUT_RULE, "P1.d")]


def test_a_rule_whose_tests_are_gone_is_found(tmp_path: Path) -> None:
    for path in POLICYS_TESTS.glob("test_*.py"):
        if path.name != "test_serious_problem.py":
            (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    assert [(f.kind, f.where) for f in lint(POLICY, NOW, tmp_path)] == [(Kind.RULE_WITHOUT_TEST, "P1.b")]
