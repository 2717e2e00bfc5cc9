"""A no: for each ground why not, and what would change it."""

from __future__ import annotations

from datetime import date, datetime

from actions.slots import Frame
from actions.talk import Talk
from actions.telling import carrying, reason_words
from refunds.days import local_day
from refunds.filing import Assessed
from refunds.policy.decision import Decision
from refunds.policy.request import Claim
from refunds.policy.wording import days_words
from refunds.policy.zones import customer_zone


def refusal_reasons(talk: Talk, frame: Frame, decision: Decision) -> str:
    """Why not, for each ground that was tried on the customer's word or the order's tickets."""
    told = [r for r in carrying(decision) if r.clause != "P1.c" or _asked_for_law(frame, decision)]
    return "\n".join("• " + reason_words(talk, reason, decision) for reason in told or carrying(decision))


def what_would_change(talk: Talk, frame: Frame, assessed: Assessed) -> str:
    """What would change a no: another ground, days that are left, and for the unused time a person."""
    clauses = assessed.decision.clauses
    if clauses[0] == "P3.a":
        return talk.words("change_paid")
    failed = Claim.FAILURE in frame.claims or "P1.b" in clauses
    lines = [talk.words("change_failure" if failed else "change_early_end"), *_days_left(talk, assessed)]
    if "P5.b" in clauses:
        lines += _unused_time(talk, assessed)
    return "\n".join(lines)


def _asked_for_law(frame: Frame, decision: Decision) -> bool:
    return Claim.WITHDRAWAL in frame.claims or decision.clauses == ("P1.c",)


def _days_left(talk: Talk, assessed: Assessed) -> list[str]:
    """Until when a serious problem may still be reported, where the order is in use and that day is to come."""
    settings, order = talk.app.policy.settings, assessed.records.order
    last = settings.problem_report_window.after(_day(talk, assessed, order.purchased_at))
    left = (last - _day(talk, assessed, talk.now)).days
    if left < 1 or order.status != "active":
        return []
    day, period = talk.app.words.day(last, talk.locale), days_words(settings.problem_solution_period.count)
    return [talk.words("change_report_window", left=days_words(left), day=day, period=period)]


def _unused_time(talk: Talk, assessed: Assessed) -> list[str]:
    end = _day(talk, assessed, assessed.records.order.term_end)
    if end <= _day(talk, assessed, talk.now):
        return []
    return [talk.words("change_unused_time", day=talk.app.words.day(end, talk.locale))]


def _day(talk: Talk, assessed: Assessed, moment: datetime) -> date:
    zone = customer_zone(talk.zone_name, assessed.records.customer.country, talk.app.policy.zones)
    return local_day(moment, zone)
