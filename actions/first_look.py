"""What every step looks at first: words that mean the same whatever their reading and whatever was asked."""

from __future__ import annotations

import re

from actions.appeal import Appeal, appeals_in_words
from actions.claims import claims_in, wants_money
from actions.consent import drops_it, says_yes, wants_pause
from actions.hearing import hear
from actions.request import DropRequest, file_confirmed
from actions.resume import BELONGS
from actions.statement import is_declared
from actions.talk import Talk

_DISAGREES = re.compile(
    r"\b(?:unfair|not fair|disagree|(?:do not|don'?t|can'?t) accept|nonsense|ridiculous|that'?s wrong|this is wrong"
    r"|not right|review (?:it|this|my|the)|look at (?:it|this) again|escalate|(?:never|not|didn'?t) arrived?)\b",
    re.I,
)
# Readings that answer a question and would pass over a request told in the same message.
_ANSWERS_ONLY = frozenset(
    {"greet", "thank", "ask_refund_arrival", "ask_refund_policy", "ask_payment_methods", "ask_if_bot"}
)


def first_look(talk: Talk) -> bool:
    """Answer what needs no reading; True when the message is answered."""
    if talk.is_button or not talk.text:
        return False
    if talk.asked == "confirm" and says_yes(talk.text):
        file_confirmed(talk)
    elif talk.asked in BELONGS and drops_it(talk.text):
        DropRequest().take(talk)
    elif talk.asked in BELONGS and wants_pause(talk.text):
        talk.say("utter_take_your_time", [talk.button("button_drop", "/drop_request"), talk.person_button])
    elif talk.asked is None and appeals_in_words(talk):
        Appeal().take(talk)
    elif talk.asked is None and talk.frame.told and _DISAGREES.search(talk.text):
        talk.say("utter_offer_appeal", [talk.button("button_appeal", "/appeal"), talk.person_button])
    else:
        _keep_request(talk)
        return False
    return True


def _keep_request(talk: Talk) -> None:
    """A request told beside a question or a greeting is kept, and gone on with after the answer."""
    if talk.intent not in _ANSWERS_ONLY or talk.asked is not None or not is_declared(talk.text + "."):
        return
    claims = claims_in(talk.text, talk.intent, talk.ranking)
    if talk.detail("order_number") and (claims or wants_money(talk.text, {})):
        hear(talk)
        talk.frame.claim(*claims)
        talk.frame.add_words(talk.text)
        talk.frame.topic = "refund"
        talk.goes_on = True
