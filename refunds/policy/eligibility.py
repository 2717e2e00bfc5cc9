"""What bears on the vendor's own grounds beside P1.a and P1.b: wrong charges, late reports, an early end."""

from __future__ import annotations

from datetime import date

from refunds.policy.decision import Fact, Outcome, Reason
from refunds.policy.evidence import incidents_met, problem_end, tickets_covering, tickets_of_order
from refunds.policy.request import Claim
from refunds.policy.serious_problem import ticket_outcome
from refunds.policy.situation import Situation
from refunds.policy.vendor_fault import fault_outcome
from refunds.policy.wording import count_fact, day_fact


def p1_wrong_charge(situation: Situation) -> Reason | None:
    """P1: a wrong or double charge is no ground of the policy; a person looks at the bill. None if not claimed."""
    if not situation.claims(Claim.WRONG_CHARGE):
        return None
    fact = Fact("claim", Claim.WRONG_CHARGE.value, "you told us of a wrong charge")
    return Reason("P1", "p1_wrong_charge", Outcome.NEEDS_REVIEW, (fact,))


def p2a_reported_late(situation: Situation, ground: Reason) -> Reason | None:
    """P2.a: an eligible P1.a or P1.b whose problem was first reported too long after it; None if in time."""
    reports = _reports_of_incidents(situation) if ground.clause == "P1.a" else _reports_of_tickets(situation)
    problem, reported = min(reports, key=lambda report: report[1] - report[0])
    limit = situation.policy.settings.late_report_review_after
    if reported <= limit.after(problem):
        return None
    facts = (
        Fact("ground", ground.clause, f"it is about clause {ground.clause}"),
        day_fact("problem", "the problem lasted until", problem, situation.today),
        day_fact("first_reported", "it was first reported on", reported, situation.today),
        count_fact("days_to_report", (reported - problem).days, "the problem", limit.count),
    )
    return Reason("P2.a", "p2a_reported_late", Outcome.NEEDS_REVIEW, facts)


def p5b_ended_early(situation: Situation) -> Reason | None:
    """P5.b: ended early for personal reasons, as claimed or as on record; None if neither."""
    order = situation.order
    on_record = order.termination_reason == "personal"
    if not (on_record or situation.claims(Claim.EARLY_END)):
        return None
    facts = [
        Fact("early_end", "on record", "our records say that it was ended for personal reasons")
        if on_record
        else Fact("early_end", "claimed", "the reason you gave is a personal one")
    ]
    if order.terminated_at:
        facts.append(day_fact("ended", "it ended on", situation.day(order.terminated_at), situation.today))
    facts.append(day_fact("term_end", "the term runs until", situation.day(order.term_end), situation.today))
    return Reason("P5.b", "p5b_ended_early", Outcome.NOT_ELIGIBLE, tuple(facts))


def _reports_of_incidents(situation: Situation) -> list[tuple[date, date]]:
    """For each incident that carries P1.a: the last day of the problem, and the day of its first report."""
    reported = min([situation.today, *(situation.day(ticket.opened_at) for ticket in tickets_covering(situation))])
    carrying = (i for i in incidents_met(situation) if fault_outcome(i, situation) is Outcome.ELIGIBLE)
    return [(situation.day(problem_end(incident, situation)), reported) for incident in carrying]


def _reports_of_tickets(situation: Situation) -> list[tuple[date, date]]:
    """The same for each ticket that carries P1.b: a problem is as old as the time named, or as its ticket."""
    carrying = (t for t in tickets_of_order(situation) if ticket_outcome(t, situation) is Outcome.ELIGIBLE)
    opened = [situation.day(ticket.opened_at) for ticket in carrying]
    named = situation.day(situation.request.time.end) if situation.request.time else None
    return [(min(day, named) if named else day, day) for day in opened]
