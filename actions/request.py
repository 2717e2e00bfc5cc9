"""The refund request: hear what was said, ask what is missing, show the summary, file it."""

from __future__ import annotations

import re

from actions import telling
from actions.acknowledging import greet_trouble, orders_words, tell_what_was_heard
from actions.charge import hear_charge
from actions.dates import ask_past_time, ask_which_date
from actions.ending import TOPIC as ENDING
from actions.ending import go_on_ending
from actions.hearing import hear
from actions.order import choose_in_words, choose_the_one
from actions.progress import ask_reason, confirm_buttons, go_on, go_on_with_next, offer_next, show_again
from actions.several import take_word_on_next
from actions.slots import read_request
from actions.statement import stamp
from actions.steps import Step
from actions.talk import Buttons, Talk
from actions.when import set_time
from actions.who import ask_who
from refunds.errors import ConfirmationOutdated
from refunds.policy.request import Claim

_WAS_AFFECTED = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|sure|right|correct|exactly|absolutely)\b|\bit did\b|\baffected\b", re.I
)
_NOT_AFFECTED = re.compile(r"\b(?:no|not|never|nope|don'?t|didn'?t|wasn'?t|without|unaffected)\b", re.I)
_OTHER_AMOUNT = re.compile(
    r"\bamount\b|\b(?:i|we) (?:actually )?paid\b|\b(?:too (?:little|low|small)|not enough|more than that|less than)\b",
    re.I,
)
_OF_REQUEST = frozenset({"order_number", "ticket_number", "service", "region", "time"})
# Readings that start a request, even where a status was being asked for.
STARTS_REQUEST = frozenset({"request_refund", "report_service_failure", "report_wrong_charge", "cancel_service"})


class RequestRefund(Step):
    """Any message that brings the request forward."""

    step_name = "action_request_refund"

    def take(self, talk: Talk) -> None:
        """Hear the message, then say the next thing."""
        had_withdrawn = Claim.WITHDRAWAL in talk.frame.claims
        to_come = len(talk.frame.queue)
        news = hear(talk)
        if hear_answer(talk, news=news):
            return
        talk.interrupted |= news  # who brings something else is not asked the same once more, but still
        tell_what_was_heard(talk, to_come, news=news)
        if Claim.WITHDRAWAL in talk.frame.claims and not had_withdrawn:
            stamp(talk)
        if ask_which_date(talk) or ask_past_time(talk):
            return
        greet_trouble(talk)
        take_next_step(talk)


def hear_answer(talk: Talk, *, news: bool) -> bool:
    """Take what only the open question makes an answer; True where nothing is left to be said."""
    if talk.intent == "correct_detail" and not talk.frame.topic and not news:
        talk.say("utter_account_change", [talk.person_button])
        return True
    if talk.asked == "confirm" and not news and not talk.is_button:
        if talk.intent in STARTS_REQUEST or any(row["entity"] in _OF_REQUEST for row in talk.details):
            return False  # told once more: the summary is shown once more
        if doubts_amount(talk.text):
            talk.say("utter_amount_explained", confirm_buttons(talk))
            return True
        talk.say("utter_which_change", confirm_buttons(talk))
        return True
    if talk.asked == "order" and not talk.is_button:
        return _hear_order_answer(talk, news=news)
    hear_charge(talk)
    choose_the_one(talk)
    if talk.asked == "ground" and not news:
        hear_whether_affected(talk)
    return False


def _hear_order_answer(talk: Talk, *, news: bool) -> bool:
    """Which order, in words; while the next of several is offered, whether to go on with it."""
    to_come, is_offered = len(talk.frame.queue), talk.frame.is_next_offered
    if to_come and take_word_on_next(talk):
        return False
    if to_come and not talk.frame.queue:
        DropRequest().take(talk)
        return True
    if is_offered and not talk.frame.claims:
        talk.say(
            "utter_order_queued" if news else "utter_next_order_unclear", order=orders_words(talk.frame.queue[-1:])
        )
        offer_next(talk)
        return True
    choose_in_words(talk)
    return False


def take_next_step(talk: Talk) -> None:
    """Say the next thing of the topic at hand."""
    if talk.intent == "other_reason":
        ask_other_reason(talk)
    elif talk.intent == "other_order":
        talk.frame.drop_order()
        talk.frame.topic = "refund"
        go_on(talk)
    elif talk.frame.topic == "status" and talk.intent not in STARTS_REQUEST:
        ask_who(talk)
    elif talk.frame.topic == ENDING and talk.intent not in STARTS_REQUEST:
        go_on_ending(talk)
    else:
        talk.frame.topic = "refund"
        go_on(talk)


class FileRequest(Step):
    """The customer said yes to the summary."""

    step_name = "action_file_request"

    def take(self, talk: Talk) -> None:
        """A button files; of words only a plain yes does (first_look.py): "yes, but ..." and "yeah right" are none."""
        if talk.is_button:
            file_confirmed(talk)
        elif hear(talk):
            talk.say("utter_changed_detail")
            go_on(talk)
        elif doubts_amount(talk.text):
            talk.say("utter_amount_explained", confirm_buttons(talk))
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
    elif digest != frame.shown_digest or frame.changed_since_shown():
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
    talk.frame.filed_as(case.case_id)
    talk.pending = None
    go_on_with_next(talk)


class DeclineFiling(Step):
    """The customer said no to the summary, or wants something changed."""

    step_name = "action_decline_filing"

    def take(self, talk: Talk) -> None:
        """A no with a correction shows the new summary; a plain no asks what to change."""
        if not talk.is_button and hear(talk):
            talk.say("utter_changed_detail")
            go_on(talk)
        elif doubts_amount(talk.text):
            talk.say("utter_amount_explained", confirm_buttons(talk))
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
        if talk.asked == "order":
            talk.frame.queue.clear()
        talk.frame.end_request()
        talk.pending = None
        talk.say(name)
        offer_next(talk)


def doubts_amount(text: str) -> bool:
    """Whether the amount shown is said to be another one: it is our records', which only a person may correct."""
    return bool(_OTHER_AMOUNT.search(text))


def _change_buttons(talk: Talk) -> Buttons:
    return [
        talk.button("button_other_reason", "/other_reason"),
        talk.button("button_other_order", "/other_order"),
        talk.button("button_leave", "/drop_request"),
        talk.person_button,
    ]


def hear_whether_affected(talk: Talk) -> None:
    """A yes or no to whether the failure on record met the customer; with anything else it is asked again."""
    if _WAS_AFFECTED.search(talk.text) and not _NOT_AFFECTED.search(talk.text) and talk.frame.offered_time:
        talk.frame.claim(Claim.FAILURE)
        set_time(talk.frame, talk.frame.offered_time)
    elif talk.is_button or talk.intent in ("deny", "dont_know") or _NOT_AFFECTED.search(talk.text):
        talk.frame.failure_denied = True


def ask_other_reason(talk: Talk) -> None:
    """After a no: the same order, another ground."""
    talk.frame.claims, talk.frame.time, talk.frame.time_unknown = [], None, False
    talk.frame.topic = "refund"
    if talk.frame.order_number:
        ask_reason(talk, talk.frame.order_number)
    else:
        go_on(talk)
