"""The buttons under a notice in the chat: what the customer may want to do next."""

from __future__ import annotations

import json

from refunds.cases.payout_failures import OTHER_ROUTES, NextRoute
from refunds.chat.message import Button
from refunds.notify.matter import Matter
from refunds.notify.occasions import Occasion
from refunds.notify.sentences import next_way

_NOTHING_TO_FOLLOW = frozenset({Occasion.WITHDRAWN, Occasion.CLOSED_ELSEWHERE})
# What a button says and the command it stands for, where an occasion has one of its own.
_OWN = {
    Occasion.REJECTED: ("button_appeal", "appeal"),
    Occasion.INFORMATION_NEEDED: ("button_give_information", "give_information"),
    Occasion.OVERDUE: ("button_still_missing", "still_missing"),
}
_ALL_IS_WELL = frozenset({Occasion.APPROVED, Occasion.APPEALED, Occasion.PAID, Occasion.TRACED, Occasion.DELAYED})


def choices(matter: Matter, occasion: Occasion) -> tuple[Button, ...]:
    """What the customer may want to do about ``occasion``; a person is near wherever something is wrong."""
    person = Button(matter.words.say("button_person"), "/ask_for_human")
    way = next_way(matter, occasion)
    if way is NextRoute.OTHER_ROUTE:
        return (
            *(_button(matter, f"button_route_{route}", "choose_route", route=route) for route in OTHER_ROUTES),
            person,
        )
    if occasion in _NOTHING_TO_FOLLOW:
        return (person,)
    own = _button(matter, *_OWN.get(occasion, ("button_where", "choose_case")))
    return (own,) if occasion in _ALL_IS_WELL or way is NextRoute.AGAIN else (own, person)


def _button(matter: Matter, title: str, intent: str, **more: str) -> Button:
    """A button with the command that it stands for, as actions read it."""
    return Button(matter.words.say(title), f"/{intent}{json.dumps({'case_number': matter.case.case_id, **more})}")
