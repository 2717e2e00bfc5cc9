"""What a colleague asked for, and the customer's answer to it."""

from __future__ import annotations

import re
from datetime import timedelta

from actions.consent import drops_it, says_no, says_yes, wants_pause
from actions.steps import Step, payload
from actions.talk import Talk
from actions.whereabouts import asked_for, tell_case
from actions.who import ask_who
from refunds.cases.case import Case
from refunds.cases.lifecycle import CaseState, Event
from refunds.errors import NotFound, TransitionRefused
from refunds.following import add_to_case

QUESTION, WHETHER = "information", "pass_on"
# A short message with one of these readings is no information, where it asks; everything else is what was asked for.
_QUESTIONS = frozenset(
    {"ask_refund_status", "ask_refund_policy", "ask_refund_arrival", "ask_payment_methods", "ask_if_bot", "ask_back"}
)
_SMALL_TALK = frozenset({"greet", "thank", "goodbye"})
_LONGEST_ASIDE = 12  # words
_LONGEST_SMALL_TALK = 3
# Readings of words that may be what a colleague asked for, written without being asked here.
_MAY_INFORM = frozenset(
    {"inform", "correct_detail", "report_service_failure", "report_wrong_charge", "doubtful", "out_of_scope"}
)
_SHORTEST_INFORMATION = 3  # words
# Words that mend or add to what was given, and for how long after it they are taken so.
_MENDS = re.compile(r"\b(?:sorry|oops|also|not|instead|rather|correction|meant|mean|forgot|actually|plus|add)\b", re.I)
_MENDED_WITHIN = timedelta(hours=1)
# One sentence that only asks.
_PURE_QUESTION = re.compile(
    r"\W*(?:(?:and|but|so|ok|okay|sorry|hm+)\W+)*(?:what|where|which|how|why|when|who|can|could|do|does|is|are|should|must|may)"
    r"\b[^.!\n]*\?\W*",
    re.I,
)


class GiveInformation(Step):
    """The customer wants to give what a colleague asked for."""

    step_name = "action_give_information"

    def take(self, talk: Talk) -> None:
        """Ask for it, with the list of what is wanted; words that were kept are passed on."""
        if talk.asked == WHETHER and talk.is_reading_chosen:
            _give(talk, talk.text)
            return
        talk.frame.case_number = talk.detail("case_number") or talk.frame.case_number
        case = _case_that_asks(talk)
        if case is None:
            return
        talk.frame.case_number = case.case_id
        ask_information(talk, case)


def ask_information(talk: Talk, case: Case) -> None:
    """Ask for what a colleague wants to know about ``case``."""
    talk.pending = QUESTION
    talk.say("utter_ask_information", [talk.person_button], case=case.case_id, asked=asked_for(case))


def ask_information_again(talk: Talk) -> None:
    """After a question in between: the information is still wanted."""
    case = _case_that_asks(talk)
    if case is not None:
        ask_information(talk, case)


def take_information(talk: Talk) -> bool:
    """Give the message to the case that waits for it; False for a question, a greeting or a wish for a person."""
    if _is_aside(talk):
        return False
    if _PURE_QUESTION.fullmatch(talk.text):
        talk.say("utter_information_question", [talk.person_button])
    elif drops_it(talk.mended):
        talk.pending, talk.frame.case_number = None, None
        talk.say("utter_information_left", [talk.person_button])
    elif wants_pause(talk.mended):
        talk.say("utter_take_your_time", [talk.person_button])
    else:
        _give(talk, talk.text)
    return True


def offer_to_pass_on(talk: Talk) -> bool:
    """Ask whether words are what a colleague asked for, where a case waits for that; False where none may be.

    Words that mend what was just given go the same way, unasked.
    """
    if _mends_what_was_given(talk):
        return True
    case = _waiting_case(talk) if _may_inform(talk) else None
    if case is None:
        return False
    talk.keep_for_reading()
    talk.frame.case_number, talk.pending = case.case_id, WHETHER
    buttons = [
        talk.button("button_pass_on", "/give_information"),
        talk.button("button_something_else", payload(talk.intent)),
    ]
    talk.say("utter_is_it_information", buttons, case=case.case_id, asked=asked_for(case))
    return True


def take_word_on_passing_on(talk: Talk) -> bool:
    """A yes or no in words to whether the message before is passed on; False for anything else."""
    talk.pending = None
    if talk.is_reading_chosen:
        return False
    if says_yes(talk.mended) and talk.kept:
        _give(talk, str(talk.kept["text"]))
    elif says_no(talk.mended) or drops_it(talk.mended):
        talk.frame.case_number = None
        talk.say("utter_information_left", [talk.person_button])
    else:
        talk.frame.case_number = None
        return False
    return True


def _mends_what_was_given(talk: Talk) -> bool:
    if not (talk.customer_id and _may_inform(talk) and _MENDS.search(talk.text)):
        return False
    named = talk.detail("order_number")
    for case in talk.app.enquiries.cases_of(talk.customer_id):
        last = case.events[-1] if case.events else None
        given = last is not None and last.what == Event.INFORMATION_GIVEN.value
        if last and given and talk.now - last.at < _MENDED_WITHIN and named in (None, case.order_id):
            add_to_case(talk.app.database, case, talk.text, talk.message_id, talk.now)
            talk.say("utter_added_to_case", [talk.person_button], case=case.case_id, order=case.order_id)
            return True
    return False


def _may_inform(talk: Talk) -> bool:
    free = talk.frame.topic != "refund" and not talk.is_reading_chosen and not talk.detail("case_number")
    return free and talk.intent in _MAY_INFORM and len(talk.text.split()) >= _SHORTEST_INFORMATION


def _waiting_case(talk: Talk) -> Case | None:
    """The one case of the customer that waits for information, and is not about another order than was named."""
    cases = talk.app.enquiries.cases_of(talk.customer_id) if talk.customer_id else []
    waiting = [case for case in cases if case.state is CaseState.INFO_REQUESTED]
    named = talk.detail("order_number")
    return waiting[0] if len(waiting) == 1 and named in (None, waiting[0].order_id) else None


def _is_aside(talk: Talk) -> bool:
    words = len(talk.text.split())
    if talk.intent in _SMALL_TALK:
        return words <= _LONGEST_SMALL_TALK
    asks = talk.intent == "ask_for_human" or (talk.intent in _QUESTIONS and "?" in talk.text)
    return asks and words <= _LONGEST_ASIDE


def _give(talk: Talk, words: str) -> None:
    case = _case_that_asks(talk, given=words)
    if case is None:
        return
    talk.pending, talk.frame.case_number = None, None
    if not _gave(case, words):
        try:
            talk.app.review.give_information(case.case_id, words, who="customer", now=talk.now)
        except TransitionRefused:  # a colleague decided meanwhile
            talk.say("utter_information_not_awaited")
            tell_case(talk, case)
            return
    talk.say("utter_information_given", [talk.person_button], case=case.case_id)


def _case_that_asks(talk: Talk, given: str | None = None) -> Case | None:
    """The customer's case that waits for information, or has just got what is ``given``; says so where none does."""
    if talk.customer_id is None:
        talk.frame.topic = "status"
        ask_who(talk)
        return None
    try:
        case = talk.app.enquiries.case(talk.customer_id, str(talk.frame.case_number))
    except NotFound:
        talk.pending = None
        talk.say("utter_case_not_found", [talk.person_button], case=talk.frame.case_number or "")
        return None
    if case.state is CaseState.INFO_REQUESTED or (given is not None and _gave(case, given)):
        return case
    talk.pending, talk.frame.case_number = None, None
    talk.say("utter_information_not_awaited")
    tell_case(talk, case)
    return None


def _gave(case: Case, words: str) -> bool:
    """Whether the last that happened is that the customer gave these ``words``: the same message, come again."""
    last = case.events[-1] if case.events else None
    return bool(last and last.what == Event.INFORMATION_GIVEN.value and last.why == words)
