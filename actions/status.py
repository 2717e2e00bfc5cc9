"""Where a refund stands, from the customer's own cases."""

from __future__ import annotations

from actions import telling
from actions.choosing import chosen_order
from actions.progress import go_on
from actions.steps import payload
from actions.talk import Buttons, Talk
from actions.whereabouts import tell_case
from actions.who import ask_who
from refunds.cases.case import Case
from refunds.cases.lifecycle import OPEN
from refunds.errors import NotFound

MOST_BUTTONS = 10


def tell_status(talk: Talk, *, instead_of_request: bool = False) -> None:
    """Say where the case meant stands; with several, ask which; without an identity, ask who it is first."""
    if talk.customer_id is None:
        ask_who(talk)
        return
    about_status = not instead_of_request and talk.frame.topic == "status"
    if about_status:
        talk.pending = None
    if talk.frame.case_number:
        _tell_named(talk, talk.customer_id, talk.frame.case_number)
    else:
        _tell_any(talk, talk.customer_id, instead_of_request=instead_of_request)
    talk.frame.case_number = None
    if about_status and talk.frame.topic == "status":
        talk.frame.topic = None


def _tell_named(talk: Talk, customer_id: str, case_number: str) -> None:
    try:
        tell_case(talk, talk.app.enquiries.case(customer_id, case_number))
    except NotFound:
        talk.say("utter_case_not_found", [talk.person_button], case=case_number)


def _tell_any(talk: Talk, customer_id: str, *, instead_of_request: bool) -> None:
    cases = talk.app.enquiries.cases_of(customer_id)
    about_order = _about_order(talk, cases)
    if not about_order and not (instead_of_request and talk.asked) and _tells_trouble(talk, cases):
        talk.frame.topic = "refund"  # "T-1 still open, refund" reads like a question after one, and is a request
        go_on(talk)
        return
    meant = about_order or _chosen_in_words(talk, cases)
    if not meant and (not cases or _asks_for_order(talk)):
        if not _tell_billing(talk, customer_id):
            _tell_none(talk, cases)
        return
    meant = meant or cases
    if len(meant) == 1:
        tell_case(talk, meant[0])
    elif talk.frame.topic == "status":
        talk.ask("case", "utter_which_case", _case_buttons(talk, meant))
    else:
        talk.say("utter_which_case", _case_buttons(talk, meant))


def _about_order(talk: Talk, cases: list[Case]) -> list[Case]:
    """The cases of the order meant; the one that is open, where one is."""
    found = [case for case in cases if case.order_id == talk.frame.order_number]
    return [case for case in found if case.state in OPEN] or found


def _chosen_in_words(talk: Talk, cases: list[Case]) -> list[Case]:
    """The case that "the second one" or "the 240 euro one" means, where that was asked."""
    if talk.asked != "case" or not talk.text:
        return []
    orders = [talk.app.enquiries.order_of(case) for case in cases[:MOST_BUTTONS]]
    chosen = chosen_order(talk.text, orders)
    return [case for case, order in zip(cases, orders, strict=False) if order is chosen]


def _asks_for_order(talk: Talk) -> bool:
    """Whether an order was named for this question; one that is only left from a request that was refused was not."""
    frame = talk.frame
    left_over = frame.topic != "status" or (frame.told or {}).get("order_number") == frame.order_number
    return bool(talk.detail("order_number") or (frame.order_number and not left_over))


def _tells_trouble(talk: Talk, cases: list[Case]) -> bool:
    frame = talk.frame
    return bool(frame.claims or frame.ticket_number) and (not cases or frame.order_number is not None)


def _tell_billing(talk: Talk, customer_id: str) -> bool:
    """Refunds that billing made without a case are shown too; False where there are none."""
    orders = [o for o in talk.app.enquiries.orders_of(customer_id) if talk.frame.order_number in (None, o.order_id)]
    lines = [
        talk.words("utter_refund_without_case", order=order.order_id, refund=telling.refund_words(talk, refund))
        for order in orders
        for refund in talk.app.enquiries.refunds_on_record(order)
    ]
    if lines:
        talk.say_text("\n".join(lines), [talk.person_button])
    return bool(lines)


def _tell_none(talk: Talk, others: list[Case]) -> None:
    check = talk.button("button_check_order", "/request_refund")
    if talk.frame.order_number and _asks_for_order(talk):
        buttons = [check, *_case_buttons(talk, others), talk.person_button]
        talk.say("utter_no_case_for_order", buttons, order=talk.frame.order_number)
    else:
        talk.say("utter_no_cases", [check, talk.person_button])


def _case_buttons(talk: Talk, cases: list[Case]) -> Buttons:
    return [_case_button(talk, case) for case in cases[:MOST_BUTTONS]]


def _case_button(talk: Talk, case: Case) -> tuple[str, str]:
    state = talk.words(f"state_{case.state.value}")
    title = talk.words("case_button", case=case.case_id, order=case.order_id, state=state)
    return title, payload("choose_case", case_number=case.case_id)
