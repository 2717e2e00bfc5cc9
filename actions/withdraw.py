"""Withdrawal from the contract, as an intent of its own."""

from __future__ import annotations

from actions.answers import PolicyAnswer
from actions.request import RequestRefund
from actions.statement import is_declared, is_of_request, stamp
from actions.steps import Step
from actions.talk import Talk


class Withdraw(Step):
    """The customer withdraws from the contract, or talks about it."""

    step_name = "action_withdraw"

    def take(self, talk: Talk) -> None:
        """A declaration is stamped first, everything else after; a question is answered, nothing is recorded."""
        if is_of_request(talk.text):
            talk.say("utter_withdraw_case", [talk.person_button])
        elif is_declared(talk.text) or talk.is_button:
            stamp(talk)
            talk.frame.topic = "refund"
            RequestRefund().take(talk)
        elif "?" in talk.text or talk.text.lower().startswith(("can", "how", "may", "do ", "is ", "what", "when")):
            PolicyAnswer().take(talk)
        else:
            RequestRefund().take(talk)
