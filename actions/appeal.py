"""An appeal: the customer wants a person to check a no or a not-yet. It becomes a case."""

from __future__ import annotations

import re

from actions import telling
from actions.progress import go_on, show_again
from actions.slots import read_request
from actions.steps import Step
from actions.talk import Talk
from refunds.errors import ConfirmationOutdated

_APPEALS = re.compile(r"\bappeal\w*|\bcheck (?:it|this|that|my case)? ?again|\bsecond look\b|\bobject(?:ion)?\b", re.I)


def appeals_in_words(talk: Talk) -> bool:
    """Whether the words appeal against an answer that was a no or a not-yet."""
    return bool(talk.frame.told and _APPEALS.search(talk.text))


class Appeal(Step):
    """The customer does not accept the answer."""

    step_name = "action_appeal"

    def take(self, talk: Talk) -> None:
        """File what was refused as an appealed case; without a refusal, say what can be done."""
        appealed = talk.frame.appealed()
        if appealed is None:
            talk.say("utter_nothing_to_appeal", [talk.person_button])
        elif talk.customer_id is None:
            go_on(talk)
        else:
            frame, digest = appealed
            try:
                case = talk.app.filing.file(
                    read_request(frame, talk.zone_name),
                    customer_id=talk.customer_id,
                    conversation_id=talk.conversation_id,
                    channel=str(talk.metadata["channel"]),
                    message_id=talk.message_id,
                    confirmed_digest=digest,
                    now=talk.now,
                    appeal=True,
                )
            except ConfirmationOutdated:
                talk.frame = frame
                show_again(talk)
                return
            talk.say("utter_appealed", card=telling.case_card(talk, case), **telling.case_values(talk, case))
            talk.frame.end_request()
            talk.pending = None
