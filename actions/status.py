"""Where a refund stands, from the customer's own cases."""

from __future__ import annotations

from actions import telling
from actions.hearing import hear
from actions.progress import go_on
from actions.steps import Step, payload
from actions.talk import Talk
from actions.who import ask_who
from refunds.cases.case import Case
from refunds.errors import NotFound

MOST_BUTTONS = 10


class RefundStatus(Step):
    """The customer asks what became of a refund."""

    step_name = "action_refund_status"

    def take(self, talk: Talk) -> None:
        """Remember which case is meant, then tell."""
        frame = talk.frame
        hear(talk)
        frame.case_number = talk.detail("case_number") or frame.case_number
        if talk.asked is None or frame.topic is None:
            frame.topic = "status"
        tell_status(talk, instead_of_request=frame.topic == "refund")


def tell_status(talk: Talk, *, instead_of_request: bool = False) -> None:
    """Say where the case meant stands; with several, ask which; without an identity, ask who it is first."""
    if talk.customer_id is None:
        ask_who(talk)
        return
    if talk.frame.case_number:
        _tell_named(talk, talk.customer_id, talk.frame.case_number)
    else:
        _tell_any(talk, talk.customer_id)
    talk.frame.case_number = None
    if not instead_of_request and talk.frame.topic == "status":
        talk.frame.topic = None
        talk.pending = None


def _tell_named(talk: Talk, customer_id: str, case_number: str) -> None:
    try:
        tell_case(talk, talk.app.enquiries.case(customer_id, case_number))
    except NotFound:
        talk.say("utter_case_not_found", [talk.person_button], case=case_number)


def _tell_any(talk: Talk, customer_id: str) -> None:
    cases = talk.app.enquiries.cases_of(customer_id)
    about_order = [case for case in cases if case.order_id == talk.frame.order_number]
    if not about_order and _tells_trouble(talk, cases):
        talk.frame.topic = "refund"  # "T-1 still open, refund" reads like a question after one, and is a request
        go_on(talk)
        return
    cases = about_order or cases
    if len(cases) == 1:
        tell_case(talk, cases[0])
    elif cases:
        talk.say("utter_which_case", [_case_button(talk, case) for case in cases[:MOST_BUTTONS]])
    elif not _tell_billing(talk, customer_id):
        talk.say("utter_no_cases", [talk.button("button_check_order", "/request_refund"), talk.person_button])


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


def _case_button(talk: Talk, case: Case) -> tuple[str, str]:
    state = talk.words(f"state_{case.state.value}")
    title = talk.words("case_button", case=case.case_id, order=case.order_id, state=state)
    return title, payload("choose_case", case_number=case.case_id)


def tell_case(talk: Talk, case: Case) -> None:
    """Where one case stands, what is next and when the money should be there."""
    values = telling.case_values(talk, case)
    lines = [talk.words(f"status_{case.state.value}", **values)]
    lines.append(talk.words("status_amount" if case.amount else "status_amount_open", **values))
    if telling.tells_arrival(talk, case):
        lines.append(talk.words("status_arrival", **values))
    talk.say_text("\n".join(lines), [], telling.case_card(talk, case))
