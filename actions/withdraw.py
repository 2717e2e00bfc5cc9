"""Withdrawal from the contract, as an intent of its own."""

from __future__ import annotations

from actions.answers import PolicyAnswer
from actions.request import RequestRefund
from actions.statement import stamp
from actions.steps import Step
from actions.taking_back import TakeBack
from actions.talk import Talk
from refunds.errors import BackOfficeUnavailable
from refunds.withdrawal_words import is_declared, is_of_request


class Withdraw(Step):
    """The customer withdraws from the contract, or talks about it."""

    step_name = "action_withdraw"

    def take(self, talk: Talk) -> None:
        """A declaration is stamped first, everything else after; a question is answered, nothing is recorded."""
        if is_of_request(talk.text):
            TakeBack().take(talk)
        elif is_declared(talk.text) or talk.is_button or talk.is_reading_chosen:
            _take_statement(talk)
        elif "?" in talk.text or talk.text.lower().startswith(("can", "how", "may", "do ", "is ", "what", "when")):
            PolicyAnswer().take(talk)
        else:
            RequestRefund().take(talk)


def _take_statement(talk: Talk) -> None:
    """Stamp it and say so, also while the orders can't be looked up; then go on as with every request."""
    stamp(talk)
    talk.frame.topic = "refund"
    try:
        RequestRefund().take(talk)
    except BackOfficeUnavailable:
        talk.pending = None
        talk.say("utter_withdrawal_looked_up_later", [talk.button("button_check_order", "/request_refund")])
