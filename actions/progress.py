"""The next thing a request needs: the order, a missing detail, the summary, or the answer."""

from __future__ import annotations

from datetime import datetime

from actions import telling
from actions.charge import ask_which_charge
from actions.order import ask_order, find_order
from actions.refusal import refusal_reasons, what_would_change
from actions.several import take_from_queue
from actions.slots import read_request
from actions.statement import leave_to_person, recall, tell_beside_case
from actions.steps import payload
from actions.summary import summary, summary_card
from actions.talk import Buttons, Talk
from actions.whereabouts import tell_case
from actions.who import ask_who
from refunds.days import local_day
from refunds.errors import NotFound
from refunds.filing import Assessed
from refunds.policy.decision import Detail, Missing, Outcome
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
    recall(talk, customer_id, order)
    try:
        assessed = talk.app.filing.assess(
            read_request(talk.frame, talk.zone_name),
            customer_id=customer_id,
            conversation_id=talk.conversation_id,
            now=talk.now,
            failure_denied=talk.frame.failure_denied,
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
    if assessed.open_case is None:
        return
    _tell_who_ends_service(talk, assessed)
    talk.say("utter_open_case_exists")
    tell_case(talk, assessed.open_case)
    tell_beside_case(talk, assessed.open_case)
    talk.frame.filed_as(assessed.open_case.case_id)
    talk.pending = None
    go_on_with_next(talk)


def go_on_with_next(talk: Talk) -> None:
    """Go on with the next of several orders at once, where one is left."""
    if take_from_queue(talk.frame):
        talk.interrupted = True
        talk.say("utter_next_order", order=talk.frame.order_number)
        go_on(talk)


def offer_next(talk: Talk) -> None:
    """Offer to go on with the next of several orders, where one is left: there may be more to say to this one."""
    if talk.frame.queue:
        order = talk.frame.queue[0]["order_number"]
        go = (talk.words("button_next_order", order=order), payload("choose_order", order_number=order))
        talk.pending = "order"
        talk.say("utter_next_order_offer", [go, talk.button("button_leave", "/drop_request")], order=order)


def _ask_missing(talk: Talk, assessed: Assessed) -> None:
    missing = assessed.decision.missing[0]
    order = assessed.records.order.order_id
    dont_know = talk.button("button_dont_know", "/dont_know")
    if missing.detail is Detail.REASON:
        ask_reason(talk, order)
    elif missing.detail is Detail.TIME:
        talk.ask("time", "utter_ask_time", [dont_know], _date_card(talk, assessed))
    else:
        offers = _offered(talk, assessed.records.incidents, missing)
        talk.frame.offered_time = _only_time(assessed.records.incidents, missing, talk.now)
        sentence = "utter_ask_narrower_time_offer" if offers else "utter_ask_narrower_time"
        talk.ask("narrower_time", sentence, [*offers, dont_know], _date_card(talk, assessed))


def _date_card(talk: Talk, assessed: Assessed) -> dict[str, str]:
    """The days to choose from, where a channel has a picker: from the purchase on, until today."""
    bought = local_day(assessed.records.order.purchased_at, talk.zone)
    return {"type": "date", "min": bought.isoformat(), "max": local_day(talk.now, talk.zone).isoformat()}


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
    """Yes, change, no, or a person: the choices under a summary, for the answer that was shown."""
    eligible = (talk.frame.last_decision or {}).get("outcome") == Outcome.ELIGIBLE.value
    yes = talk.words("button_file" if eligible else "button_file_review")
    return [
        (yes, payload("confirm_filing", digest=talk.frame.shown_digest)),
        talk.button("button_change", "/change_details"),
        talk.button("button_drop", "/drop_request"),
        talk.person_button,
    ]


def _show_summary(talk: Talk, assessed: Assessed) -> None:
    if not assessed.decision.ends_contract:
        _tell_who_ends_service(talk, assessed)
    text = summary(talk, talk.frame, assessed)
    talk.frame.show(assessed.digest)
    talk.pending = "confirm"
    talk.say_text(text, confirm_buttons(talk), summary_card(talk, assessed))


def _tell_who_ends_service(talk: Talk, assessed: Assessed) -> None:
    """Whoever wants the service ended as well as the money hears once that only a person does that."""
    if talk.frame.ends_service:
        talk.frame.ends_service = False
        end = talk.button("button_end_service", "/end_service")
        talk.say("utter_end_service_too", [end], order=assessed.records.order.order_id)


def _refuse(talk: Talk, assessed: Assessed) -> None:
    if assessed.untried:
        _ask_other_ground(talk, assessed)
    else:
        _tell_no(talk, assessed)


def _ask_other_ground(talk: Talk, assessed: Assessed) -> None:
    """Before a no: our records show a failure that may give the money back, if it met the customer."""
    talk.frame.offered_time = _times(assessed.untried[0], talk.now)
    when = NamedTime(assessed.untried[0].started_at, assessed.untried[0].ended_at or talk.now)
    buttons = [
        (talk.words("button_was_affected"), payload("choose_time", time=talk.frame.offered_time, claim=Claim.FAILURE)),
        talk.button("button_not_affected", "/failure_denied"),
    ]
    order = assessed.records.order
    talk.ask("ground", "utter_ask_other_ground", buttons, order=order.order_id, time=telling.time_words(talk, when))


def _tell_no(talk: Talk, assessed: Assessed) -> None:
    frame, decision, order = talk.frame, assessed.decision, assessed.records.order
    _tell_who_ends_service(talk, assessed)
    reasons = refusal_reasons(talk, frame, decision)
    buttons = [
        talk.button("button_appeal", "/appeal"),
        talk.button("button_other_reason", "/other_reason"),
    ]
    if decision.clauses[:1] == ("P3.a",) and assessed.records.refunds:
        refunds = "\n".join(telling.refund_words(talk, refund) for refund in assessed.records.refunds)
        talk.say("utter_already_refunded", buttons[:1], order=order.order_id, refunds=refunds, reasons=reasons)
    else:
        change = what_would_change(talk, frame, assessed)
        talk.say("utter_refused", [*buttons, talk.person_button], order=order.order_id, reasons=reasons, change=change)
    leave_to_person(talk, order.order_id)
    talk.frame.answered_with_no(assessed.digest)
    talk.pending = None
    offer_next(talk)


def _tell_not_yet(talk: Talk, assessed: Assessed) -> None:
    decision = assessed.decision
    carrying = next(reason for reason in decision.reasons if reason.outcome is Outcome.NOT_YET)
    if decision.eligible_from is None:
        raise ValueError("a decision that is not yet must name its day")
    _tell_who_ends_service(talk, assessed)
    order, day = assessed.records.order.order_id, talk.app.words.day(decision.eligible_from, talk.locale)
    remind = (talk.words("button_remind", day=day), payload("remind_me", order_number=order))
    talk.say(
        "utter_not_yet",
        [remind, talk.button("button_check_now", "/appeal"), talk.person_button],
        order=order,
        reason=telling.reason_words(talk, carrying, decision),
        day=day,
    )
    leave_to_person(talk, order)
    talk.frame.answered_with_no(assessed.digest)
    talk.pending = None
    offer_next(talk)


def _show_for_review(talk: Talk, assessed: Assessed) -> None:
    if not ask_which_charge(talk):
        _show_summary(talk, assessed)


_TELL = {
    Outcome.INCOMPLETE: _ask_missing,
    Outcome.ELIGIBLE: _show_summary,
    Outcome.NEEDS_REVIEW: _show_for_review,
    Outcome.NOT_YET: _tell_not_yet,
    Outcome.NOT_ELIGIBLE: _refuse,
}


def show_again(talk: Talk) -> None:
    """The summary that was confirmed no longer holds: nothing is filed, the new one is shown."""
    talk.say("utter_summary_changed")
    go_on(talk)
