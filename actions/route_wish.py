"""Another way for money that cannot go back as it came: the customer says which, a person agrees it."""

from __future__ import annotations

import re

from actions import telling
from actions.status import tell_status
from actions.steps import Step
from actions.talk import Talk
from actions.whereabouts import route_buttons, tell_case
from refunds.cases.case import Case
from refunds.cases.following import NextStep
from refunds.following import wish_route

_SAID = {
    "account_credit": re.compile(r"\bcredit(?:s|ed)?\b(?! card)", re.I),
    "bank_transfer": re.compile(r"\btransfer(?:red)?\b", re.I),
}
# Words that ask about a way, or turn it down: no wish.
_NO_WISH = re.compile(r"\b(?:how|when|why|what|which|who|where|fees?|not?|never|without)\b|n't\b", re.I)


class ChooseRoute(Step):
    """The customer says by which way they want the money."""

    step_name = "action_choose_route"

    def take(self, talk: Talk) -> None:
        """Note the wish for the case that waits for one; nothing is sent before a person has confirmed it."""
        if talk.customer_id is None:
            talk.frame.topic = "status"
            tell_status(talk)
            return
        number = talk.detail("case_number")
        named = [case for case in talk.app.enquiries.cases_of(talk.customer_id) if number in (None, case.case_id)]
        waiting = _waiting(talk, named)
        if waiting:
            _note(talk, waiting, str(talk.detail("route")))
        elif len(named) == 1:
            talk.say("utter_route_not_needed")
            tell_case(talk, named[0])
        else:
            talk.say("utter_route_not_needed", [talk.person_button])


def takes_route_wish(talk: Talk) -> bool:
    """Note a way that is wished in words, such as "account credit please", where a case waits for one."""
    said = [route for route, words in _SAID.items() if words.search(talk.text)]
    if len(said) != 1 or _NO_WISH.search(talk.text) or talk.customer_id is None:
        return False
    waiting = _waiting(talk, talk.app.enquiries.cases_of(talk.customer_id))
    if waiting:
        _note(talk, waiting, said[0])
    return bool(waiting)


def _waiting(talk: Talk, cases: list[Case]) -> list[Case]:
    return [case for case in cases if telling.following_of(talk, case).step is NextStep.AGREE_ROUTE]


def _note(talk: Talk, waiting: list[Case], route: str) -> None:
    """Note the wish; where several cases wait for a way, ask for which it is."""
    if len(waiting) > 1:
        for case in waiting:
            talk.say("utter_route_for_which", route_buttons(talk, case), case=case.case_id, order=case.order_id)
        return
    wish_route(talk.app.database, waiting[0], route, talk.now)
    talk.say(f"utter_wished_{route}", [talk.person_button], case=waiting[0].case_id)
