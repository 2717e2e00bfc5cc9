"""Putting a decision, a case or a window into sentences of the catalogue."""

from __future__ import annotations

from typing import Any

from actions.slots import Frame, read_request
from actions.talk import Talk
from refunds.cases.case import Case
from refunds.filing import Assessed
from refunds.policy.arrival import ArrivalWindow
from refunds.policy.decision import Decision, Outcome, Reason
from refunds.policy.records import Payment, Records, RefundMade
from refunds.policy.request import NamedTime
from refunds.policy.zones import customer_zone


def method_words(talk: Talk, payment: Payment) -> str:
    """The way money went and goes back: "Visa card ending 4242", "Mastercard ending 4444"."""
    known = f"method_{payment.method}" in talk.app.words.wordings
    name = talk.words(f"method_{payment.method}") if known else payment.method.replace("_", " ")
    brand = (payment.brand or "").replace("_", " ").title()
    if brand.endswith("card"):
        name = f"{brand}{name.removeprefix('card')}" if name.startswith("card") else f"{brand} {name}"
    elif brand and brand.lower() not in name.lower():
        name = f"{brand} {name}"
    return talk.words("method_with_last4", method=name, last4=payment.last4) if payment.last4 else name


def reason_words(talk: Talk, reason: Reason, decision: Decision) -> str:
    """One reason as a sentence with its clause and the facts it rests on."""
    name = f"reason_{reason.clause.replace('.', '').lower()}_{reason.outcome.value}"
    facts = "; ".join(fact.words for fact in reason.facts)
    day = talk.app.words.day(decision.eligible_from, talk.locale) if decision.eligible_from else ""
    sentence = talk.words(name, facts=facts[:1].upper() + facts[1:], day=day)
    return sentence[:1].upper() + sentence[1:]


def time_words(talk: Talk, time: NamedTime) -> str:
    """A span in the customer's zone; whole days without a clock time."""
    start, end = (moment.astimezone(talk.zone) for moment in (time.start, time.end))
    whole_days = (start.hour, start.minute) == (0, 0) and ((end.hour, end.minute) == (23, 59) or time.ongoing)
    shown = [
        talk.app.words.day(moment.date(), talk.locale)
        if whole_days
        else talk.app.words.moment(moment, talk.zone, talk.locale)
        for moment in (start, end)
    ]
    if time.ongoing:
        return talk.words("time_since", start=shown[0])
    return shown[0] if shown[0] == shown[1] else talk.words("time_span", start=shown[0], end=shown[1])


def summary(talk: Talk, frame: Frame, assessed: Assessed) -> str:
    """What was understood, what it comes to, and the question whether to file it."""
    order, decision = assessed.records.order, assessed.decision
    method = method_words(talk, order.payment)
    lines = [talk.words("summary_intro"), _order_line(talk, assessed.records)]
    if frame.words:
        lines.append(talk.words("summary_words", words=" / ".join(frame.words)))
    time = read_request(frame, talk.zone_name).time
    if time:
        lines.append(talk.words("summary_time", time=time_words(talk, time)))
    elif frame.time_unknown:
        lines.append(talk.words("summary_time_unknown"))
    lines += [talk.words("summary_reason", reason=reason_words(talk, r, decision)) for r in _told_reasons(decision)]
    lines.append(_amount_line(talk, decision, method))
    if decision.ends_contract:
        lines.append(talk.words("summary_ends_contract"))
    if decision.payout_needs_review:
        lines.append(talk.words("summary_route_closed", method=method))
    if assessed.arrival and decision.outcome is Outcome.ELIGIBLE and not decision.payout_needs_review:
        sent = talk.app.words.day(assessed.payout_due, talk.locale)
        lines.append(talk.words("summary_arrival", sent=sent, **window_days(talk, assessed.arrival)))
    eligible = decision.outcome is Outcome.ELIGIBLE
    lines.append(talk.words("summary_ask_eligible" if eligible else "summary_ask_review"))
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


def _carrying(decision: Decision) -> list[Reason]:
    return [reason for reason in decision.reasons if reason.outcome is decision.outcome]


def _told_reasons(decision: Decision) -> list[Reason]:
    """What a summary tells: every ground that holds; for a person's case the first reason, the others are theirs.

    A wrong charge is always told, also beside a ground that holds: it is what the customer came with.
    """
    carrying = _carrying(decision)
    told = carrying if decision.outcome is Outcome.ELIGIBLE else carrying[:1]
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


def window_days(talk: Talk, window: ArrivalWindow) -> dict[str, str]:
    """The days of a window, as the customer reads them."""
    return {
        name: talk.app.words.day(day, talk.locale)
        for name, day in (("earliest", window.earliest), ("typical", window.typical), ("latest", window.latest))
    }


def refusal_reasons(talk: Talk, frame: Frame, decision: Decision) -> str:
    """Why not, for each ground that was tried on the customer's word or the order's tickets."""
    told = [r for r in _carrying(decision) if r.clause != "P1.c" or _asked_for_law(frame, decision)]
    return "\n".join("• " + reason_words(talk, reason, decision) for reason in told or _carrying(decision))


def _asked_for_law(frame: Frame, decision: Decision) -> bool:
    return "withdrawal" in frame.claims or decision.clauses == ("P1.c",)


def refund_words(talk: Talk, refund: RefundMade) -> str:
    """One refund that billing has on record, with its trace id where there is one."""
    trace = f" ({refund.trace_type.upper()} {refund.trace_value})" if refund.trace_type and refund.trace_value else ""
    return talk.words(
        "utter_refund_on_record",
        amount=talk.app.words.money(refund.amount, talk.locale),
        day=talk.app.words.day(refund.created_at.astimezone(talk.zone).date(), talk.locale),
        status=refund.status,
        trace=trace,
    )


def filed_sentence(talk: Talk, case: Case) -> str:
    """Which sentence says that the case was filed: what comes next depends on who decides and on the route."""
    if case.outcome is not Outcome.ELIGIBLE or case.amount is None:
        return "utter_filed_review"
    if not pays_by_original_route(talk, case):
        return "utter_filed_other_way"
    return "utter_filed_approved" if case.state.value == "approved" else "utter_filed"


def pays_by_original_route(talk: Talk, case: Case) -> bool:
    """Whether the money can go back the way it came; where not, no day of arrival may be told."""
    return not talk.app.enquiries.decision_of(case).payout_needs_review


def case_values(talk: Talk, case: Case) -> dict[str, Any]:
    """The values that sentences about a case may use."""
    payment = talk.app.enquiries.payment_of(case)
    window = talk.app.enquiries.arrival_of(case, talk.zone)
    day = talk.app.words.day
    return {
        "case": case.case_id,
        "order": case.order_id,
        "amount": talk.app.words.money(case.amount, talk.locale) if case.amount else "",
        "method": method_words(talk, payment),
        "filed": day(case.filed_at.astimezone(talk.zone).date(), talk.locale),
        "verify_by": day(case.verification_due, talk.locale),
        "pay_by": day(case.payout_due, talk.locale),
        **window_days(talk, window),
    }


def tells_arrival(talk: Talk, case: Case) -> bool:
    """Whether a day of arrival may be told: money is coming, by the original route."""
    coming = case.state.value in ("submitted", "verifying", "approved", "info_requested")
    return bool(coming and case.outcome is Outcome.ELIGIBLE and case.amount and pays_by_original_route(talk, case))


def case_card(talk: Talk, case: Case) -> dict[str, Any]:
    """A case as a small card: number, amount, steps done and to come, arrival window."""
    done = {"submitted": 1, "verifying": 1, "info_requested": 1, "appealed": 1, "approved": 2}.get(case.state.value, 1)
    steps = ("step_filed", "step_checked", "step_sent", "step_arrived")
    window = talk.app.enquiries.arrival_of(case, talk.zone)
    return {
        "type": "case",
        "case_id": case.case_id,
        "order_id": case.order_id,
        "state": talk.words(f"state_{case.state.value}"),
        "amount": talk.app.words.money(case.amount, talk.locale) if case.amount else None,
        "steps": [{"title": talk.words(name), "done": number < done} for number, name in enumerate(steps)],
        "arrival": window_days(talk, window) if tells_arrival(talk, case) else None,
    }
