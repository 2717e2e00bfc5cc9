"""A question about a refund that was asked for already, also in the middle of another request."""

from __future__ import annotations

from actions.hearing import hear
from actions.resume import BELONGS, resume
from actions.status import tell_status
from actions.steps import Step
from actions.talk import Talk


class RefundStatus(Step):
    """The customer asks what became of a refund."""

    step_name = "action_refund_status"

    def take(self, talk: Talk) -> None:
        """Remember which case is meant, tell, and go back to the question that was open."""
        frame = talk.frame
        hear(talk)
        frame.case_number = talk.detail("case_number") or frame.case_number
        if talk.asked is None or frame.topic is None:
            frame.topic = "status"
        tell_status(talk, instead_of_request=frame.topic == "refund")
        if frame.topic == "refund" and talk.customer_id and talk.asked in BELONGS:
            resume(talk)
