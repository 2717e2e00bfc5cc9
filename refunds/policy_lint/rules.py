"""Which rule speaks for which clause, and what it may come to."""

from __future__ import annotations

from collections.abc import Mapping

from refunds.policy.decision import Outcome

_YES, _NO, _YET, _REVIEW = Outcome.ELIGIBLE, Outcome.NOT_ELIGIBLE, Outcome.NOT_YET, Outcome.NEEDS_REVIEW

# The rule's function, its clause, and every outcome that it is there for.
RULES: Mapping[str, tuple[str, frozenset[Outcome]]] = {
    "p3a_payment_guards": ("P3.a", frozenset({_NO, _REVIEW})),
    "p1a_vendor_fault": ("P1.a", frozenset({_YES, _NO, _REVIEW})),
    "p1b_unsolved_serious_problem": ("P1.b", frozenset({_YES, _NO, _YET, _REVIEW})),
    "p1c_withdrawal": ("P1.c", frozenset({_YES, _NO, _REVIEW})),
    "p1c_other_rights": ("P1.c", frozenset({_REVIEW})),
    "p1_wrong_charge": ("P1", frozenset({_REVIEW})),
    "p2a_reported_late": ("P2.a", frozenset({_REVIEW})),
    "p5b_ended_early": ("P5.b", frozenset({_NO})),
    "p3a_original_route_closed": ("P3.a", frozenset({_REVIEW})),
}

# Clauses that decide no request: what carries them out instead.
CARRIED_OUT_BY: Mapping[str, str] = {
    "P2.b": "refunds.review: a person verifies, by verification_target",
    "P3.b": "refunds.policy.arrival: the days named",
    "P4.a": "refunds.review: the payout follows the approval, by payout_target",
    "P4.b": "refunds.payouts: the original route",
    "P4.c": "refunds.policy.arrival: the latest day and the day to worry from",
    "P5.a": "refunds.review: information is asked for",
    "P5.c": "refunds.policy_questions: what the policy does not say",
}
