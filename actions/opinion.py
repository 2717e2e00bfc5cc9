"""What a customer says, by a button, of how their case was handled."""

from __future__ import annotations

from actions.resume import resume
from actions.steps import Step, payload
from actions.talk import Talk
from refunds.cases.satisfaction import Rating


class RateCase(Step):
    """The customer answers how a case that has ended was handled."""

    step_name = "action_rate_case"

    def take(self, talk: Talk) -> None:
        """Thank them; a person is near where it went badly. A second answer changes nothing, and is thanked too."""
        rating = Rating(talk.detail("rating"))
        case_id = str(talk.detail("case_number"))
        if talk.app.opinions.answer(talk.conversation_id, case_id, rating, talk.now):
            notices = talk.button("button_notices", payload("wish_notices"))
            talk.say(f"utter_opinion_{rating}", [talk.person_button if rating is Rating.BAD else notices])
        else:
            talk.say("utter_opinion_kept", [talk.person_button])
        resume(talk)
