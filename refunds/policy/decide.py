"""The preliminary check: every rule that is to be tried, in the policy's order of outcomes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from refunds.days import aware
from refunds.policy.amount import largest_amount
from refunds.policy.book import PolicyBook
from refunds.policy.decision import Amount, Decision, Detail, Missing, Outcome, Reason
from refunds.policy.eligibility import p1_wrong_charge, p2a_reported_late, p5b_ended_early
from refunds.policy.evidence import incidents_met, is_vague
from refunds.policy.payment import p3a_original_route_closed, p3a_payment_guards
from refunds.policy.records import Records
from refunds.policy.request import Claim, RefundRequest
from refunds.policy.serious_problem import eligible_from, p1b_unsolved_serious_problem
from refunds.policy.situation import Situation
from refunds.policy.statutory import p1c_other_rights, p1c_withdrawal
from refunds.policy.vendor_fault import p1a_vendor_fault

_STRONGEST_FIRST = (
    "p3a_payment_guards",
    "p2a_reported_late",
    "p5b_ended_early",
    "p1a_vendor_fault",
    "p1b_unsolved_serious_problem",
    "p1c_withdrawal",
    "p1c_other_rights",
    "p1_wrong_charge",
    "p3a_original_route_closed",
)
_VENDOR_GROUNDS = {"p1a_vendor_fault", "p1b_unsolved_serious_problem"}
_MONEY_MAY_GO_BACK = {Outcome.ELIGIBLE, Outcome.NEEDS_REVIEW}


def decide(request: RefundRequest, records: Records, policy: PolicyBook, now: datetime) -> Decision:
    """The decision on ``request`` at ``now`` (aware); deterministic, reads nothing but its arguments.

    Raises ``ValueError`` for a ``now`` without a zone.
    """
    situation = Situation(request, records, policy, aware(now))
    guard = p3a_payment_guards(situation)
    if guard and guard.outcome is Outcome.NOT_ELIGIBLE:
        return Decision(guard.outcome, (guard,), policy.version)
    reasons = _grounds_tried(situation)
    outcome = guard.outcome if guard else _outcome(situation, reasons)
    return _decision(situation, outcome, [*([guard] if guard else []), *reasons])


def _grounds_tried(situation: Situation) -> list[Reason]:
    """Every ground that is to be tried, and P5.b where none holds or may hold."""
    others = (p1c_withdrawal(situation), p1c_other_rights(situation), p1_wrong_charge(situation))
    reasons = [*_vendor_grounds(situation), *(reason for reason in others if reason)]
    if all(reason.outcome is Outcome.NOT_ELIGIBLE for reason in reasons):
        ended_early = p5b_ended_early(situation)
        reasons += [ended_early] if ended_early else []
    return reasons


def _vendor_grounds(situation: Situation) -> list[Reason]:
    """P1.a and P1.b; an eligible one that was reported late becomes a person's, with P2.a beside it."""
    reasons: list[Reason] = []
    for ground in (p1a_vendor_fault(situation), p1b_unsolved_serious_problem(situation)):
        if ground is None:
            continue
        late = p2a_reported_late(situation, ground) if ground.outcome is Outcome.ELIGIBLE else None
        reasons += [late, replace(ground, outcome=Outcome.NEEDS_REVIEW)] if late else [ground]
    return reasons


def _outcome(situation: Situation, reasons: list[Reason]) -> Outcome:
    """The policy's order: P1.a and P1.b, what is missing, withdrawal, review, not yet, not eligible."""
    found = {reason.outcome for reason in reasons}
    if any(reason.rule in _VENDOR_GROUNDS and reason.outcome is Outcome.ELIGIBLE for reason in reasons):
        return Outcome.ELIGIBLE
    if _missing(situation, reasons):
        return Outcome.INCOMPLETE
    in_order = (Outcome.ELIGIBLE, Outcome.NEEDS_REVIEW, Outcome.NOT_YET)
    return next((outcome for outcome in in_order if outcome in found), Outcome.NOT_ELIGIBLE)


def _missing(situation: Situation, reasons: list[Reason]) -> tuple[Missing, ...]:
    """The detail that a claimed ground lacks, or the reason where nothing is claimed and no record gives one."""
    if any(reason.outcome is Outcome.INCOMPLETE for reason in reasons):
        detail = Detail.NARROWER_TIME if is_vague(situation) else Detail.TIME
        return (Missing(detail, tuple(incident.incident_id for incident in incidents_met(situation))),)
    nothing_holds = all(reason.outcome is Outcome.NOT_ELIGIBLE for reason in reasons)
    return (Missing(Detail.REASON),) if nothing_holds and not situation.request.claims else ()


def _decision(situation: Situation, outcome: Outcome, reasons: list[Reason]) -> Decision:
    money_may_go_back = outcome in _MONEY_MAY_GO_BACK
    closed = p3a_original_route_closed(situation) if money_may_go_back else None
    amount = _amount(situation, outcome, reasons) if money_may_go_back else None
    return Decision(
        outcome=outcome,
        reasons=_carrying_first(outcome, [*reasons, *([closed] if closed else [])]),
        policy_version=situation.policy.version,
        amount=amount,
        missing=_missing(situation, reasons) if outcome is Outcome.INCOMPLETE else (),
        eligible_from=eligible_from(situation) if outcome is Outcome.NOT_YET else None,
        ends_contract=_ends_contract(situation, outcome, reasons, amount),
        payout_needs_review=closed is not None,
    )


def _carrying_first(outcome: Outcome, reasons: list[Reason]) -> tuple[Reason, ...]:
    return tuple(sorted(reasons, key=lambda r: (r.outcome is not outcome, _STRONGEST_FIRST.index(r.rule))))


def _amount(situation: Situation, outcome: Outcome, reasons: list[Reason]) -> Amount | None:
    """The largest amount of the grounds that hold, or that may hold where a person decides."""
    counted = {Outcome.ELIGIBLE, outcome}
    return largest_amount(situation, (reason for reason in reasons if reason.outcome in counted))


def _ends_contract(situation: Situation, outcome: Outcome, reasons: list[Reason], amount: Amount | None) -> bool:
    """A withdrawal ends the contract where it carries the decision or was stated by the customer."""
    withdrawn = any(r.rule == "p1c_withdrawal" and r.outcome is Outcome.ELIGIBLE for r in reasons)
    carries = amount is not None and amount.basis == "withdrawal"
    return outcome is Outcome.ELIGIBLE and withdrawn and (carries or situation.claims(Claim.WITHDRAWAL))
