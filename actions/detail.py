"""A message that only gives a detail: it goes where it is missing."""

from __future__ import annotations

from actions.refund_status import RefundStatus
from actions.request import RequestRefund
from actions.steps import Step
from actions.talk import Talk


class TakeDetail(Step):
    """A bare detail, such as an order number, a date or a case number."""

    step_name = "action_take_detail"

    def take(self, talk: Talk) -> None:
        """A case number, or what says which case is meant, asks how it stands; all else belongs to the request."""
        about_case = talk.asked == "case" or (talk.detail("case_number") and talk.frame.topic != "refund")
        (RefundStatus() if about_case else RequestRefund()).take(talk)
