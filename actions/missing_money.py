"""Money that was paid and is still not there: it is traced once it is late."""

from __future__ import annotations

from actions import telling
from actions.status import tell_status
from actions.steps import Step
from actions.talk import Talk
from actions.whereabouts import tell_case
from refunds.errors import NotFound
from refunds.following import report_missing


class StillMissing(Step):
    """The customer says that paid money has not arrived."""

    step_name = "action_still_missing"

    def take(self, talk: Talk) -> None:
        """Have it traced where it is late; where it is not, say when it would be."""
        talk.frame.case_number = talk.detail("case_number")
        if talk.customer_id is None or not talk.frame.case_number:
            talk.frame.topic = "status"
            tell_status(talk)
            return
        try:
            case = talk.app.enquiries.case(talk.customer_id, talk.frame.case_number)
        except NotFound:
            tell_status(talk)
            return
        following = telling.following_of(talk, case)
        if following.late and following.payout:
            report_missing(talk.app.database, following.payout, talk.now)
            talk.say("utter_trace_opened", [talk.person_button], case=case.case_id)
        else:
            tell_case(talk, case)
        talk.frame.case_number = None
