"""Going back to what was being talked about, after a question in between or a code."""

from __future__ import annotations

from actions.progress import ask_reason, confirm_buttons, go_on
from actions.status import tell_status
from actions.talk import Talk

# Questions that belong to a request or a status; after an interruption they are asked again.
BELONGS = frozenset({"email", "code", "order", "reason", "time", "narrower_time", "confirm"})


def go_on_with_topic(talk: Talk) -> None:
    """Say the next thing of the topic at hand."""
    if talk.frame.topic == "status":
        tell_status(talk)
    elif talk.frame.topic == "refund":
        go_on(talk)
    else:
        talk.say("utter_greet")


def resume(talk: Talk) -> None:
    """After an answer in between: ask the open question again, in a friendly way and without counting it."""
    if talk.asked not in BELONGS and not talk.goes_on:
        talk.pending = None
        return
    talk.interrupted = True
    if talk.asked == "confirm" and talk.frame.shown_digest:
        talk.say("utter_back_to_summary", confirm_buttons(talk))
        return
    if talk.asked in BELONGS:
        talk.say("utter_back_to_question")
    if talk.asked == "reason" and talk.frame.order_number:
        ask_reason(talk, talk.frame.order_number)
    else:
        go_on_with_topic(talk)
