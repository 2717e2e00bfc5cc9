"""The next thing a request needs: the order, a missing detail, the summary, or the answer."""

from __future__ import annotations

from datetime import datetime

from actions import telling
from actions.order import ask_order, find_order
from actions.slots import Frame, read_request
from actions.steps import payload
from actions.talk import Buttons, Talk
from actions.who import ask_who
from refunds.errors import NotFound
from refunds.filing import Assessed
from refunds.policy.decision import Decision, Detail, Missing, Outcome
from refunds.policy.records import Incident
from refunds.policy.request import Claim, NamedTime


def go_on(talk: Talk) -> None:
    """Say the next thing the request needs: who, which order, a missing detail, or the outcome."""
    talk.frame.shown_digest = None
    if talk.customer_id is None:
        ask_who(talk)
        return
    if talk.frame.order_number is None:
        find_order(talk, talk.customer_id)
    if talk.frame.order_number is not None:
        _assess(talk, talk.customer_id)


def _assess(talk: Talk, customer_id: str) -> None:
    order = str(talk.frame.order_number)
    try:
        assessed = talk.app.filing.assess(
            read_request(talk.frame, talk.zone_name),
            customer_id=customer_id,
            conversation_id=talk.conversation_id,
            now=talk.now,
        )
    except NotFound:
        talk.frame.order_number = None
        orders = talk.app.enquiries.orders_of(customer_id)
        ask_order(talk, orders, "utter_order_not_found", order=order)
        return
    talk.frame.last_decision = {
        "order_id": order,
        "outcome": assessed.decision.outcome.value,
        "clauses": list(assessed.decision.clauses),
    }
    if assessed.open_case:
        _show_open_case(talk, assessed)
    else:
        _TELL[assessed.decision.outcome](talk, assessed)


def _show_open_case(talk: Talk, assessed: Assessed) -> None:
    case = assessed.open_case
    if case is None:
        return
    values = telling.case_values(talk, case)
    text = "\n".join([talk.words("utter_open_case_exists"), talk.words(f"status_{case.state.value}", **values)])
    talk.say_text(text, [talk.person_button], telling.case_card(talk, case))
    talk.frame.end_request()
    talk.pending = None


def _ask_missing(talk: Talk, assessed: Assessed) -> None:
    missing = assessed.decision.missing[0]
    order = assessed.records.order.order_id
    dont_know = talk.button("button_dont_know", "/dont_know")
    if missing.detail is Detail.REASON:
        ask_reason(talk, order)
    elif missing.detail is Detail.TIME:
        talk.ask("time", "utter_ask_time", [dont_know])
    else:
        offers = _offered(talk, assessed.records.incidents, missing)
        talk.frame.offered_time = _only_time(assessed.records.incidents, missing, talk.now)
        sentence = "utter_ask_narrower_time_offer" if offers else "utter_ask_narrower_time"
        talk.ask("narrower_time", sentence, [*offers, dont_know])


def _offered(talk: Talk, incidents: tuple[Incident, ...], missing: Missing) -> Buttons:
    buttons = []
    for incident in incidents:
        if incident.incident_id in missing.offers:
            end = incident.ended_at or talk.now
            title = telling.time_words(talk, NamedTime(incident.started_at, end))
            buttons.append((title, payload("choose_time", time=_times(incident, talk.now))))
    return buttons[:3]


def _only_time(incidents: tuple[Incident, ...], missing: Missing, now: datetime) -> dict[str, str] | None:
    offered = [incident for incident in incidents if incident.incident_id in missing.offers]
    return _times(offered[0], now) if len(offered) == 1 else None


def _times(incident: Incident, now: datetime) -> dict[str, str]:
    return {"from": incident.started_at.isoformat(), "to": (incident.ended_at or now).isoformat()}


def ask_reason(talk: Talk, order: str) -> None:
    """Ask what went wrong: in the customer's own words first, with choices the second time."""
    choices = (Claim.FAILURE, Claim.WRONG_CHARGE, Claim.EARLY_END)
    again = talk.asked == "reason" and not talk.interrupted
    buttons = [talk.button(f"button_reason_{claim}", payload("choose_reason", claim=claim)) for claim in choices]
    talk.ask("reason", "utter_ask_reason", buttons if again else [], order=order)


def confirm_buttons(talk: Talk) -> Buttons:
    """Yes, change, no: the choices under a summary, for the answer that was shown."""
    eligible = (talk.frame.last_decision or {}).get("outcome") == Outcome.ELIGIBLE.value
    yes = talk.words("button_file" if eligible else "button_file_review")
    return [
        (yes, payload("confirm_filing", digest=talk.frame.shown_digest)),
        talk.button("button_change", "/change_details"),
        talk.button("button_drop", "/drop_request"),
    ]


def _show_summary(talk: Talk, assessed: Assessed) -> None:
    talk.frame.shown_digest = assessed.digest
    talk.pending = "confirm"
    buttons = confirm_buttons(talk)
    talk.say_text(telling.summary(talk, talk.frame, assessed), buttons, telling.summary_card(talk, assessed))


def _refuse(talk: Talk, assessed: Assessed) -> None:
    frame, decision, order = talk.frame, assessed.decision, assessed.records.order
    reasons = telling.refusal_reasons(talk, frame, decision)
    buttons = [
        talk.button("button_appeal", "/appeal"),
        talk.button("button_other_reason", "/other_reason"),
    ]
    if decision.clauses[:1] == ("P3.a",) and assessed.records.refunds:
        refunds = "\n".join(telling.refund_words(talk, refund) for refund in assessed.records.refunds)
        talk.say("utter_already_refunded", buttons[:1], order=order.order_id, refunds=refunds, reasons=reasons)
    else:
        change = talk.words(_what_would_change(frame, decision))
        talk.say("utter_refused", buttons, order=order.order_id, reasons=reasons, change=change)
    talk.frame.answered_with_no(assessed.digest)
    talk.pending = None


def _what_would_change(frame: Frame, decision: Decision) -> str:
    if Claim.FAILURE in frame.claims and decision.clauses[0] == "P5.b":
        return "change_failure"
    by_clause = {"P3.a": "change_paid", "P5.b": "change_early_end"}
    return by_clause.get(decision.clauses[0], "change_failure")


def _tell_not_yet(talk: Talk, assessed: Assessed) -> None:
    decision = assessed.decision
    carrying = next(reason for reason in decision.reasons if reason.outcome is Outcome.NOT_YET)
    if decision.eligible_from is None:
        raise ValueError("a decision that is not yet must name its day")
    talk.say(
        "utter_not_yet",
        [talk.button("button_check_now", "/appeal"), talk.person_button],
        order=assessed.records.order.order_id,
        reason=telling.reason_words(talk, carrying, decision),
        day=talk.app.words.day(decision.eligible_from, talk.locale),
    )
    talk.frame.answered_with_no(assessed.digest)
    talk.pending = None


_TELL = {
    Outcome.INCOMPLETE: _ask_missing,
    Outcome.ELIGIBLE: _show_summary,
    Outcome.NEEDS_REVIEW: _show_summary,
    Outcome.NOT_YET: _tell_not_yet,
    Outcome.NOT_ELIGIBLE: _refuse,
}


def show_again(talk: Talk) -> None:
    """The summary that was confirmed no longer holds: nothing is filed, the new one is shown."""
    talk.say("utter_summary_changed")
    go_on(talk)
