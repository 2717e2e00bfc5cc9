"""Going back to what was being talked about, after a question in between or a code."""

from __future__ import annotations

from actions.ending import TOPIC as ENDING
from actions.ending import go_on_ending
from actions.information import ask_information_again
from actions.notice_wishes import TOPIC as NOTICES
from actions.notice_wishes import go_on_notices
from actions.progress import ask_reason, confirm_buttons, go_on, offer_next
from actions.reminding import REMIND, TAKE_UP, remind, take_up
from actions.returning import is_back
from actions.status import tell_status
from actions.taking_back import TOPIC as TAKE_BACK
from actions.taking_back import ask_whether
from actions.talk import Talk

# Questions that belong to a request or a status; after an interruption they are asked again.
BELONGS = frozenset({"email", "code", "order", "reason", "time", "narrower_time", "ground", "confirm", "charge"})


def go_on_with_topic(talk: Talk) -> None:
    """Say the next thing of the topic at hand."""
    steps = {
        "status": tell_status,
        "refund": go_on,
        ENDING: go_on_ending,
        TAKE_BACK: ask_whether,
        REMIND: remind,
        TAKE_UP: take_up,
        NOTICES: go_on_notices,
    }
    step = steps.get(str(talk.frame.topic))
    if step:
        step(talk)
    else:
        talk.say("utter_greet")


def resume(talk: Talk) -> None:
    """After an answer in between: ask the open question again, in a friendly way and without counting it."""
    if talk.asked == "information":
        ask_information_again(talk)
        return
    if talk.asked == TAKE_BACK:
        ask_whether(talk)
        return
    if talk.asked == ENDING:
        talk.interrupted = True
        go_on_ending(talk)
        return
    if talk.asked not in BELONGS and not talk.goes_on:
        talk.pending = None
        return
    talk.interrupted = True
    stands_above = talk.frame.shown_digest and not talk.frame.changed_since_shown() and not is_back(talk)
    if talk.asked == "confirm" and stands_above:
        talk.say("utter_back_to_summary", confirm_buttons(talk))
        return
    if talk.asked == "order" and talk.frame.is_next_offered:
        offer_next(talk)
        return
    if talk.asked in BELONGS:
        talk.say("utter_back_to_question")
    if talk.asked == "reason" and talk.frame.order_number:
        ask_reason(talk, talk.frame.order_number)
    else:
        go_on_with_topic(talk)
