"""Withdrawal from the contract: stamped first, everything else after."""

from __future__ import annotations

from actions.request import RequestRefund
from actions.steps import Step
from actions.talk import Talk
from refunds.policy.request import Claim


class Withdraw(Step):
    """The customer withdraws from the contract, verified or not."""

    step_name = "action_withdraw"

    def take(self, talk: Talk) -> None:
        """Store the statement with its time, say so, then find the order it is about."""
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
        talk.frame.topic = "refund"
        RequestRefund().take(talk)
