"""What is wrong with a policy: rules that never hold, gaps, overlaps, clauses without rule, rules without test."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import combinations
from pathlib import Path

from refunds.policy.book import PolicyBook, Right
from refunds.policy.decide import decide
from refunds.policy.decision import Decision, Outcome
from refunds.policy_lint.probes import Probe, probes
from refunds.policy_lint.rules import CARRIED_OUT_BY, RULES

# P1.c in plain words: consumers there can withdraw. EU, EEA and the United Kingdom (Directive 2011/83/EU; CCR 2013).
WITHDRAWAL_COUNTRIES = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IS", "IT"),
        *("LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)


class Kind(StrEnum):
    """What sort of mistake it is."""

    NEVER_HOLDS = "never holds"
    GAP = "gap"
    OVERLAP = "overlap"
    CLAUSE_WITHOUT_RULE = "clause without a rule"
    RULE_WITHOUT_TEST = "rule without a test"


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake: its kind, where (a clause, rule, right or topic), and in words what to do."""

    kind: Kind
    where: str
    words: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}: {self.words}"


def tests_of_rules(checkout: Path) -> Path | None:
    """The folder of the rules' own tests; None where the product runs without them."""
    folder = checkout / "tests" / "unit" / "policy"
    return folder if folder.is_dir() else None


def lint(policy: PolicyBook, now: datetime, tests: Path | None = None) -> list[Finding]:
    """Everything found in ``policy`` as of ``now``; the rules' own tests are looked at where their folder is given."""
    decided = [(probe, decide(probe.request, probe.records, policy, now)) for probe in probes(policy, now)]
    return [
        *_clauses_without_rule(policy),
        *_never_holding(decided),
        *_rights_that_never_hold(policy, now),
        *_gaps(decided),
        *_countries_without_right(policy, now),
        *_overlapping_rights(policy, now),
        *_overlapping_words(policy),
        *(_rules_without_test(tests) if tests else ()),
    ]


def _clauses_without_rule(policy: PolicyBook) -> Iterator[Finding]:
    ruled = {clause for clause, _ in RULES.values()} | set(CARRIED_OUT_BY)
    for clause in policy.clauses:
        if clause.id not in ruled:
            yield Finding(Kind.CLAUSE_WITHOUT_RULE, clause.id, "no rule decides by it and nothing carries it out")


def _never_holding(decided: Iterable[tuple[Probe, Decision]]) -> Iterator[Finding]:
    found = {(reason.rule, reason.outcome) for _, decision in decided for reason in decision.reasons}
    for rule, (clause, outcomes) in RULES.items():
        for outcome in sorted(outcomes):
            if (rule, outcome) not in found:
                yield Finding(Kind.NEVER_HOLDS, clause, f"{rule} never comes to {outcome}: look at its settings")


def _rights_that_never_hold(policy: PolicyBook, now: datetime) -> Iterator[Finding]:
    for right in policy.statutory:
        if not (right.decided or right.arises_with or right.law_names):
            yield Finding(Kind.NEVER_HOLDS, right.id, "nothing brings it up: give arises_with or law_names")
        if not right.countries or not right.who:
            yield Finding(Kind.NEVER_HOLDS, right.id, "it is nobody's: give countries and who")
        if right.in_force_from and right.in_force_from > now.date():
            yield Finding(
                Kind.NEVER_HOLDS, right.id, f"not in force before {right.in_force_from}: write null till then"
            )


def _gaps(decided: Iterable[tuple[Probe, Decision]]) -> Iterator[Finding]:
    for probe, decision in decided:
        if not decision.reasons and decision.outcome is not Outcome.INCOMPLETE:
            yield Finding(Kind.GAP, decision.outcome.value, f"no clause speaks to this: {probe.words}")


def _countries_without_right(policy: PolicyBook, now: datetime) -> Iterator[Finding]:
    decided = [right for right in policy.statutory if right.decided and _in_force(right, now)]
    covered = {country for right in decided if "consumer" in right.who for country in right.countries}
    for country in sorted(WITHDRAWAL_COUNTRIES - covered):
        yield Finding(Kind.GAP, country, "P1.c promises its consumers a right to withdraw, and no right decides it")
    for country in sorted(covered - policy.zones.by_country.keys()):
        yield Finding(Kind.GAP, country, "a right counts its days, and zones.yml does not say where they end")


def _overlapping_rights(policy: PolicyBook, now: datetime) -> Iterator[Finding]:
    decided = [right for right in policy.statutory if right.decided and _in_force(right, now)]
    for one, other in combinations(decided, 2):
        both = sorted(one.countries & other.countries)
        if both and one.who & other.who:
            where = f"{one.id} and {other.id}"
            yield Finding(Kind.OVERLAP, where, f"both decide a withdrawal in {', '.join(both)}")


def _overlapping_words(policy: PolicyBook) -> Iterator[Finding]:
    owners: dict[str, list[str]] = defaultdict(list)
    for clause in policy.clauses:
        for topic in clause.topics:
            owners[f"the topic {topic!r}"].append(clause.id)
    for right in policy.statutory:
        for law in right.law_names:
            owners[f"the law name {law!r}"].append(right.id)
    for words, who in owners.items():
        if len(who) > 1:
            yield Finding(Kind.OVERLAP, " and ".join(who), f"{words} stands in each")


def _rules_without_test(folder: Path) -> Iterator[Finding]:
    """A rule is tested where a module with tests of its clause, ``test_p1b_...``, names it."""
    modules = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("test_*.py"))]
    for rule, (clause, _) in RULES.items():
        prefix = f"test_{clause.lower().replace('.', '')}_"
        if not any(_names(module, rule) and _has_test(module, prefix) for module in modules):
            yield Finding(Kind.RULE_WITHOUT_TEST, clause, f"no module with {prefix}... in {folder.name} names {rule}")


def _names(module: ast.Module, rule: str) -> bool:
    return any(
        (isinstance(node, ast.Constant) and node.value == rule) or (isinstance(node, ast.Name) and node.id == rule)
        for node in ast.walk(module)
    )


def _has_test(module: ast.Module, prefix: str) -> bool:
    return any(isinstance(node, ast.FunctionDef) and node.name.startswith(prefix) for node in module.body)


def _in_force(right: Right, now: datetime) -> bool:
    return right.in_force_from is not None and right.in_force_from <= now.date()
