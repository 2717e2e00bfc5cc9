"""The small words of a talk, and words that were not clear."""

from __future__ import annotations

from actions.answers import tell_policy
from actions.claims import claims_in, wants_money
from actions.request import RequestRefund
from actions.resume import resume
from actions.steps import Step, payload
from actions.talk import Talk

# Not understood this often in a row: a person.
_MISUNDERSTOOD_LIMIT = 2
_MOST_READINGS = 2


class Greet(Step):
    """Hello."""

    step_name = "action_greet"

    def take(self, talk: Talk) -> None:
        """Greet, or go back to the open question."""
        if talk.asked:
            resume(talk)
        else:
            talk.say("utter_greet", [talk.button("button_check_order", "/request_refund")])


class SayGoodbye(Step):
    """Goodbye."""

    step_name = "action_say_goodbye"

    def take(self, talk: Talk) -> None:
        """Say goodbye; what was told stays, should they come back."""
        talk.say("utter_goodbye")


class Thank(Step):
    """Thanks."""

    step_name = "action_thank"

    def take(self, talk: Talk) -> None:
        """Answer thanks, then the open question if there is one."""
        talk.say("utter_thank_in_talk" if talk.asked else "utter_thank")
        resume(talk)


class TellBot(Step):
    """Man or machine."""

    step_name = "action_tell_bot"

    def take(self, talk: Talk) -> None:
        """Say plainly what this is."""
        talk.say("utter_bot", [talk.person_button])
        resume(talk)


class AnswerBack(Step):
    """A question about what was just asked or shown."""

    step_name = "action_answer_back"

    def take(self, talk: Talk) -> None:
        """Say why it is asked or what is shown, then go back to it."""
        question = {"narrower_time": "time"}.get(str(talk.asked), str(talk.asked))
        name = f"back_{question}"
        talk.say(name if name in talk.app.words.wordings else "back_nothing", [talk.person_button])
        resume(talk)


class Acknowledge(Step):
    """A yes or no that answers nothing."""

    step_name = "action_acknowledge"

    def take(self, talk: Talk) -> None:
        """Say what can be done."""
        talk.say("utter_acknowledge", [talk.button("button_check_order", "/request_refund"), talk.person_button])


def answer_by_policy(talk: Talk) -> bool:
    """Answer unclear words that name a clause or a rule of the policy; False where the policy has no such answer."""
    found = talk.app.enquiries.policy_answer(talk.mended)
    if found.is_general or found.is_silent:
        return False
    tell_policy(talk, found)
    resume(talk)
    return True


class OutOfScope(Step):
    """Something that is not about refunds."""

    step_name = "action_out_of_scope"

    def take(self, talk: Talk) -> None:
        """Say what can be done here, unless the policy has an answer; the next time in a row a person takes over."""
        if answer_by_policy(talk):
            return
        talk.frame.misunderstood += 1
        if talk.frame.misunderstood > _MISUNDERSTOOD_LIMIT:
            talk.give_up()
        else:
            talk.say("utter_out_of_scope", [talk.button("button_check_order", "/request_refund"), talk.person_button])


def claims_or_order(talk: Talk) -> bool:
    """Whether unclear words still name an order or a reason."""
    return bool(talk.detail("order_number") or claims_in(talk.mended, talk.intent, talk.ranking))


class Clarify(Step):
    """Words with no likely reading."""

    step_name = "action_clarify"

    def take(self, talk: Talk) -> None:
        """Offer the two likeliest readings once; after that a person."""
        if wants_money(talk.mended, talk.ranking) and claims_or_order(talk):
            RequestRefund().take(talk)
            return
        if answer_by_policy(talk):
            return
        talk.frame.misunderstood += 1
        if talk.frame.misunderstood >= _MISUNDERSTOOD_LIMIT:
            talk.give_up()
            return
        talk.keep_for_reading()
        readings = sorted(talk.ranking, key=lambda name: talk.ranking[name], reverse=True)
        offered = [name for name in readings if f"reading_{name}" in talk.app.words.wordings][:_MOST_READINGS]
        buttons = [(talk.words(f"reading_{name}"), payload(name)) for name in offered]
        talk.say("utter_clarify", [*buttons, talk.person_button])
