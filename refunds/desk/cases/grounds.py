"""Which incidents and tickets a decision rests on. Pure."""

from __future__ import annotations

from refunds.cases.receipt import Decided


def rests_on(decided: Decided) -> frozenset[str]:
    """Ids of incidents and tickets that facts of the reasons that carry the outcome name."""
    carrying = [reason for reason in decided.decision.reasons if reason.outcome == decided.decision.outcome]
    named = {word for reason in carrying for fact in reason.facts for word in _words(f"{fact.value} {fact.words}")}
    known = {each.incident_id for each in decided.records.incidents}
    known |= {each.ticket_id for each in decided.records.tickets}
    return frozenset(known & named)


def _words(text: str) -> list[str]:
    return [word.strip(".,;:()'\"") for word in text.split()]
