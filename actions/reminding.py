"""A reminder for "not yet": set once, cancelled on a word, and the request taken up again on its day."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from actions.progress import go_on
from actions.slots import Frame
from actions.steps import Step
from actions.talk import Talk
from actions.who import ask_who, hear_who
from actions.wishes import wants_no_reminder, wants_reminder
from refunds.days import local_day
from refunds.errors import NotFound
from refunds.policy.decision import Outcome
from refunds.policy.request import RefundRequest

REMIND, TAKE_UP = "reminder", "take_up"


class RemindMe(Step):
    """The customer wants to be reminded on the day of a "not yet"."""

    step_name = "action_remind_me"

    def take(self, talk: Talk) -> None:
        """Of the order of the button, or of the one just answered."""
        talk.frame.order_number = talk.detail("order_number") or talk.frame.order_number
        remind(talk)


class CancelReminder(Step):
    """The customer wants no reminder any more."""

    step_name = "action_cancel_reminder"

    def take(self, talk: Talk) -> None:
        """Forget what waits in this conversation; nothing of an account is told by it."""
        forgotten = talk.app.reminders.cancel(talk.conversation_id)
        orders = ", ".join(dict.fromkeys(reminder.order_id for reminder in forgotten))
        if orders:
            talk.say("utter_reminder_cancelled", orders=orders)
        else:
            talk.say("utter_no_reminder_waiting")


class TakeUp(Step):
    """The day has come: the customer takes the request up again."""

    step_name = "action_take_up"

    def take(self, talk: Talk) -> None:
        """Check the order of the button again, with what was told then."""
        talk.frame.order_number = talk.detail("order_number") or talk.frame.order_number
        take_up(talk)


def hear_reminder(talk: Talk) -> bool:
    """Take words that wish a reminder, right after a "not yet", or none any more; False for all others."""
    if wants_no_reminder(talk.text):
        CancelReminder().take(talk)
    elif talk.asked is None and _heard_not_yet(talk) and wants_reminder(talk.text):
        RemindMe().take(talk)
    else:
        return hear_who(talk, REMIND, TAKE_UP)
    return True


def remind(talk: Talk) -> None:
    """Set the reminder; on the day itself the request is taken up at once instead."""
    if talk.customer_id is None:
        talk.frame.topic = REMIND
        ask_who(talk)
        return
    talk.pending, talk.frame.topic = None, "refund" if talk.frame.told else None
    order = str(talk.frame.order_number)
    try:
        reminder = talk.app.reminders.remember(talk.conversation_id, talk.customer_id, order, talk.now)
    except NotFound:
        talk.say("utter_no_day_known", [talk.button("button_check_order", "/request_refund"), talk.person_button])
        return
    if reminder.told_at or reminder.day <= local_day(talk.now, ZoneInfo(reminder.zone)):
        talk.app.reminders.cancel(talk.conversation_id)
        talk.say("utter_reminder_day_is_here", order=order)
        _take_up(talk, talk.customer_id, order)
        return
    day = talk.app.words.day(reminder.day, talk.locale)
    buttons = [talk.button("button_no_reminder", "/cancel_reminder")]
    talk.say("utter_reminder_set", buttons, day=day, order=order)


def take_up(talk: Talk) -> None:
    """Go on with what was told when the answer was "not yet"."""
    if talk.customer_id is None:
        talk.frame.topic = TAKE_UP
        ask_who(talk)
        return
    order = str(talk.frame.order_number)
    talk.say("utter_taken_up", order=order)
    _take_up(talk, talk.customer_id, order)


def _take_up(talk: Talk, customer_id: str, order: str) -> None:
    talk.frame.end_request()
    talk.frame.order_number, talk.frame.topic = order, "refund"
    try:
        request = talk.app.reminders.request_about(talk.conversation_id, customer_id, order)
    except NotFound:
        pass  # somebody else's button, or a talk of long ago: asked anew
    else:
        _put_back(talk.frame, request, talk.now.isoformat())
    go_on(talk)


def _put_back(frame: Frame, request: RefundRequest, now: str) -> None:
    """What was told then; a problem that goes on goes on until now."""
    frame.words = [request.words] if request.words else []
    frame.claim(*request.claims)
    frame.time_unknown = request.time_unknown
    if request.time:
        time: dict[str, Any] = {"from": request.time.start.isoformat(), "to": request.time.end.isoformat()}
        frame.time = {**time, "to": now, "ongoing": True} if request.time.ongoing else time


def _heard_not_yet(talk: Talk) -> bool:
    return bool(talk.frame.told) and (talk.frame.last_decision or {}).get("outcome") == Outcome.NOT_YET.value
