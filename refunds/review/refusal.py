"""The clause of a refusal that follows what the policy found, where the person names none."""

from __future__ import annotations

from refunds.cases.case import Case
from refunds.policy.decision import Outcome

NOT_CONFIRMED = "P2.b"


def clause_of_refusal(case: Case) -> str:
    """The strongest clause of an answer that was a no; P2.b where it was none, so that the check itself found it."""
    was_no = case.outcome in (Outcome.NOT_ELIGIBLE, Outcome.NOT_YET)
    return case.clauses[0] if was_no and case.clauses else NOT_CONFIRMED
