"""What became of a one-time code, and what follows from it."""

from __future__ import annotations

from actions.resume import go_on_with_topic
from actions.steps import Step
from actions.talk import Talk
from actions.who import code_buttons, send_code


class CodeChecked(Step):
    """A code was checked when the message came in, or the customer wants another one."""

    step_name = "action_code_checked"

    def take(self, talk: Talk) -> None:
        """Go on with what was being talked about, or say what is wrong with the code."""
        if talk.intent == "send_new_code" and talk.frame.email:
            send_code(talk, talk.frame.email)
        elif talk.intent in ("send_new_code", "use_other_email"):
            talk.pending = "email"
            talk.say("utter_ask_email")
        elif talk.customer_id:
            talk.say("utter_verified")
            talk.pending = None
            go_on_with_topic(talk)
        else:
            _tell_refused(talk, str(talk.metadata.get("code_outcome")))


def _tell_refused(talk: Talk, outcome: str) -> None:
    talk.pending = "code"
    tries = talk.app.identity.tries_left(talk.conversation_id)
    if outcome == "wrong" and tries == 1:
        talk.say("utter_code_wrong_last", code_buttons(talk))
    elif outcome == "wrong":
        talk.say("utter_code_wrong", code_buttons(talk), tries=tries)
    else:
        talk.say("utter_code_locked" if outcome == "locked" else "utter_code_expired", code_buttons(talk))
