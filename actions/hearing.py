"""Taking a message's details into the frame: where each one belongs depends on what was asked."""

from __future__ import annotations

import re
from typing import Any

from actions.claims import claims_in
from actions.slots import Frame
from actions.talk import Talk
from refunds.policy.request import Claim

# Intents whose words tell what happened; a bare "yes" or a question is not part of the story.
_TELLS_STORY = frozenset(
    {"request_refund", "report_service_failure", "report_wrong_charge", "cancel_service", "withdraw_from_contract"}
)
# Answers to "what went wrong" may take any of these readings.
_MAY_BE_A_REASON = _TELLS_STORY | {
    "inform",
    "complain",
    "doubtful",
    "out_of_scope",
    "correct_detail",
    "deny",
    "affirm",
    "ask_refund_status",
}
_PURCHASE = re.compile(
    r"\b(?:bought|ordered|purchased|paid|charged|billed|subscribed|signed up|renewed)\b[\w\s,]{0,25}$", re.I
)
_UNSURE = re.compile(r"\b(?:(?:don'?t|do not|can'?t) (?:know|remember|recall)|not sure|no (?:idea|clue))\b", re.I)
_NOT = re.compile(r"\b(?:not|isn'?t|wasn'?t|instead of|rather than)\s+(?:the\s+)?(?:order\s+)?$", re.I)


def hear(talk: Talk) -> bool:
    """Take what the message says into ``talk.frame``; True when it brought something new about the request."""
    before = (str(talk.frame.order_number), talk.frame.time, talk.frame.time_unknown, list(talk.frame.claims))
    words_before = len(talk.frame.words)
    _hear_button(talk)
    _hear_numbers(talk)
    _hear_time(talk)
    _hear_story(talk)
    frame = talk.frame
    after = (str(frame.order_number), frame.time, frame.time_unknown, list(frame.claims))
    return before != after or len(frame.words) != words_before


def _hear_button(talk: Talk) -> None:
    if talk.intent == "choose_order":
        _choose_order(talk.frame, talk.detail("order_number"))
    elif talk.intent == "choose_time" and talk.detail("time"):
        _set_time(talk.frame, talk.detail("time"))


def _hear_numbers(talk: Talk) -> None:
    frame = talk.frame
    orders = said_orders(talk)
    if len(orders) == 1:
        _choose_order(frame, orders[0])
    elif not orders and talk.intent == "correct_detail" and re.search(r"\border\b", talk.text, re.I):
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
    if order and order != frame.order_number:
        frame.order_number = str(order)


def _hear_time(talk: Talk) -> None:
    if talk.is_button:
        if talk.intent == "dont_know" and talk.asked in ("time", "narrower_time"):
            talk.frame.time_unknown = True
        return
    times = incident_times(talk)
    if times and talk.intent not in ("ask_refund_status", "ask_refund_arrival", "ask_refund_policy"):
        _set_time(talk.frame, _spanned(times))
    elif talk.asked in ("time", "narrower_time") and (talk.intent == "dont_know" or _unsure(talk.text)):
        talk.frame.time_unknown = True


def incident_times(talk: Talk) -> list[dict[str, Any]]:
    """The times that the message names, without those of a purchase and those that can be read in two ways."""
    rows = [row for row in talk.details if row["entity"] == "time" and row["value"] != "ambiguous"]
    return [row["value"] for row in rows if not _PURCHASE.search(talk.text[: row.get("start", 0)])]


def _unsure(text: str) -> bool:
    return bool(
        re.search(
            r"\b(?:don'?t|do not|dont|no|can'?t) (?:know|idea|remember|recall|clue)\b|\bnot sure\b|\bno idea\b",
            text,
            re.I,
        )
    )


def _spanned(times: list[dict[str, Any]]) -> dict[str, Any]:
    """Several times in one message, such as a start and an end, become one span."""
    if len(times) == 1:
        return times[0]
    ends = [time.get("to") or time["from"] for time in times]
    return {"from": min(time["from"] for time in times), "to": max(ends)}


def _set_time(frame: Frame, time: dict[str, Any]) -> None:
    frame.time = {"from": time["from"], "to": time.get("to")}
    frame.time_unknown = False


def _hear_story(talk: Talk) -> None:
    if talk.is_button or talk.intent == "code_checked":
        return
    frame, may_be_reason = talk.frame, talk.intent in _MAY_BE_A_REASON
    claims = claims_in(talk.text, talk.intent, talk.ranking) if may_be_reason else frozenset()
    if not claims and talk.intent in _TELLS_STORY and incident_times(talk):
        claims = frozenset({Claim.FAILURE})  # money back for something that happened then
    if talk.asked == "reason" and not claims and may_be_reason and len(talk.text) > 2:
        claims = frozenset({Claim.FAILURE})  # a problem described in words that no list knows
    frame.claim(*claims)
    if claims or (talk.intent in _TELLS_STORY and talk.asked != "confirm"):
        frame.add_words(talk.text)
