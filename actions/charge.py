"""Which charge is wrong: asked once, so that the colleague who looks at it need not ask."""

from __future__ import annotations

import re

from actions.hearing import hear
from actions.steps import Step
from actions.talk import Talk
from refunds.policy.request import Claim

QUESTION = "charge"
_NAMES_A_CHARGE = re.compile(r"\d")
_NONE_OF_THEM = re.compile(
    r"\bnone\b|\bneither\b|\bno(?:t (?:one|any))? of (?:these|them|those)\b"
    r"|\bnot (?:listed|there|in (?:the|this) list)\b"
    r"|\b(?:don'?t|do not|never) (?:recogni[sz]e|ordered|bought) (?:any|it|them|that|these)\b",
    re.I,
)


def hear_charge(talk: Talk) -> None:
    """Whatever is answered to the question is kept for the colleague; not knowing is an answer."""
    if talk.asked == QUESTION:
        talk.frame.charge_told = True
        if talk.intent != "dont_know":
            talk.frame.add_words(talk.text)


def ask_which_charge(talk: Talk) -> bool:
    """Ask for the charge's day and amount, unless words of the customer hold a figure; True when it asks."""
    frame = talk.frame
    if Claim.WRONG_CHARGE not in frame.claims or frame.charge_told or _is_named(talk):
        return False
    talk.ask(QUESTION, "utter_ask_charge", [talk.button("button_dont_know", "/dont_know")])
    return True


class NoOrder(Step):
    """The charge belongs to none of the customer's orders."""

    step_name = "action_no_order"

    def take(self, talk: Talk) -> None:
        """A person looks at it, with what was told."""
        hear(talk)
        hand_over_charge(talk)


def takes_no_order(talk: Talk) -> bool:
    """Words by which a wrong charge belongs to none of the orders that were offered; False for all others."""
    if talk.asked != "order" or Claim.WRONG_CHARGE not in talk.frame.claims or not _NONE_OF_THEM.search(talk.text):
        return False
    hand_over_charge(talk)
    return True


def hand_over_charge(talk: Talk) -> None:
    """Hand over a charge that no order explains."""
    talk.hand_over("wrong_charge", "utter_hand_off_charge")


def _is_named(talk: Talk) -> bool:
    numbers = (talk.frame.order_number or "", talk.frame.ticket_number or "")
    words = " ".join(talk.frame.words)
    for number in numbers:
        words = words.replace(number, "").replace(number.removeprefix("ORD-"), "")
    return talk.frame.time is not None or _NAMES_A_CHARGE.search(words) is not None
