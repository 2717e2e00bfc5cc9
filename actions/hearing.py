"""Taking a message's details into the frame: where each one belongs depends on what was asked."""

from __future__ import annotations

import re
from typing import Any

from actions.claims import claims_in, ends_service, wants_money
from actions.evidence import is_evidence
from actions.several import comes_beside, is_choice, means_every_order, parts_by_order, queue_up, take_from_queue
from actions.slots import Frame
from actions.talk import Talk
from actions.when import hear_time, incident_times, set_time
from refunds.policy.request import Claim
from refunds.withdrawal_words import is_declared

# Intents whose words tell what happened; a bare "yes" or a question is not part of the story.
_TELLS_STORY = frozenset(
    {"request_refund", "report_service_failure", "report_wrong_charge", "cancel_service", "withdraw_from_contract"}
)
# Readings that words with a reason in them may get by mistake.
_MAY_BE_A_REASON = _TELLS_STORY | {
    "inform", "complain", "doubtful", "out_of_scope", "correct_detail", "deny", "affirm", "greet", "ask_refund_status",
}  # fmt: skip
# Readings of an answer to "what went wrong" that no list of words knows.
_FREE_REASON = _TELLS_STORY | {"inform", "complain", "doubtful", "out_of_scope"}
_NO_REASON = re.compile(r"\b(?:none of your|just because|mind your|no reason|because i (?:say|want))\b", re.I)
_SHORTEST_REASON = 3  # words
_NOT = re.compile(r"\b(?:not|isn'?t|wasn'?t|instead of|rather than)\s+(?:the\s+)?(?:order\s+)?$", re.I)
_BARE_NUMBER = re.compile(r"\W*\d{1,5}\W*")
_OTHER_ORDER = re.compile(
    r"\b(?:wrong|(?:an)?other|different|not (?:that|this|the right)) (?:order|service)\b"
    r"|\border is (?:wrong|not right|incorrect)\b|\border\W+(?:it'?s )?the other one\b",
    re.I,
)
_OTHER_ONE = re.compile(r"\b(?:the|my) other one\b|\bnot (?:that|this) one\b|\bwrong one\b", re.I)
_WRONG_TIME = re.compile(
    r"\b(?:wrong|(?:an)?other|different|not (?:that|this)) (?:day|date|time)\b|\b(?:day|date|time) is (?:wrong|not)\b",
    re.I,
)
_WRONG_REASON = re.compile(
    r"\breason is (?:wrong|not right|incorrect)\b|\bwrong reason\b|\bnot what (?:i said|happened|i meant)\b", re.I
)
_TIME_QUESTIONS = ("time", "narrower_time")
# Words about the code and the mail that brings it are no part of the story.
_ABOUT_CODE = re.compile(r"\b(?:code|e?-?mail|inbox|spam|digits?)\b", re.I)


def hear(talk: Talk) -> bool:
    """Take what the message says into ``talk.frame``; True when it brought something new about the request."""
    before = _told(talk.frame)
    _hear_button(talk)
    if not _hear_several(talk):
        _hear_denied(talk)
        _hear_numbers(talk)
        hear_time(talk)
        _hear_story(talk)
    return _told(talk.frame) != before


def _told(frame: Frame) -> tuple[Any, ...]:
    order = (frame.order_number, frame.service, frame.region, frame.ticket_number, list(frame.orders_denied))
    orders = (*order, list(frame.orders_named), frame.every_order, [entry["order_number"] for entry in frame.queue])
    return (*orders, frame.time, frame.time_unknown, list(frame.claims), list(frame.words))


def _hear_button(talk: Talk) -> None:
    if talk.intent == "choose_order":
        _choose_order(talk.frame, talk.detail("order_number"))
    elif talk.intent == "choose_time" and talk.detail("time"):
        set_time(talk.frame, talk.detail("time"))
        if talk.detail("claim"):
            talk.frame.claim(Claim(talk.detail("claim")))
    elif talk.intent == "choose_reason" and talk.detail("claim"):
        talk.frame.claim(Claim(talk.detail("claim")))


def _hear_several(talk: Talk) -> bool:
    """Several orders, or one more: each is queued with its own story where it has one. True when all is heard."""
    frame, orders = talk.frame, said_orders(talk)
    if len(orders) == 1 and frame.order_number not in (None, orders[0]) and talk.asked and comes_beside(talk.text):
        _queue_part(talk, orders[0])
        return True
    if len(orders) < 2 or is_choice(talk.text):
        return False
    parts = parts_by_order(talk, orders)
    for order, part in zip(orders[1:], parts[1:], strict=False):
        _queue_part(part, order)
    if parts:
        frame.order_number = None
        hear(parts[0])
        return True
    first = frame.order_number if frame.order_number in orders else orders[0]
    frame.order_number = first
    for order in orders:
        queue_up(frame, order)
    return False


def _queue_part(part: Talk, order: str) -> None:
    """Queue an order with what this part of the message tells of it; what it leaves open is as with the one before."""
    frame, part.frame = part.frame, Frame()
    hear_time(part)
    _hear_story(part)
    story = {name: value for name, value in part.frame.story.items() if part.frame.claims or value}
    part.frame = frame
    queue_up(frame, order, story)


def denies_order(text: str) -> bool:
    """Whether the order that was understood is not the one: "wrong order", "not that one, the other one"."""
    return bool(_OTHER_ORDER.search(text) or _OTHER_ONE.search(text)) and not _WRONG_TIME.search(text)


def _hear_denied(talk: Talk) -> None:
    """What is not it: the order or the time that was understood, forgotten so that it is asked for again."""
    if talk.is_button:
        return
    if _WRONG_REASON.search(talk.text):
        talk.frame.claims, talk.frame.words = [], []
    elif _WRONG_TIME.search(talk.text):
        talk.frame.time, talk.frame.time_unknown = None, False
    elif talk.asked in _TIME_QUESTIONS and not _OTHER_ORDER.search(talk.text):
        return  # "not that one" turns down a time that was offered
    elif denies_order(talk.mended):
        talk.frame.drop_order()


def _hear_numbers(talk: Talk) -> None:
    frame = talk.frame
    orders = said_orders(talk)
    if talk.asked == "code" and _BARE_NUMBER.fullmatch(talk.text):
        return  # a code with a digit missing is no order
    if len(orders) == 1:
        _choose_order(frame, orders[0])
    elif orders and is_choice(talk.text):
        frame.orders_named = orders
    elif not orders and not talk.is_button:
        wants = claims_in(talk.mended, talk.intent, {}) or wants_money(talk.mended, {})
        frame.every_order |= bool(frame.order_number is None and means_every_order(talk.text) and wants)
        _hear_other_service(talk)
    for name in ("ticket_number", "service", "region"):
        if talk.detail(name):
            setattr(frame, name, talk.detail(name))


def said_orders(talk: Talk) -> list[str]:
    """The order numbers that the message names and does not turn down."""
    if talk.is_button:
        return []
    rows = [row for row in talk.details if row["entity"] == "order_number"]
    meant = [row["value"] for row in rows if not _NOT.search(talk.text[: row.get("start", 0)])]
    return list(dict.fromkeys(meant or [row["value"] for row in rows if len(rows) > 1]))


def _hear_other_service(talk: Talk) -> None:
    """ "No, the CDN one": the order is another one of the customer's."""
    service = talk.detail("service")
    turned_down = talk.intent in ("deny", "correct_detail") or re.search(r"\b(?:meant|mean)\b", talk.text, re.I)
    if service and talk.frame.order_number and turned_down and service != talk.frame.service:
        talk.frame.drop_order()


def _choose_order(frame: Frame, order: Any) -> None:
    if order and not take_from_queue(frame, str(order)):
        frame.order_number = str(order)
    frame.orders_named, frame.orders_denied = [], []


def _hear_story(talk: Talk) -> None:
    if talk.is_button or talk.intent == "code_checked" or (talk.asked == "code" and _ABOUT_CODE.search(talk.text)):
        return
    claims = _claims(talk)
    talk.frame.claim(*claims)
    if claims or is_evidence(talk.mended) or (talk.intent in _TELLS_STORY and talk.asked != "confirm"):
        talk.frame.add_words(talk.text)
    if ends_service(talk.mended) and wants_money(talk.mended, talk.ranking):
        talk.frame.ends_service = True


def _claims(talk: Talk) -> frozenset[Claim]:
    claims = claims_in(talk.mended, talk.intent, talk.ranking) if talk.intent in _MAY_BE_A_REASON else frozenset()
    if not is_declared(talk.text):
        claims -= {Claim.WITHDRAWAL}
    if claims:
        return claims
    if talk.intent in _TELLS_STORY and incident_times(talk):
        return frozenset({Claim.FAILURE})  # money back for something that happened then
    free = talk.asked == "reason" and talk.intent in _FREE_REASON and len(talk.text.split()) >= _SHORTEST_REASON
    if free and not _NO_REASON.search(talk.text):
        return frozenset({Claim.FAILURE})  # a problem described in words that no list knows
    return claims
