"""An appeal: the customer wants a person to check a no again, be it the assistant's or a colleague's."""

from __future__ import annotations

import re

from actions import telling
from actions.progress import go_on, offer_next, show_again
from actions.slots import read_request
from actions.steps import Step, payload
from actions.talk import Talk
from actions.who import ask_who
from refunds.cases.case import Case
from refunds.cases.lifecycle import CaseState
from refunds.errors import ConfirmationOutdated
from refunds.review import ReviewRefused

_APPEALS = re.compile(
    r"(?<!/)\bappeal\w*|\bcheck (?:it|this|that|my case)? ?again|\bsecond look\b|\bobject(?:ion)?\b", re.I
)


def appeals_in_words(talk: Talk) -> bool:
    """Whether the words appeal against an answer that was a no or a not-yet, or against a case that was declined."""
    return bool(_APPEALS.search(talk.text) and (talk.frame.told or _declined(talk)))


def offer_appeal(talk: Talk) -> bool:
    """Offer an appeal to who disagrees with a no, or with what a colleague declined last; False where none was said."""
    if talk.is_reading_chosen:
        return False  # the button of this very offer carries the words
    if talk.frame.told:
        talk.say("utter_offer_appeal", [talk.button("button_appeal", "/appeal"), talk.person_button])
        return True
    declined = _declined_last(talk)
    if declined is None:
        return False
    talk.keep_for_reading()  # the reason, when the button is pressed
    button = talk.button("button_appeal", payload("appeal", case_number=declined.case_id))
    talk.say("utter_offer_appeal_case", [button, talk.person_button], case=declined.case_id, order=declined.order_id)
    return True


class Appeal(Step):
    """The customer does not accept the answer."""

    step_name = "action_appeal"

    def take(self, talk: Talk) -> None:
        """Have a declined case checked again, or file what was refused; without a refusal, say what can be done."""
        appealed = None if talk.detail("case_number") else talk.frame.appealed()
        if appealed is None:
            _appeal_case(talk)
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
                frame.queue, talk.frame = talk.frame.queue, frame
                show_again(talk)
                return
            talk.say("utter_appealed", card=telling.case_card(talk, case), **telling.case_values(talk, case))
            talk.frame.filed_as(case.case_id)
            talk.pending = None
            offer_next(talk)


def _appeal_case(talk: Talk) -> None:
    number = talk.detail("case_number")
    declined = _declined(talk)
    if talk.customer_id is None and number:
        talk.frame.topic, talk.frame.case_number = "status", number
        ask_who(talk)
    elif not declined:
        talk.say("utter_nothing_to_appeal", [talk.person_button])
    elif len(declined) > 1:
        buttons = [(case.case_id, payload("appeal", case_number=case.case_id)) for case in declined]
        talk.say("utter_which_case", buttons)
    else:
        _appeal_declined(talk, declined[0])


def _declined(talk: Talk) -> list[Case]:
    """The customer's cases that were declined, or were and are being checked again; the one named, where one is."""
    if talk.customer_id is None:
        return []
    number = talk.detail("case_number")
    cases = [case for case in talk.app.enquiries.cases_of(talk.customer_id) if number in (None, case.case_id)]
    declined = [case for case in cases if case.state is CaseState.REJECTED]
    return declined or [case for case in cases if number and case.state is CaseState.APPEALED]


def _declined_last(talk: Talk) -> Case | None:
    """The customer's newest case where it was declined, and the message is about no other order."""
    cases = talk.app.enquiries.cases_of(talk.customer_id) if talk.customer_id else []
    newest = max(cases, key=lambda case: case.updated_at, default=None)
    named = talk.detail("order_number")
    is_meant = newest is not None and named in (None, newest.order_id)
    return newest if newest is not None and is_meant and newest.state is CaseState.REJECTED else None


def _appeal_declined(talk: Talk, case: Case) -> None:
    reason = talk.text or talk.words("appeal_without_words")
    try:
        if case.state is CaseState.REJECTED:  # else this very appeal came again
            case = talk.app.review.appeal(case.case_id, reason=reason, who="customer", now=talk.now)
    except ReviewRefused:
        talk.say("utter_appeal_other_case", [talk.person_button], order=case.order_id)
        return
    talk.say("utter_appealed", card=telling.case_card(talk, case), **telling.case_values(talk, case))
    talk.pending = None
