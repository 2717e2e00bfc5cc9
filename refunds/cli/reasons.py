"""A decision's reasons and amount, for programs and for people."""

from __future__ import annotations

from typing import Any

import typer

from refunds.policy.decision import Amount, Decision, Reason


def reason_as_json(reason: Reason) -> dict[str, Any]:
    """One rule tried, with each fact as value and in words."""
    return {
        "clause": reason.clause,
        "rule": reason.rule,
        "outcome": reason.outcome.value,
        "facts": [{"name": fact.name, "value": fact.value, "words": fact.words} for fact in reason.facts],
    }


def decision_as_json(decision: Decision) -> dict[str, Any]:
    """A whole decision; the amount is a string, its sum a list of steps."""
    total = None if decision.amount is None else decision.amount.total
    return {
        "outcome": decision.outcome.value,
        "clauses": list(decision.clauses),
        "amount": None if total is None else str(total.value),
        "currency": None if total is None else total.currency,
        "amount_basis": None if decision.amount is None else decision.amount.basis,
        "amount_steps": [] if decision.amount is None else _steps(decision.amount),
        "reasons": [reason_as_json(reason) for reason in decision.reasons],
        "missing": [{"detail": each.detail.value, "offers": list(each.offers)} for each in decision.missing],
        "eligible_from": None if decision.eligible_from is None else decision.eligible_from.isoformat(),
        "ends_contract": decision.ends_contract,
        "payout_needs_review": decision.payout_needs_review,
        "policy_version": decision.policy_version,
    }


def print_reasons(decision: Decision) -> None:
    """A line for each rule tried, with its facts in words."""
    for reason in decision.reasons:
        facts = "; ".join(fact.words for fact in reason.facts)
        typer.echo(f"{reason.clause:<6}{reason.outcome.value:<14}{facts}")


def _steps(amount: Amount) -> list[dict[str, str]]:
    return [{"words": step.words, "amount": str(step.amount.value)} for step in amount.steps]
