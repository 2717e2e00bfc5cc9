"""Putting a decision, a case or a window into sentences of the catalogue."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from actions.talk import Talk
from refunds import case_words
from refunds.cases.case import Case
from refunds.cases.expected import zone_of
from refunds.cases.following import Following
from refunds.days import local_day
from refunds.policy.arrival import ArrivalWindow
from refunds.policy.decision import Decision, Outcome, Reason
from refunds.policy.records import Payment, RefundMade
from refunds.policy.request import NamedTime


def method_words(talk: Talk, payment: Payment) -> str:
    """The way money went and goes back: "Visa card ending 4242", "Mastercard ending 4444"."""
    return case_words.method_words(talk.app.words, payment)


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


def carrying(decision: Decision) -> list[Reason]:
    """The reasons that carry the outcome, strongest first."""
    return [reason for reason in decision.reasons if reason.outcome is decision.outcome]


def window_days(talk: Talk, window: ArrivalWindow) -> dict[str, str]:
    """The days of a window, as the customer reads them."""
    return case_words.window_days(talk.app.words, window, talk.locale)


def refund_words(talk: Talk, refund: RefundMade) -> str:
    """One refund that billing has on record, with its trace id where there is one."""
    trace = f" ({refund.trace_type.upper()} {refund.trace_value})" if refund.trace_type and refund.trace_value else ""
    return talk.words(
        "utter_refund_on_record",
        amount=talk.app.words.money(refund.amount, talk.locale),
        day=talk.app.words.day(refund.created_at.astimezone(talk.zone).date(), talk.locale),
        status=_refund_status(talk, refund.status),
        trace=trace,
    )


def _refund_status(talk: Talk, status: str) -> str:
    name = f"refund_is_{status}"
    return talk.words(name) if name in talk.app.words.wordings else status.replace("_", " ")


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
    zone = case_zone(talk, case)
    window = talk.app.enquiries.arrival_of(case, zone)
    day = talk.app.words.day
    return {
        "case": case.case_id,
        "order": case.order_id,
        "amount": talk.app.words.money(case.amount, talk.locale) if case.amount else "",
        "method": method_words(talk, payment),
        "filed": day(local_day(case.filed_at, zone), talk.locale),
        "verify_by": day(case.verification_due, talk.locale),
        "pay_by": day(case.payout_due, talk.locale),
        **window_days(talk, window),
    }


def case_zone(talk: Talk, case: Case) -> ZoneInfo:
    """The zone in whose days a case is told."""
    return talk.zone if talk.zone_name else zone_of(case, talk.app.policy)


def following_of(talk: Talk, case: Case) -> Following:
    """Where the money of a case is today, where its customer lives."""
    zone = case_zone(talk, case)
    return talk.app.enquiries.following(case, local_day(talk.now, zone), zone)


def case_card(talk: Talk, case: Case) -> dict[str, Any]:
    """A case as a small card: number, amount, steps done and to come, arrival window."""
    return case_words.case_card(talk.app.words, case, following_of(talk, case), talk.locale)
