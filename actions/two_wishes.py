"""A request and a question in one message: the question is answered, then the request is gone on with."""

from __future__ import annotations

import re

from actions.answers import tell_named, tell_own, tell_policy
from actions.claims import claims_in, wants_money
from actions.request import STARTS_REQUEST, RequestRefund
from actions.resume import BELONGS, resume
from actions.talk import Talk
from refunds.policy.request import Claim
from refunds.withdrawal_words import is_declared

_ASKS = (
    r"(?:and |also |but |btw,? |by the way,? |oh,? )*"
    r"(?:how (?:long|soon|fast|quick\w*|many days)|when (?:will|do|does|can|would)"
    r"|which|what (?:is|are|does|if|happens|about)|do(?:es)? (?:you|the|it)|is (?:it|there)|will (?:it|the))\b"
)
_QUESTION = re.compile(rf"(?:(?<=[.,;!?\n])\s*|^\s*|\s(?=and |but ))({_ASKS}[^.!?;\n]*\??)", re.I)
_TAKES_TIME = re.compile(r"\b(?:how (?:long|soon|fast|quick\w*|many days)|when)\b", re.I)
# "If I got a refund, when would it be there?" asks for none yet.
_SUPPOSES = re.compile(
    r"\b(?:if|in case|supposing|assuming) (?:i|we|you|there|a|the|it)\b(?![^.!?;]*\bwant)"
    r"[^,.!?;]*\b(?:refund\w*|money)\b",
    re.I,
)
_TOLD = frozenset({*STARTS_REQUEST, "correct_detail", "inform", "affirm", "doubtful"})
_ASKED = frozenset({"ask_refund_arrival", "ask_refund_policy", "ask_payment_methods"})


def takes_two_wishes(talk: Talk) -> bool:
    """Answer the question and go on with the request; False where the message is not both."""
    if talk.intent not in _TOLD | _ASKED:
        return False
    found = _QUESTION.search(talk.text)
    if found is None or talk.asked not in (None, *BELONGS):
        return False
    question = talk.part(*found.span(1))
    rest = talk.part(*found.span(1), "request_refund", left_out=True)
    if not _is_side_question(question) or not (_is_request(rest) or talk.asked == "confirm"):
        return False
    _answer(question)
    if _is_request(rest):
        RequestRefund().take(rest)
        talk.pending = rest.pending
    else:
        resume(talk)
    return True


def _is_side_question(question: Talk) -> bool:
    """Whether it can be answered beside the request: about ways and days of a refund, or a rule; about no order."""
    if question.detail("order_number"):
        return False
    if _TAKES_TIME.search(question.mended) or question.detail("payment_method"):
        return True
    found = question.app.enquiries.policy_answer(question.mended)
    return not found.is_general and not found.is_silent


def _is_request(rest: Talk) -> bool:
    claims = claims_in(rest.mended, "inform", {})
    if Claim.WITHDRAWAL in claims and not is_declared(rest.text):
        return False
    wants = wants_money(rest.mended, {}) and not _SUPPOSES.search(rest.mended)
    return bool(rest.detail("order_number") or claims or wants)


def _answer(question: Talk) -> None:
    found = question.app.enquiries.policy_answer(question.mended)
    about_arrival = _TAKES_TIME.search(question.mended) and not found.is_not_about_arrival
    if tell_named(question) or (about_arrival and tell_own(question)):
        return
    if about_arrival:
        question.say("utter_arrival_with_order")
    else:
        tell_policy(question, found)
