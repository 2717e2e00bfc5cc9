"""P1.b: after the purchase a serious problem arose and was not solved within the set period."""

from __future__ import annotations

from datetime import date, datetime

from refunds.days import CalendarDays
from refunds.policy.decision import Fact, Outcome, Reason
from refunds.policy.evidence import has_usable_time, incidents_met, tickets_covering, tickets_of_order
from refunds.policy.records import Ticket
from refunds.policy.request import Claim
from refunds.policy.situation import Situation
from refunds.policy.wording import after_words, count_fact, day_fact, day_words, days_words

_STRONGEST_FIRST = (
    Outcome.ELIGIBLE,
    Outcome.INCOMPLETE,
    Outcome.NEEDS_REVIEW,
    Outcome.NOT_YET,
    Outcome.NOT_ELIGIBLE,
)


def p1b_unsolved_serious_problem(situation: Situation) -> Reason | None:
    """P1.b, tried when a failure is claimed or the order has a ticket: the strongest finding; None if not tried."""
    findings = [_by_ticket(ticket, situation) for ticket in tickets_of_order(situation)]
    if situation.claims(Claim.FAILURE):
        findings += _without_ticket(situation)
    return min(findings, key=lambda reason: _STRONGEST_FIRST.index(reason.outcome), default=None)


def ticket_outcome(ticket: Ticket, situation: Situation) -> Outcome:
    """What one ticket comes to: eligible, not yet or not eligible."""
    if not (_is_serious(ticket, situation) and _was_reported_in_time(ticket, situation)):
        return Outcome.NOT_ELIGIBLE
    overdue_from, solved = overdue_day(ticket, situation), _solved_at(ticket, situation)
    if solved:
        return Outcome.NOT_ELIGIBLE if situation.day(solved) < overdue_from else Outcome.ELIGIBLE
    return Outcome.NOT_YET if situation.today < overdue_from else Outcome.ELIGIBLE


def overdue_day(ticket: Ticket, situation: Situation) -> date:
    """The first day on which the period for solving ``ticket`` is over; its last day still counts."""
    period = situation.policy.settings.problem_solution_period
    return CalendarDays(period.count + 1).after(situation.day(ticket.opened_at))


def eligible_from(situation: Situation) -> date:
    """The first day on which a ticket still within its period may carry P1.b; asked only where P1.b is not yet."""
    pending = (t for t in tickets_of_order(situation) if ticket_outcome(t, situation) is Outcome.NOT_YET)
    return min(overdue_day(ticket, situation) for ticket in pending)


def _is_serious(ticket: Ticket, situation: Situation) -> bool:
    return ticket.severity in situation.policy.settings.serious_severities


def _was_reported_in_time(ticket: Ticket, situation: Situation) -> bool:
    window = situation.policy.settings.problem_report_window
    return situation.day(ticket.opened_at) <= window.after(situation.purchase_day)


def _solved_at(ticket: Ticket, situation: Situation) -> datetime | None:
    return ticket.solved_at if ticket.solved_at and ticket.solved_at <= situation.now else None


def _by_ticket(ticket: Ticket, situation: Situation) -> Reason:
    return _reason(ticket_outcome(ticket, situation), *_ticket_facts(ticket, situation))


def _without_ticket(situation: Situation) -> list[Reason]:
    """What a claimed problem comes to beside the tickets; nothing where a ticket covers it and so decides."""
    if not (has_usable_time(situation) or situation.request.time_unknown):
        return [_reason(Outcome.INCOMPLETE, Fact("ticket", "", "which ticket covers it depends on when it was"))]
    if tickets_covering(situation):
        return []
    uncovered = Fact("ticket", "", "no ticket covers it")
    if has_usable_time(situation) and incidents_met(situation):
        return [_reason(Outcome.NOT_ELIGIBLE, uncovered, Fact("incident", "explains", "an incident explains it"))]
    return [_reason(Outcome.NEEDS_REVIEW, uncovered, Fact("incident", "", "no incident explains it"))]


def _ticket_facts(ticket: Ticket, situation: Situation) -> tuple[Fact, ...]:
    opened, settings = situation.day(ticket.opened_at), situation.policy.settings
    return (
        Fact("ticket", ticket.ticket_id, f"ticket {ticket.ticket_id} has the severity {ticket.severity}"),
        day_fact("bought", "you bought it on", situation.purchase_day, situation.today),
        day_fact("first_reported", "the problem was first reported on", opened, situation.today),
        count_fact(
            "report_day", (opened - situation.purchase_day).days, "the purchase", settings.problem_report_window.count
        ),
        _solution_fact(ticket, situation),
    )


def _solution_fact(ticket: Ticket, situation: Situation) -> Fact:
    opened, solved = situation.day(ticket.opened_at), _solved_at(ticket, situation)
    period = situation.policy.settings.problem_solution_period.count
    day = situation.day(solved) if solved else situation.today
    state = f"it was solved on {day_words(day, situation.today)}" if solved else "it is not solved yet"
    took = after_words((day - opened).days, "the report")
    return Fact("solved", day.isoformat() if solved else "", f"{state}, {took} (we have {days_words(period)})")


def _reason(outcome: Outcome, *facts: Fact) -> Reason:
    return Reason("P1.b", "p1b_unsolved_serious_problem", outcome, facts)
