"""Bringing in a person: on request, after anger, for what the assistant cannot do; and going on without one."""

from __future__ import annotations

import re

from actions.appeal import Appeal, appeals_in_words
from actions.claims import claims_in, wants_money
from actions.consent import says_yes
from actions.hearing import hear
from actions.request import RequestRefund
from actions.resume import go_on_with_topic, resume
from actions.steps import Step
from actions.talk import Talk

# Asked after the first anger: whether the complaint is to be passed on.
COMPLAINT = "complaint"
_ASKS_HOURS = re.compile(
    r"\b(?:what|which|your|tell me)\b[^.!?]{0,25}\b(?:opening|support|business|office|working|service|desk) hours\b"
    r"|\bwhen (?:are|is) (?:you|your \w+|support|any(?:one|body)|some(?:one|body)) (?:guys )?"
    r"(?:open|there|available|online|back|around)\b"
    r"|\b(?:what time|when|until when) (?:do|does) (?:you|support|your \w+) (?:open|close)\b",
    re.I,
)
_ANGRY = re.compile(
    r"\b(?:furious|angry|disgrace\w*|disgust\w*|outrageous|ridiculous|pathetic|incompeten\w+|fed up|sick of"
    r"|f[u*][c*][k*]\w*|bullshit|thieves|crooks|scam\w*|wtf|worst)\b",
    re.I,
)
_PASS_IT_ON = re.compile(r"\bpass (?:it|this|that|my (?:\w+ )?complaint)? ?on\b|\bforward (?:it|this|that|my)\b", re.I)


class HandOffToPerson(Step):
    """The customer wants a person."""

    step_name = "action_hand_off"

    def take(self, talk: Talk) -> None:
        """Let the conversation wait for a person, and say so; words that appeal against a no are an appeal."""
        if talk.asked == COMPLAINT:
            pass_complaint_on(talk)
        elif appeals_in_words(talk):
            Appeal().take(talk)
        else:
            hear(talk)
            talk.hand_over("customer_asked")


class GoOnWithAssistant(Step):
    """The customer would rather go on with the assistant than wait."""

    step_name = "action_go_on_with_assistant"

    def take(self, talk: Talk) -> None:
        """Say who speaks, and go on where the talk stopped."""
        stopped_amid = talk.frame.topic is not None and not talk.frame.told
        talk.say("utter_back_with_assistant" if stopped_amid or talk.asked else "utter_back_with_assistant_free")
        if talk.asked:
            resume(talk)
        elif stopped_amid:
            go_on_with_topic(talk)


class Complain(Step):
    """Anger: met once with understanding and help, then with a person."""

    step_name = "action_complain"

    def take(self, talk: Talk) -> None:
        """A complaint with a reason or a wish for money is a request; a second one brings a person."""
        if appeals_in_words(talk):
            Appeal().take(talk)
            return
        talk.frame.complaints += 1
        if talk.frame.complaints > 1:
            hear(talk)
            talk.hand_over("upset", "utter_hand_off_complaint")
        elif talk.asked:
            talk.say("utter_complaint_in_talk")
            resume(talk)
        elif claims_in(talk.mended, talk.intent, talk.ranking) or wants_money(talk.mended, talk.ranking):
            talk.say("utter_complaint_in_talk")
            talk.frame.topic = "refund"
            RequestRefund().take(talk)
        else:
            talk.keep_for_reading()
            talk.pending = COMPLAINT
            buttons = [
                talk.button("button_pass_complaint_on", "/ask_for_human"),
                talk.button("button_check_order", "/request_refund"),
            ]
            talk.say("utter_complaint", buttons)


def meet_anger(talk: Talk) -> None:
    """Anger beside a wish is met with a word of understanding, once; the wish is then answered."""
    if talk.intent != "complain" and not talk.frame.complaints and _ANGRY.search(talk.text):
        talk.frame.complaints = 1
        talk.say("utter_anger_met")


def tells_hours(talk: Talk) -> bool:
    """Say when people answer, and go back to the open question; False where that isn't asked."""
    if not _ASKS_HOURS.search(talk.text):
        return False
    talk.say("utter_desk_hours", [talk.person_button], when=talk.when_answered)
    resume(talk)
    return True


def take_word_on_complaint(talk: Talk) -> bool:
    """A yes in words to whether the complaint is passed on; False for anything else."""
    if not (says_yes(talk.mended) or _PASS_IT_ON.search(talk.text)):
        return False
    pass_complaint_on(talk)
    return True


def pass_complaint_on(talk: Talk) -> None:
    """A person takes the complaint up, with the customer's own words."""
    talk.hand_over("complaint", "utter_hand_off_complaint")
