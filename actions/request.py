"""The refund request: hear what was said, ask what is missing, show the summary, file it."""

from __future__ import annotations

from actions import telling
from actions.hearing import hear
from actions.progress import go_on, show_again
from actions.slots import read_request
from actions.steps import Step, payload
from actions.talk import Buttons, Talk
from actions.times import both_readings
from actions.who import ask_who
from refunds.errors import ConfirmationOutdated
from refunds.policy.decision import Outcome
from refunds.policy.request import Claim

# Readings that start a request, even where a status was being asked for.
STARTS_REQUEST = frozenset({"request_refund", "report_service_failure", "report_wrong_charge", "cancel_service"})


class RequestRefund(Step):
    """Any message that brings the request forward."""

    step_name = "action_request_refund"

    def take(self, talk: Talk) -> None:
        """Hear the message, then say the next thing."""
        if talk.intent == "correct_detail" and not talk.frame.topic and not talk.details:
            talk.say("utter_account_change", [talk.person_button])
            return
        if talk.asked == "confirm" and not hear(talk) and not talk.is_button:
            talk.say("utter_which_change", _change_buttons(talk))
            return
        if talk.asked != "confirm":
            hear(talk)
        if ask_which_date(talk):
            return
        greet_trouble(talk)
        if talk.intent == "other_reason":
            ask_other_reason(talk)
        elif talk.frame.topic == "status" and talk.intent not in STARTS_REQUEST:
            ask_who(talk)
        else:
            talk.frame.topic = "refund"
            go_on(talk)


class FileRequest(Step):
    """The customer said yes to the summary."""

    step_name = "action_file_request"

    def take(self, talk: Talk) -> None:
        """File what was shown; a yes with a correction, or to a summary that no longer holds, shows it again."""
        frame = talk.frame
        digest = talk.detail("digest") or frame.shown_digest
        if talk.customer_id is None:
            ask_who(talk)
        elif frame.order_number is None or frame.shown_digest is None or (not talk.is_button and hear(talk)):
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
    sentence = "utter_filed" if case.outcome is Outcome.ELIGIBLE and case.amount else "utter_filed_review"
    if case.state.value == "approved":
        sentence = "utter_filed_approved"
    talk.say(sentence, card=telling.case_card(talk, case), **telling.case_values(talk, case))
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
        else:
            talk.say("utter_not_filed", _change_buttons(talk))


class DropRequest(Step):
    """The customer wants nothing filed."""

    step_name = "action_drop_request"

    def take(self, talk: Talk) -> None:
        """Forget the request and stay at hand."""
        talk.frame.end_request()
        talk.pending = None
        talk.say("utter_dropped")


def _change_buttons(talk: Talk) -> Buttons:
    return [talk.button("button_drop", "/drop_request"), talk.person_button]


def greet_trouble(talk: Talk) -> None:
    """A word of sympathy where trouble is first told; questions follow."""
    if talk.frame.topic or talk.is_button or not talk.frame.claims:
        return
    if Claim.FAILURE in talk.frame.claims:
        talk.say("utter_sorry_failure")
    elif Claim.WRONG_CHARGE in talk.frame.claims:
        talk.say("utter_sorry_charge")


def ask_other_reason(talk: Talk) -> None:
    """After a no: the same order, another ground."""
    talk.frame.claims, talk.frame.time, talk.frame.time_unknown = [], None, False
    talk.frame.topic = "refund"
    if talk.frame.order_number:
        talk.ask("reason", "utter_ask_reason", [], order=talk.frame.order_number)
    else:
        go_on(talk)


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
