"""What every step looks at first: words that mean the same whatever their reading and whatever was asked."""

from __future__ import annotations

import re

from actions.after_filing import takes_word_after_filing
from actions.answers import takes_clause
from actions.appeal import Appeal, appeals_in_words, offer_appeal
from actions.charge import takes_no_order
from actions.claims import claims_in, wants_money
from actions.consent import drops_it, says_yes, wants_pause
from actions.ending import QUESTION as ENDING
from actions.ending import take_word_on_ending
from actions.evidence import wants_to_send
from actions.handoff import COMPLAINT, meet_anger, take_word_on_complaint, tells_hours
from actions.hearing import hear
from actions.information import offer_to_pass_on, take_information, take_word_on_passing_on
from actions.notice_wishes import hear_notice_wish
from actions.reminding import hear_reminder
from actions.request import DropRequest, RequestRefund, file_confirmed
from actions.resume import BELONGS
from actions.returning import is_back, remind_of_request
from actions.route_wish import takes_route_wish
from actions.taking_back import hear_taking_back
from actions.talk import Talk
from actions.two_wishes import takes_two_wishes
from actions.unreadable import answer_unreadable
from actions.withdraw import Withdraw
from actions.without_identity import takes_no_identity
from refunds.withdrawal_words import declares_plainly, is_declared

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
    if talk.asked in BELONGS and is_back(talk) and not says_yes(talk.mended):
        remind_of_request(talk)
    if hear_taking_back(talk) or hear_reminder(talk) or hear_notice_wish(talk):
        return True
    if declares_plainly(talk.text) and not talk.is_reading_chosen and talk.intent != "withdraw_from_contract":
        Withdraw().take(talk)
        return True
    if talk.asked == "information":
        return not _states_withdrawal(talk) and take_information(talk)
    meet_anger(talk)
    return _answers_question(talk) or _takes_words(talk)


def _takes_words(talk: Talk) -> bool:
    """Words that mean the same whatever their reading; what they are taken as depends on the open question."""
    if talk.asked == "confirm" and says_yes(talk.mended):
        file_confirmed(talk)
    elif talk.asked in BELONGS and drops_it(talk.mended):
        DropRequest().take(talk)
    elif talk.asked in BELONGS and wants_pause(talk.mended) and not talk.details:
        talk.say("utter_take_your_time", [talk.button("button_drop", "/drop_request"), talk.person_button])
    elif talk.asked in (None, "order") and appeals_in_words(talk):
        Appeal().take(talk)
    elif (talk.asked is None and any(take(talk) for take in _BETWEEN_QUESTIONS)) or any(
        take(talk) for take in _AT_ANY_TIME
    ):
        pass
    else:
        _keep_request(talk)
        return False
    return True


def _answers_question(talk: Talk) -> bool:
    """A plain yes or no where what is asked is whether a colleague does something."""
    takers = {"pass_on": take_word_on_passing_on, ENDING: take_word_on_ending, COMPLAINT: take_word_on_complaint}
    return talk.asked in takers and takers[talk.asked](talk)


def _is_offered_appeal(talk: Talk) -> bool:
    return bool(_DISAGREES.search(talk.text)) and offer_appeal(talk)


def _takes_word_on_files(talk: Talk) -> bool:
    """Say that files cannot be sent here, and keep the words; False where the message is about something else."""
    if not wants_to_send(talk.mended) or talk.asked not in (None, *BELONGS):
        return False
    if talk.frame.topic == "refund" and talk.asked:
        RequestRefund().take(talk)
    else:
        talk.say("utter_no_files", [talk.button("button_check_order", "/request_refund"), talk.person_button])
    return True


# Where nothing is asked: who takes the words first.
_BETWEEN_QUESTIONS = (takes_route_wish, offer_to_pass_on, takes_word_after_filing, _is_offered_appeal)
_AT_ANY_TIME = (
    takes_clause,
    takes_no_order,
    takes_no_identity,
    tells_hours,
    takes_two_wishes,
    _takes_word_on_files,
    answer_unreadable,
)


def _states_withdrawal(talk: Talk) -> bool:
    """A withdrawal from the contract is stamped whatever was asked."""
    return talk.intent == "withdraw_from_contract" and is_declared(talk.text)


def _keep_request(talk: Talk) -> None:
    """A request told beside a question or a greeting is kept, and gone on with after the answer."""
    if talk.intent not in _ANSWERS_ONLY or talk.asked is not None or not is_declared(talk.text + "."):
        return
    claims = claims_in(talk.mended, talk.intent, talk.ranking)
    if talk.detail("order_number") and (claims or wants_money(talk.mended, {})):
        hear(talk)
        talk.frame.claim(*claims)
        talk.frame.add_words(talk.text)
        talk.frame.topic = "refund"
        talk.goes_on = True
