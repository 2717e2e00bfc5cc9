"""A message that only gives a detail: it goes where it is missing."""

from __future__ import annotations

from actions.request import RequestRefund
from actions.status import RefundStatus
from actions.steps import Step
from actions.talk import Talk


class TakeDetail(Step):
    """A bare detail, such as an order number, a date or a case number."""

    step_name = "action_take_detail"

    def take(self, talk: Talk) -> None:
        """A case number asks how the case stands; every other detail belongs to the request."""
        about_case = talk.detail("case_number") and talk.frame.topic != "refund"
        (RefundStatus() if about_case else RequestRefund()).take(talk)
