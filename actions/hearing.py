"""Taking a message's details into the frame: where each one belongs depends on what was asked."""

from __future__ import annotations

import re
from typing import Any

from actions.claims import claims_in
from actions.slots import Frame
from actions.statement import is_declared
from actions.talk import Talk
from actions.when import hear_time, incident_times, set_time
from refunds.policy.request import Claim

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


def hear(talk: Talk) -> bool:
    """Take what the message says into ``talk.frame``; True when it brought something new about the request."""
    before = _told(talk.frame)
    _hear_button(talk)
    _hear_numbers(talk)
    hear_time(talk)
    _hear_story(talk)
    return _told(talk.frame) != before


def _told(frame: Frame) -> tuple[Any, ...]:
    return (frame.order_number, frame.time, frame.time_unknown, list(frame.claims), list(frame.words))


def _hear_button(talk: Talk) -> None:
    if talk.intent == "choose_order":
        _choose_order(talk.frame, talk.detail("order_number"))
    elif talk.intent == "choose_time" and talk.detail("time"):
        set_time(talk.frame, talk.detail("time"))
    elif talk.intent == "choose_reason" and talk.detail("claim"):
        talk.frame.claim(Claim(talk.detail("claim")))


def _hear_numbers(talk: Talk) -> None:
    frame = talk.frame
    orders = said_orders(talk)
    if talk.asked == "code" and _BARE_NUMBER.fullmatch(talk.text):
        return  # a code with a digit missing is no order
    if len(orders) == 1:
        _choose_order(frame, orders[0])
    elif orders:
        frame.orders_named = orders
    elif talk.intent == "correct_detail" and re.search(r"\border\b", talk.text, re.I):
        frame.order_number = None  # "not that order": asked again with the list
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


def _choose_order(frame: Frame, order: Any) -> None:
    if order:
        frame.order_number, frame.orders_named = str(order), []


def _hear_story(talk: Talk) -> None:
    if talk.is_button or talk.intent == "code_checked" or talk.asked == "code":
        return
    claims = _claims(talk)
    talk.frame.claim(*claims)
    if claims or (talk.intent in _TELLS_STORY and talk.asked != "confirm"):
        talk.frame.add_words(talk.text)


def _claims(talk: Talk) -> frozenset[Claim]:
    claims = claims_in(talk.text, talk.intent, talk.ranking) if talk.intent in _MAY_BE_A_REASON else frozenset()
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
