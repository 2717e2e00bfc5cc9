"""What a question about the policy asks: the sentence of the catalogue or the clauses that answer it.

A sentence answers a question of a known kind, with the figures of the settings. Any other question goes by the topics
of ``policy/clauses.yml``: those of P5.c are what the policy leaves to the service agreement, those of P1 are general.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from refunds.policy.book import Clause, PolicyBook
from refunds.policy_question_kinds import CANCEL_FEE, kind_of

OVERVIEW, SILENT, NOT_FOUND = "utter_policy_overview", "utter_policy_silent", "utter_policy_not_found"
_MOST_CLAUSES = 3
_CLAUSE_ID = re.compile(r"\bp ?([1-5])(?: ?([a-c]))?\b")
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile("['’]")
_SEVERITIES = ("low", "medium", "high", "critical")
# A clause whose plain words leave figures open is told by the sentence that has them.
_WITH_FIGURES = {
    "P1.b": "policy_period",
    "P1.c": "policy_withdrawal",
    "P2.a": "policy_report_deadline",
    "P4.a": "policy_approval_time",
}
_BY_POLICY_ALONE = frozenset({
    *("policy_period", "policy_approval_time", "policy_report_deadline", "policy_withdrawal"),
    *("policy_other_route", "policy_closed_route", "policy_decider", "policy_appeal"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class PolicyFinding:
    """``sentence`` of the catalogue, filled by ``policy_figures``; or, where it is None, ``clauses`` in plain words."""

    sentence: str | None
    clauses: tuple[Clause, ...] = ()

    @property
    def is_silent(self) -> bool:
        """Whether the policy has no answer."""
        return self.sentence in (SILENT, NOT_FOUND, CANCEL_FEE)

    @property
    def is_left_to_agreement(self) -> bool:
        """Whether it names what the policy expressly leaves to the service agreement: credits, tax, data ..."""
        return self.sentence == SILENT

    @property
    def is_general(self) -> bool:
        """Whether nothing in the question was more special than the policy as a whole."""
        return self.sentence in (OVERVIEW, NOT_FOUND)

    @property
    def is_not_about_arrival(self) -> bool:
        """Whether the policy answers it although it may sound like a question about the money's way."""
        return self.sentence in _BY_POLICY_ALONE


def find_in_policy(question: str, policy: PolicyBook) -> PolicyFinding:
    """What answers ``question``; no words at all ask for the overview."""
    named = _named_clauses(question, policy)
    if named:
        return _told(named)
    text = _plain(question)
    kind = kind_of(text)
    scores = {clause.id: _score(clause, text) for clause in policy.clauses}
    if scores["P5.c"] and kind != CANCEL_FEE:
        return PolicyFinding(SILENT)
    if kind:
        return PolicyFinding(kind)
    return _by_topic(scores, policy) or PolicyFinding(NOT_FOUND if text.strip() and not scores["P1"] else OVERVIEW)


def policy_figures(policy: PolicyBook) -> Mapping[str, str]:
    """The figures that the sentences name, in words."""
    settings = policy.settings
    windows = [right.window.count for right in policy.statutory if right.decided]
    return {
        "period": _days(settings.problem_solution_period.count),
        "report_window": _days(settings.problem_report_window.count),
        "late": _days(settings.late_report_review_after.count),
        "check": _days(settings.verification_target.count, "business day"),
        "pay": _days(settings.payout_target.count, "business day"),
        "withdrawal": _days(min(windows)),
        "severities": " or ".join(sorted(settings.serious_severities, key=_SEVERITIES.index)),
        "levels": " or ".join(sorted(settings.vendor_fault_levels, reverse=True)),
    }


def _named_clauses(question: str, policy: PolicyBook) -> list[Clause]:
    written = re.sub(r"[.\-_]", " ", question.lower())
    ids = [f"P{number}.{letter}" if letter else f"P{number}" for number, letter in _CLAUSE_ID.findall(written)]
    return [clause for clause in policy.clauses if clause.id in ids]


def _told(found: list[Clause]) -> PolicyFinding:
    if len(found) == 1 and found[0].id in _WITH_FIGURES:
        return PolicyFinding(_WITH_FIGURES[found[0].id])
    return PolicyFinding(None, tuple(found[:_MOST_CLAUSES]))


def _by_topic(scores: Mapping[str, int], policy: PolicyBook) -> PolicyFinding | None:
    """The clause whose topics fit best; P1, the rule above all others, answers only what no other clause does."""
    special = {clause_id: score for clause_id, score in scores.items() if clause_id != "P1"}
    best = max(special, key=lambda clause_id: special[clause_id])
    return _told([policy.clause(best)]) if special[best] else None


def _score(clause: Clause, text: str) -> int:
    """How many letters of the question the clause's topics cover, as whole words: longer topics say more."""
    return sum(len(topic) for topic in clause.topics if _plain(topic) in text)


def _plain(text: str) -> str:
    """Lower case words with blanks around; an apostrophe is left out: dont, someone elses."""
    words = _WORD.findall(_APOSTROPHE.sub("", text.lower()))
    return " ".join(["", *words, ""])


def _days(count: int, unit: str = "day") -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
