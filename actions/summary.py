"""The summary: what was understood, what it comes to, and what changed since it was last shown."""

from __future__ import annotations

from typing import Any

from actions.slots import Frame, read_time
from actions.talk import Talk
from actions.telling import carrying, method_words, reason_words, time_words, window_days
from refunds.filing import Assessed
from refunds.policy.decision import Decision, Outcome, Reason
from refunds.policy.records import Records
from refunds.policy.zones import customer_zone


def summary(talk: Talk, frame: Frame, assessed: Assessed) -> str:
    """What was understood, what it comes to, and the question whether to file it."""
    decision = assessed.decision
    lines = [
        talk.words("summary_intro"),
        *_understood(talk, frame, assessed.records),
        *(talk.words("summary_reason", reason=reason_words(talk, r, decision)) for r in _told_reasons(decision)),
        *_money(talk, assessed),
        talk.words("summary_ask_eligible" if decision.outcome is Outcome.ELIGIBLE else "summary_ask_review"),
    ]
    return "\n".join(lines)


def summary_card(talk: Talk, assessed: Assessed) -> dict[str, Any]:
    """The summary as a small card; all of it stands in the text too."""
    decision = assessed.decision
    return {
        "type": "summary",
        "order_id": assessed.records.order.order_id,
        "amount": talk.app.words.money(decision.amount.total, talk.locale) if decision.amount else None,
        "method": method_words(talk, assessed.records.order.payment),
        "clauses": list(decision.clauses),
        "arrival": window_days(talk, assessed.arrival) if assessed.arrival else None,
    }


def _understood(talk: Talk, frame: Frame, records: Records) -> list[str]:
    """What the customer told, each line marked where it is not as it was shown before."""
    lines = [("order_number", _order_line(talk, records))]
    if frame.words:
        lines.append(("words", talk.words("summary_words", words=" / ".join(frame.words))))
    time = read_time(frame, talk.zone_name)
    if time:
        name = "summary_time_vague" if frame.time_unknown else "summary_time"
        lines.append(("time", talk.words(name, time=time_words(talk, time))))
    elif frame.time_unknown:
        lines.append(("time", talk.words("summary_time_unknown")))
    changed = frame.changed_since_shown()
    return [talk.words("summary_changed", line=line) if name in changed else line for name, line in lines]


def _told_reasons(decision: Decision) -> list[Reason]:
    """What a summary tells: every ground that holds; for a person's case the first reason, the others are theirs.

    A wrong charge is always told, also beside a ground that holds: it is what the customer came with.
    """
    reasons = carrying(decision)
    told = reasons if decision.outcome is Outcome.ELIGIBLE else reasons[:1]
    return told + [reason for reason in decision.reasons if reason.clause == "P1" and reason not in told]


def _order_line(talk: Talk, records: Records) -> str:
    order = records.order
    zone = customer_zone(talk.zone_name, records.customer.country, talk.app.policy.zones)
    return talk.words(
        "summary_order",
        order=order.order_id,
        plan=order.plan,
        service=order.service,
        region=order.region,
        bought=talk.app.words.day(order.purchased_at.astimezone(zone).date(), talk.locale),
    )


def _money(talk: Talk, assessed: Assessed) -> list[str]:
    """How much, by which way and when, and what else comes with it."""
    decision = assessed.decision
    method = method_words(talk, assessed.records.order.payment)
    lines = [_amount_line(talk, decision, method)]
    if decision.ends_contract:
        lines.append(talk.words("summary_ends_contract"))
    if decision.payout_needs_review:
        lines.append(talk.words("summary_route_closed", method=method))
    elif assessed.arrival and decision.outcome is Outcome.ELIGIBLE:
        sent = talk.app.words.day(assessed.payout_due, talk.locale)
        lines.append(talk.words("summary_arrival", sent=sent, **window_days(talk, assessed.arrival)))
    return lines


def _amount_line(talk: Talk, decision: Decision, method: str) -> str:
    if decision.amount is None:
        return talk.words("summary_amount_open", method=method)
    amount = talk.app.words.money(decision.amount.total, talk.locale)
    if decision.outcome is not Outcome.ELIGIBLE:
        return talk.words("summary_amount_review", amount=amount, method=method)
    if len(decision.amount.steps) < 2:
        return talk.words("summary_amount", amount=amount, method=method)
    steps = [f"{step.words} {talk.app.words.money(step.amount, talk.locale)}" for step in decision.amount.steps]
    return talk.words("summary_amount_sum", amount=amount, method=method, sum=", ".join(steps))
