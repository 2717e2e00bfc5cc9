"""A withdrawal from the contract: who declares one has it stamped at once, verified or not."""

from __future__ import annotations

import re

from actions.talk import Talk
from refunds.policy.request import Claim

_QUESTION = re.compile(r"\?|^\s*(?:can|could|may|how|do|does|did|is|what|where|when|would|should|which|am i)\b", re.I)
_NEGATED = re.compile(r"\b(?:do not|don'?t|dont|not going to|never) (?:want to |wish to |mean to )?withdraw", re.I)
_OF_REQUEST = re.compile(r"\bwithdraw\w* (?:\w+ ){0,2}(?:request|case|complaint|application|claim|appeal)\b", re.I)


def is_declared(text: str) -> bool:
    """Whether the words declare a withdrawal: not a question about it, not a refusal to, not of a request."""
    return not (_QUESTION.search(text) or _NEGATED.search(text) or _OF_REQUEST.search(text))


def is_of_request(text: str) -> bool:
    """Whether it is the request that is withdrawn, not the contract."""
    return bool(_OF_REQUEST.search(text))


def stamp(talk: Talk) -> None:
    """Store the statement with its time and say so; the same message keeps its first stamp."""
    if talk.frame.withdrawn_at:
        return
    said_at = talk.app.withdrawals.record(
        conversation_id=talk.conversation_id,
        message_id=talk.message_id,
        words=talk.text,
        customer_id=talk.customer_id,
        now=talk.now,
    )
    talk.frame.withdrawn_at = said_at.isoformat()
    talk.frame.claim(Claim.WITHDRAWAL)
    talk.say("utter_withdrawal_stamped", moment=talk.app.words.moment(said_at, talk.zone, talk.locale))
