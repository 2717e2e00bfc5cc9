"""The refund request: hear what was said, ask what is missing, show the summary, file it."""

from __future__ import annotations

import re
from datetime import timedelta

from actions import telling
from actions.consent import casts_doubt
from actions.hearing import hear
from actions.order import choose_in_words
from actions.progress import ask_reason, confirm_buttons, go_on, show_again
from actions.slots import read_request, read_time
from actions.statement import stamp
from actions.steps import Step, payload
from actions.talk import Buttons, Talk
from actions.times import both_readings
from actions.who import ask_who
from refunds.errors import ConfirmationOutdated
from refunds.policy.request import Claim

# Readings that start a request, even where a status was being asked for.
STARTS_REQUEST = frozenset({"request_refund", "report_service_failure", "report_wrong_charge", "cancel_service"})


class RequestRefund(Step):
    """Any message that brings the request forward."""

    step_name = "action_request_refund"

    def take(self, talk: Talk) -> None:
        """Hear the message, then say the next thing."""
        if talk.intent == "correct_detail" and not talk.frame.topic and not talk.detail("order_number"):
            talk.say("utter_account_change", [talk.person_button])
            return
        had_withdrawn = Claim.WITHDRAWAL in talk.frame.claims
        news = hear(talk)
        if talk.asked == "order":
            choose_in_words(talk)
        if talk.asked == "confirm" and not news and not talk.is_button and not forget_wrong_detail(talk):
            talk.say("utter_which_change", confirm_buttons(talk))
            return
        if Claim.WITHDRAWAL in talk.frame.claims and not had_withdrawn:
            stamp(talk)
        if ask_which_date(talk) or ask_past_time(talk):
            return
        greet_trouble(talk)
        if talk.intent == "other_reason":
            ask_other_reason(talk)
        elif talk.intent == "other_order":
            talk.frame.order_number, talk.frame.service, talk.frame.topic = None, None, "refund"
            go_on(talk)
        elif talk.frame.topic == "status" and talk.intent not in STARTS_REQUEST:
            ask_who(talk)
        else:
            talk.frame.topic = "refund"
            go_on(talk)


class FileRequest(Step):
    """The customer said yes to the summary."""

    step_name = "action_file_request"

    def take(self, talk: Talk) -> None:
        """A button files; words file only as a plain yes, since "yes, but ..." and "is that right?" are none."""
        if not talk.is_button and hear(talk):
            talk.say("utter_changed_detail")
            go_on(talk)
        elif talk.is_button or not casts_doubt(talk.text):
            file_confirmed(talk)
        else:
            talk.say("utter_confirm_again", confirm_buttons(talk))


def file_confirmed(talk: Talk) -> None:
    """File what was shown; a yes to a summary that no longer holds shows the new one."""
    frame = talk.frame
    digest = talk.detail("digest") or frame.shown_digest
    if talk.customer_id is None:
        ask_who(talk)
    elif frame.order_number is None or frame.shown_digest is None:
        go_on(talk)
    elif digest != frame.shown_digest:
        show_again(talk)
    else:
        _file(talk, talk.customer_id, str(digest))


def _file(talk: Talk, customer_id: str, digest: str) -> None:
    try:
        case = talk.app.filing.file(
            read_request(talk.frame, talk.zone_name),
            customer_id=customer_id,
            conversation_id=talk.conversation_id,
            channel=str(talk.metadata["channel"]),
            message_id=talk.message_id,
            confirmed_digest=digest,
            now=talk.now,
        )
    except ConfirmationOutdated:
        show_again(talk)
        return
    if talk.frame.withdrawn_at:
        talk.app.withdrawals.join(talk.conversation_id, customer_id, case.order_id)
    talk.say(telling.filed_sentence(talk, case), card=telling.case_card(talk, case), **telling.case_values(talk, case))
    talk.frame.end_request()
    talk.pending = None


class DeclineFiling(Step):
    """The customer said no to the summary, or wants something changed."""

    step_name = "action_decline_filing"

    def take(self, talk: Talk) -> None:
        """A no with a correction shows the new summary; a plain no asks what to change."""
        if not talk.is_button and hear(talk):
            talk.say("utter_changed_detail")
            go_on(talk)
        elif talk.is_button:
            talk.say("utter_say_change", _change_buttons(talk))
        else:
            talk.say("utter_not_filed", _change_buttons(talk))


class DropRequest(Step):
    """The customer wants nothing filed."""

    step_name = "action_drop_request"

    def take(self, talk: Talk) -> None:
        """Forget the request and stay at hand; a declared withdrawal stays on record."""
        name = "utter_dropped_statement_stays" if talk.frame.withdrawn_at else "utter_dropped"
        talk.frame.end_request()
        talk.pending = None
        talk.say(name)


def _change_buttons(talk: Talk) -> Buttons:
    return [
        talk.button("button_other_reason", "/other_reason"),
        talk.button("button_other_order", "/other_order"),
        talk.button("button_leave", "/drop_request"),
        talk.person_button,
    ]


def greet_trouble(talk: Talk) -> None:
    """A word of sympathy where trouble is first told; questions follow."""
    if talk.frame.topic or talk.is_button or not talk.frame.claims:
        return
    if Claim.FAILURE in talk.frame.claims:
        talk.say("utter_sorry_failure")
    elif Claim.WRONG_CHARGE in talk.frame.claims:
        talk.say("utter_sorry_charge")


def forget_wrong_detail(talk: Talk) -> bool:
    """Where "wrong order" or "the date is wrong" brings no new one, it is forgotten, so that it is asked again."""
    if re.search(
        r"\b(?:wrong|other|another|not (?:that|this)) order\b|\border is (?:wrong|not right)", talk.text, re.I
    ):
        talk.frame.order_number = talk.frame.service = None
    elif re.search(
        r"\b(?:wrong|other|another) (?:day|date|time)\b|\b(?:day|date|time) is (?:wrong|not)", talk.text, re.I
    ):
        talk.frame.time, talk.frame.time_unknown = None, False
    else:
        return False
    return True


def ask_other_reason(talk: Talk) -> None:
    """After a no: the same order, another ground."""
    talk.frame.claims, talk.frame.time, talk.frame.time_unknown = [], None, False
    talk.frame.topic = "refund"
    if talk.frame.order_number:
        ask_reason(talk, talk.frame.order_number)
    else:
        go_on(talk)


def ask_past_time(talk: Talk) -> bool:
    """A time that lies ahead is asked about again."""
    time = read_time(talk.frame, talk.zone_name)
    if time is None or time.start <= talk.now + timedelta(hours=1):
        return False
    talk.frame.time, talk.frame.topic = None, "refund"
    talk.ask("time", "utter_time_in_future", [talk.button("button_dont_know", "/dont_know")])
    return True


def ask_which_date(talk: Talk) -> bool:
    """A date such as 03/04 is asked about, never guessed."""
    doubtful = next((row for row in talk.details if row["entity"] == "time" and row["value"] == "ambiguous"), None)
    if doubtful is None or talk.is_button:
        return False
    days = both_readings(talk.text[doubtful.get("start", 0) : doubtful.get("end")], talk.now.astimezone(talk.zone))
    if not days:
        return False
    buttons = [
        (talk.app.words.day(day, talk.locale), payload("choose_time", time={"from": str(day), "to": str(day)}))
        for day in days
    ]
    talk.frame.topic = "refund"
    talk.ask("time", "utter_ask_which_date", buttons)
    return True
