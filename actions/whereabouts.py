"""Where the money of a case is, in sentences of the catalogue: what a customer hears who asks after a refund."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from actions import telling
from actions.steps import payload
from actions.talk import Buttons, Talk
from refunds.case_words import holder_words, reason_words, route_words
from refunds.cases.case import Case
from refunds.cases.following import Following, NextStep, Place
from refunds.cases.lifecycle import CaseState, Event, PayoutState
from refunds.cases.payout import Payout
from refunds.cases.payout_failures import OTHER_ROUTES
from refunds.days import local_day
from refunds.errors import BackOfficeUnavailable


def tell_case(talk: Talk, case: Case) -> None:
    """Where one case stands, where its money is, what is next, and when it should be there."""
    case = talk.app.enquiries.as_promised(case)
    following = telling.following_of(talk, case)
    values = _values(talk, case, following, telling.case_zone(talk, case))
    lines = [
        talk.words(_headline(case, following), **values),
        *_amount(talk, case, following, values),
        talk.words("status_last", what=_what(talk, following), day=values["last_day"]),
        *_next(talk, case, following, values),
        *_arrival(talk, following, values),
        *_beside(talk, case),
    ]
    talk.say_text("\n".join(lines), _buttons(talk, case, following), telling.case_card(talk, case))
    if following.late and following.trace:
        talk.say("status_bank_text", **values)


def asked_for(case: Case) -> str:
    """What the customer was last asked for, as a list, in the words of whoever asked."""
    asked = [event.why for event in case.events if event.what == Event.INFORMATION_ASKED.value]
    return "\n".join(f"• {item}" for item in asked[-1].split("; ")) if asked else ""


def _values(talk: Talk, case: Case, following: Following, zone: ZoneInfo) -> dict[str, Any]:
    values = telling.case_values(talk, case)
    payout = following.payout

    def day(when: date | None) -> str:
        return talk.app.words.day(when, talk.locale) if when else ""

    values |= {
        "asked": asked_for(case),
        "due": day(following.due),
        "missed": day(following.missed),
        "last_day": day(local_day(following.last.at, zone)),
        "holder": holder_words(talk.app.words, payout.route if payout else case.payment_method),
    }
    if following.window:
        values |= {**telling.window_days(talk, following.window), "worry": day(following.window.worry_from)}
    return values | (_payout_values(talk, payout, zone) if payout else {})


def _payout_values(talk: Talk, payout: Payout, zone: ZoneInfo) -> dict[str, Any]:
    sent = payout.submitted_at or payout.requested_at
    values: dict[str, Any] = {
        "amount": talk.app.words.money(payout.amount, talk.locale),
        "since": talk.app.words.day(local_day(sent, zone), talk.locale),
        "sent": talk.app.words.moment(payout.sent_at or sent, zone, talk.locale),
        "paid": talk.app.words.day(local_day(payout.succeeded_at or sent, zone), talk.locale),
        "failure": reason_words(talk.app.words, "failure", payout.reason),
        "waits": reason_words(talk.app.words, "waits", payout.reason),
        "trace_type": (payout.trace_type or "").upper(),
        "trace_value": payout.trace_value or "",
    }
    return values if payout.original_route else values | {"method": route_words(talk.app.words, payout.route)}


def _headline(case: Case, following: Following) -> str:
    payout = following.payout
    if payout is None or following.place is Place.NOT_SENT:
        return f"status_{case.state.value}"
    if following.is_charge_cancelled:
        return "status_payout_charge_cancelled"
    return "status_payout_credited" if following.place is Place.CREDITED else f"status_payout_{payout.state.value}"


def _amount(talk: Talk, case: Case, following: Following, values: dict[str, Any]) -> list[str]:
    if following.payout is not None or case.state in (CaseState.WITHDRAWN, CaseState.CLOSED):
        return []  # the first line names it, or nothing is coming
    return [talk.words("status_amount" if case.amount else "status_amount_open", **values)]


def _what(talk: Talk, following: Following) -> str:
    done = following.is_charge_cancelled and following.last.name == "payout_succeeded"
    return talk.words("last_charge_cancelled" if done else f"last_{following.last.name}")


def _next(talk: Talk, case: Case, following: Following, values: dict[str, Any]) -> list[str]:
    name = f"next_step_{following.step.value}"
    payout = following.payout
    if following.step is NextStep.WE_SEND and payout and (payout.attempt > 1 or following.place is Place.BACK_WITH_US):
        name += "_again"
    elif following.step is NextStep.AGENT_CHECKS and payout:
        name += "_money"
    elif following.missed:
        name += "_late"
    elif following.step is NextStep.CUSTOMER_ASKS_BANK and not following.trace:
        name += "_untraced"
    elif following.step is NextStep.NONE:
        return [talk.words("next_step_appeal")] if case.state is CaseState.REJECTED else []
    return [talk.words(name, **values)]


def _arrival(talk: Talk, following: Following, values: dict[str, Any]) -> list[str]:
    payout = following.payout
    lines = []
    if following.window is None:
        late = payout is not None and following.step is NextStep.PROVIDER_SENDS
        lines += [talk.words("status_takes_longer")] if late else []
    elif payout is None or payout.state is PayoutState.REQUESTED:
        lines += [talk.words("status_arrival", **values)]
    elif payout.state is not PayoutState.SUCCEEDED:
        lines += [talk.words("status_arrival_sent", **values)]
    elif not following.late:
        lines += [talk.words("status_not_late" if following.due else "status_due_now", **values)]
    return lines + ([talk.words("status_trace", **values)] if following.trace else [])


def _beside(talk: Talk, case: Case) -> list[str]:
    """Refunds that billing made by other hands; that they cannot be seen now is said, the case is told all the same."""
    try:
        beside = talk.app.enquiries.refunds_beside(case)
    except BackOfficeUnavailable:
        return [talk.words("status_billing_away")]
    told = [telling.refund_words(talk, refund) for refund in beside]
    return [talk.words("status_beside"), *told] if told else []


def _buttons(talk: Talk, case: Case, following: Following) -> Buttons:
    number = {"case_number": case.case_id}
    match following.step:
        case NextStep.CUSTOMER_INFORMS:
            return [talk.button("button_give_information", payload("give_information", **number)), talk.person_button]
        case NextStep.AGREE_ROUTE:
            return [*route_buttons(talk, case), talk.person_button]
        case NextStep.CUSTOMER_ASKS_BANK:
            return [talk.button("button_still_missing", payload("still_missing", **number)), talk.person_button]
        case NextStep.NONE if case.state is CaseState.REJECTED:
            return [talk.button("button_appeal", payload("appeal", **number)), talk.person_button]
    unsure = following.missed or (following.step is NextStep.AGENT_CHECKS and following.payout)
    return [talk.person_button] if unsure else [talk.button("button_notices", payload("wish_notices"))]


def route_buttons(talk: Talk, case: Case) -> Buttons:
    """The other ways by which money may go, for the customer to choose from."""
    return [
        talk.button(f"button_route_{route}", payload("choose_route", route=route, case_number=case.case_id))
        for route in OTHER_ROUTES
    ]
