"""Ending a service: what it means for the money is said before, and a colleague does it."""

from __future__ import annotations

import re

from actions.consent import drops_it, says_no, says_yes
from actions.order import ask_order, find_order
from actions.slots import read_request
from actions.talk import Talk
from actions.who import ask_who
from refunds.filing import Assessed
from refunds.policy.decision import Outcome
from refunds.policy.request import Claim

TOPIC = QUESTION = "end_service"
_ENDS_IT = re.compile(
    r"\W*(?:(?:yes|ok|okay|please|just|only|do)\W+)*(?:cancel|terminate|end|stop|close)"
    r" (?:it|that|this|the \w+|my \w+)?(?:\W+(?:please|now|thanks|anyway|only))*\W*",
    re.I,
)
_KEEPS_IT = re.compile(r"\bkeep (?:it|that|this|my|the)\b|\bleave it\b", re.I)


def go_on_ending(talk: Talk) -> None:
    """Say the next thing: who it is, which order, and what ending it means for the money."""
    talk.frame.topic = TOPIC
    if talk.customer_id is None:
        ask_who(talk)
        return
    if talk.frame.order_number is None:
        find_order(talk, talk.customer_id)
    if talk.frame.order_number is not None:
        _ask_whether(talk, talk.customer_id, talk.frame.order_number)


def ends_it(text: str) -> bool:
    """Whether the whole text says to end it; where that is asked, "cancel it" means the service."""
    return bool(_ENDS_IT.fullmatch(text))


def keeps_it(text: str) -> bool:
    """Whether the service is to stay."""
    return says_no(text) or drops_it(text) or bool(_KEEPS_IT.search(text))


def take_word_on_ending(talk: Talk) -> bool:
    """A yes or no in words to whether a colleague is to end it; False for anything else."""
    if ends_it(talk.mended) or (says_yes(talk.mended) and not _may_bring_money(talk)):
        end_service(talk)
    elif keeps_it(talk.mended):
        keep_service(talk)
    else:
        return False
    return True


def _may_bring_money(talk: Talk) -> bool:
    """Whether money back was offered beside ending it: then a mere yes says nothing."""
    decision = talk.frame.last_decision or {}
    return bool(decision.get("untried")) or decision.get("outcome") != Outcome.NOT_ELIGIBLE.value


def end_service(talk: Talk) -> None:
    """A colleague is to end it: hand over with what was collected."""
    order = talk.frame.order_number
    if order is None:
        go_on_ending(talk)
    else:
        talk.hand_over("cancel_service", "utter_hand_off_end_service", order=order)


def keep_service(talk: Talk) -> None:
    """The service stays as it is."""
    talk.frame.end_request()
    talk.pending = None
    talk.say("utter_service_kept")


def _ask_whether(talk: Talk, customer_id: str, order_id: str) -> None:
    orders = talk.app.enquiries.orders_of(customer_id)
    order = next((order for order in orders if order.order_id == order_id), None)
    if order is None:
        talk.frame.order_number = None
        ask_order(talk, orders, "utter_order_not_found", order=order_id)
    elif order.status != "active":
        talk.pending = None
        buttons = [talk.button("button_check_order", "/request_refund"), talk.person_button]
        talk.say("utter_has_ended", buttons, order=order_id)
    else:
        _say_what_it_means(talk, _assessed(talk, customer_id))


def _assessed(talk: Talk, customer_id: str) -> Assessed:
    """What ending it would mean for the money."""
    talk.frame.claim(Claim.EARLY_END)
    request = read_request(talk.frame, talk.zone_name)
    assessed = talk.app.filing.assess(
        request, customer_id=customer_id, conversation_id=talk.conversation_id, now=talk.now
    )
    talk.frame.last_decision = {
        "order_id": request.order_id,
        "outcome": assessed.decision.outcome.value,
        "clauses": list(assessed.decision.clauses),
        "untried": bool(assessed.untried),
    }
    return assessed


def _say_what_it_means(talk: Talk, assessed: Assessed) -> None:
    order, clause = assessed.records.order.order_id, assessed.decision.clauses[0]
    ends = [talk.button("button_end_service", "/end_service"), talk.button("button_keep_service", "/keep_service")]
    check = talk.button("button_check_money_first", "/request_refund")
    if assessed.open_case:
        talk.ask(QUESTION, "utter_end_beside_case", ends, order=order, case=assessed.open_case.case_id)
    elif assessed.decision.outcome is Outcome.ELIGIBLE and clause == "P1.c":
        talk.ask(QUESTION, "utter_end_or_withdraw", [check, *ends], order=order)
    elif assessed.untried:
        talk.ask(QUESTION, "utter_end_with_money", [check, *ends], order=order, clause="P1.a")
    elif assessed.decision.outcome is not Outcome.NOT_ELIGIBLE:
        talk.ask(QUESTION, "utter_end_with_money", [check, *ends], order=order, clause=clause)
    else:
        sentence = "utter_end_without_money" if clause == "P5.b" else "utter_end_nothing_to_pay"
        talk.ask(QUESTION, sentence, ends, order=order)
