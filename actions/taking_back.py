"""Taking a filed refund request back: confirmed first, and never said to be a withdrawal from the contract."""

from __future__ import annotations

import re

from actions import telling
from actions.consent import drops_it, says_no, says_yes
from actions.progress import go_on
from actions.request import DropRequest
from actions.steps import Step, payload
from actions.talk import Talk
from actions.whereabouts import tell_case
from actions.who import ask_who, hear_who
from refunds.cases.case import Case
from refunds.cases.lifecycle import OPEN, UNDECIDED, CaseState, Event
from refunds.errors import TransitionRefused
from refunds.policy.request import Claim
from refunds.withdrawal_words import takes_request_back

QUESTION = TOPIC = "take_back"
_YES = re.compile(
    r"\W*(?:(?:yes|ok|okay|please|just|do)\W+)*(?:cancel|withdraw|take|drop|delete|close)\s+(?:it|that|this)(?:\s+back)?"
    r"(?:\W+(?:please|now|thanks))*\W*",
    re.I,
)
_KEEPS = re.compile(r"\bkeep\b|\bleave it\b", re.I)


class TakeBack(Step):
    """The customer wants a filed request taken back."""

    step_name = "action_take_back"

    def take(self, talk: Talk) -> None:
        """Remember which case is meant, then ask whether it is really to be taken back."""
        talk.frame.case_number = talk.detail("case_number")
        if talk.frame.topic != "refund":
            talk.frame.order_number = talk.detail("order_number")
        ask_whether(talk)


class ConfirmTakingBack(Step):
    """The customer confirms it by the button."""

    step_name = "action_confirm_taking_back"

    def take(self, talk: Talk) -> None:
        """Take the case of the button back."""
        talk.frame.case_number = talk.detail("case_number") or talk.frame.case_number
        _take_back(talk)


class KeepCase(Step):
    """The customer keeps the request after all."""

    step_name = "action_keep_case"

    def take(self, talk: Talk) -> None:
        """Say that nothing was changed."""
        _leave(talk)
        talk.say("utter_case_kept")
        _go_back(talk)


def hear_taking_back(talk: Talk) -> bool:
    """Take words that wish a request taken back, or answer whether it is to be; False for all others."""
    if talk.is_reading_chosen:
        return False  # the button that confirms it carries the wish's words
    if talk.asked == QUESTION and (says_yes(talk.mended) or _YES.fullmatch(talk.text)):
        _take_back(talk)
    elif talk.asked == QUESTION and (says_no(talk.mended) or drops_it(talk.mended) or _KEEPS.search(talk.text)):
        KeepCase().take(talk)
    elif not takes_request_back(talk.text):
        return hear_who(talk, TOPIC)
    elif _is_about_open_talk(talk):
        DropRequest().take(talk)
    else:
        TakeBack().take(talk)
    return True


def ask_whether(talk: Talk) -> None:
    """Ask whether the case meant is to be taken back; where it can't be, say how it stands."""
    if talk.customer_id is None:
        talk.frame.topic = TOPIC
        ask_who(talk)
        return
    talk.pending = None
    cases = _meant(talk, talk.app.enquiries.cases_of(talk.customer_id))
    undecided = [case for case in cases if case.state in UNDECIDED] or [case for case in cases if case.state in OPEN]
    if not cases:
        talk.say("utter_no_case_to_take_back", [talk.person_button])
    elif len(undecided) > 1:
        buttons = [_case_button(talk, case) for case in undecided]
        talk.say("utter_which_case_to_take_back", [*buttons, talk.person_button])
    else:
        _ask_about(talk, undecided[0] if undecided else cases[0])


def _ask_about(talk: Talk, case: Case) -> None:
    values = telling.case_values(talk, case)
    if case.state in UNDECIDED:
        talk.pending, talk.frame.case_number = QUESTION, case.case_id
        if talk.text and not talk.is_reading_chosen:
            talk.keep_for_reading()  # the reason, when it is confirmed
        number = {"case_number": case.case_id}
        buttons = [
            talk.button("button_take_back", payload("confirm_taking_back", **number)),
            talk.button("button_keep_case", "/keep_case"),
        ]
        talk.say("utter_ask_take_back", buttons, **values)
    elif case.state in OPEN:
        talk.say("utter_too_late_to_take_back", [talk.person_button], **values)
    else:
        talk.say("utter_case_has_ended")
        tell_case(talk, case)


def _take_back(talk: Talk) -> None:
    if talk.customer_id is None:
        talk.frame.topic = TOPIC
        ask_who(talk)
        return
    number = talk.frame.case_number
    case = next((case for case in talk.app.enquiries.cases_of(talk.customer_id) if case.case_id == number), None)
    _leave(talk)
    if case is None:
        talk.say("utter_case_not_found", [talk.person_button], case=number or "")
        return
    if not _was_taken_back(case):
        words = (talk.kept or {}).get("text") or talk.text or talk.words("taken_back_without_words")
        try:
            case = talk.app.review.withdraw(case.case_id, reason=words, who="customer", now=talk.now)
        except TransitionRefused:  # a colleague decided meanwhile
            _ask_about(talk, talk.app.enquiries.case(talk.customer_id, case.case_id))
            return
    talk.say("utter_case_taken_back", card=telling.case_card(talk, case), **telling.case_values(talk, case))
    if Claim.WITHDRAWAL in talk.app.enquiries.request_of(case).claims:
        talk.say("utter_statement_stays", [talk.person_button], order=case.order_id)
    _go_back(talk)


def _leave(talk: Talk) -> None:
    talk.pending = talk.frame.case_number = None
    if talk.frame.topic == TOPIC:
        talk.frame.topic = None


def _go_back(talk: Talk) -> None:
    """A request that was being talked about goes on."""
    if talk.frame.topic == "refund" and talk.frame.claims:
        go_on(talk)


def _meant(talk: Talk, cases: list[Case]) -> list[Case]:
    """The cases by number or order where one is named; otherwise those that are open, or else the newest."""
    frame = talk.frame
    order = talk.detail("order_number") or (frame.order_number if frame.topic != "refund" else None)
    if frame.case_number:
        return [case for case in cases if case.case_id == frame.case_number]
    if order:
        return [case for case in cases if case.order_id == order]
    return [case for case in cases if case.state in OPEN]


def _is_about_open_talk(talk: Talk) -> bool:
    """Whether it is the request of this talk, not filed yet, that is to be left."""
    if talk.frame.topic != "refund" or talk.asked is None or talk.detail("case_number"):
        return False
    return talk.detail("order_number") in (None, talk.frame.order_number)


def _was_taken_back(case: Case) -> bool:
    """Whether the last that happened is that the customer took it back: the same message, come again."""
    last = case.events[-1] if case.events else None
    withdrawn = case.state is CaseState.WITHDRAWN
    return bool(withdrawn and last and last.what == Event.WITHDRAWN.value and last.who == "customer")


def _case_button(talk: Talk, case: Case) -> tuple[str, str]:
    state = talk.words(f"state_{case.state.value}")
    title = talk.words("case_button", case=case.case_id, order=case.order_id, state=state)
    return title, payload("take_back", case_number=case.case_id)
