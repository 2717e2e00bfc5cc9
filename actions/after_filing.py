"""What is said about a request right after it was filed: kept with the case for the colleague who checks it."""

from __future__ import annotations

import re

from actions.evidence import is_evidence
from actions.hearing import denies_order, said_orders
from actions.steps import payload
from actions.talk import Talk
from refunds.cases.lifecycle import UNDECIDED
from refunds.errors import NotFound
from refunds.following import add_to_case

_CORRECTS = re.compile(
    r"\b(?:sorry|oops|actually|correction|correct (?:it|that|the)|mistake|i (?:meant|mean|was wrong|mixed)"
    r"|wrong|not (?:that|this|the right)|instead|rather|should (?:be|say|have)|change (?:it|the|that|my)|forgot to)\b",
    re.I,
)
_ADDS = re.compile(
    r"\b(?:add|tell you|mention) (?:something|one (?:more )?thing|that|this)\b|\bone more thing\b"
    r"|\bforgot to (?:say|mention|tell)\b",
    re.I,
)
_SAME = re.compile(r"\b(?:same|too|as well|also|likewise|the other one|other order|next one)\b", re.I)
_ABOUT = ("time", "order_number", "ticket_number", "service", "region", "amount")
_TELLS = frozenset({"inform", "correct_detail", "deny", "doubtful", "out_of_scope", "report_service_failure"})


def takes_word_after_filing(talk: Talk) -> bool:
    """Pass a correction or evidence on to the case just filed; False where the words are about something else."""
    filed = talk.frame.filed
    if not filed or talk.customer_id is None or talk.frame.topic:
        return False
    orders = [order for order in said_orders(talk) if order != filed["order_number"]]
    if _adds(talk) or _corrects(talk):
        _pass_on(talk, str(filed["case_id"]), orders[0] if orders else None)
        return True
    if orders or denies_order(talk.mended):
        _start_another(talk)
    return False


def _adds(talk: Talk) -> bool:
    told = talk.intent not in ("ask_for_human", "ask_refund_status")
    return told and (("?" not in talk.text and is_evidence(talk.mended)) or bool(_ADDS.search(talk.text)))


def _corrects(talk: Talk) -> bool:
    about = denies_order(talk.mended) or any(talk.detail(name) for name in _ABOUT)
    return bool(_CORRECTS.search(talk.text) and talk.intent in _TELLS and about)


def _pass_on(talk: Talk, case_id: str, other_order: str | None) -> None:
    try:
        case = talk.app.enquiries.case(str(talk.customer_id), case_id)
    except NotFound:
        case = None
    if case is None or case.state not in UNDECIDED:
        talk.say("utter_case_is_decided", [talk.person_button], case=case_id)
        return
    add_to_case(talk.app.database, case, talk.text, talk.message_id, talk.now)
    other = talk.button("button_check_other_order", payload("other_order"))
    if other_order:
        title = talk.words("button_check_order_number", order=other_order)
        other = title, payload("choose_order", order_number=other_order)
    wrong_order = other_order or denies_order(talk.mended)
    name = "utter_added_to_case_other_order" if wrong_order else "utter_added_to_case"
    talk.say(name, [*([other] if wrong_order else []), talk.person_button], case=case.case_id, order=case.order_id)


def _start_another(talk: Talk) -> None:
    """A further order after the one filed; "the same" takes its story along."""
    filed = talk.frame.filed or {}
    talk.frame.orders_denied = [filed["order_number"]]
    talk.frame.topic = "refund"
    if _SAME.search(talk.text) and not talk.detail("ticket_number"):
        talk.frame.tell(filed)
