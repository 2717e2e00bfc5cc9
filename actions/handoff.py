"""Bringing in a person: on request, after anger, for what the assistant cannot do."""

from __future__ import annotations

from actions.appeal import Appeal, appeals_in_words
from actions.claims import claims_in, wants_money
from actions.hearing import hear
from actions.request import RequestRefund
from actions.resume import resume
from actions.steps import Step
from actions.talk import Talk


class HandOffToPerson(Step):
    """The customer wants a person."""

    step_name = "action_hand_off"

    def take(self, talk: Talk) -> None:
        """Let the conversation wait for a person, and say so; words that appeal against a no are an appeal."""
        if appeals_in_words(talk):
            Appeal().take(talk)
            return
        hear(talk)
        talk.say("utter_hand_off")
        talk.ask_for_person("customer_asked")


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
            talk.say("utter_hand_off")
            talk.ask_for_person("upset")
        elif talk.asked:
            talk.say("utter_complaint_in_talk")
            resume(talk)
        elif claims_in(talk.text, talk.intent, talk.ranking) or wants_money(talk.text, talk.ranking):
            talk.frame.topic = "refund"
            RequestRefund().take(talk)
        else:
            talk.keep_for_reading()
            talk.say("utter_complaint", [talk.button("button_check_order", "/request_refund"), talk.person_button])


class CancelService(Step):
    """The customer wants to end a service; with money back it is a request, alone it is a person's work."""

    step_name = "action_cancel_service"

    def take(self, talk: Talk) -> None:
        """Lose neither wish."""
        if talk.frame.topic == "refund" or wants_money(talk.text, talk.ranking):
            RequestRefund().take(talk)
        else:
            talk.keep_for_reading()
            talk.say("utter_cancel_service", [talk.button("button_check_order", "/request_refund"), talk.person_button])
