"""Asking who it is: nothing about a customer is told before they have shown it."""

from __future__ import annotations

import re

from actions.talk import Talk
from refunds.notify import MailFailed

_AGAIN = re.compile(
    r"\b(?:re-?send|(?:new|another|fresh) (?:code|mail|one)|(?:send|mail|code)\b.*\bagain)\b|^\W*(?:once )?again\W*$",
    re.I,
)
# Readings of words that may be an address or a code, or neither.
_MAY_BE_AN_ADDRESS = frozenset({"inform", "correct_detail", "affirm", "deny", "doubtful", "out_of_scope"})


def ask_who(talk: Talk) -> None:
    """Ask for the address, send the code, or wait for it, whichever is next."""
    email = talk.detail("email")
    if email:
        send_code(talk, str(email))
    elif talk.asked == "code" and talk.frame.email and _AGAIN.search(talk.text):
        send_code(talk, talk.frame.email)
    elif talk.asked == "code" and talk.frame.email:
        talk.pending = "code"
        talk.say("utter_ask_code", code_buttons(talk), email=talk.frame.email)
    else:
        told_more = talk.asked == "email" and talk.interrupted
        sentence, buttons = ("utter_ask_email_again", [talk.person_button]) if told_more else ("utter_ask_email", [])
        talk.ask("email", sentence, buttons)


def hear_who(talk: Talk, *topics: str) -> bool:
    """Take what answers who it is where one of ``topics`` waits for that; False for a question or another wish."""
    waits = talk.frame.topic in topics and talk.asked in ("email", "code")
    if not waits or not (talk.detail("email") or talk.intent in _MAY_BE_AN_ADDRESS):
        return False
    ask_who(talk)
    return True


def send_code(talk: Talk, email: str) -> None:
    """Mail a code and say so; the words are the same whether the address has an account or not."""
    talk.frame.email = email
    try:
        outcome = talk.app.identity.send_code(talk.conversation_id, email, message_id=talk.message_id, now=talk.now)
    except MailFailed:
        talk.pending = "email"
        talk.say("utter_code_mail_failed", [talk.person_button])
        return
    if outcome == "too_many":
        talk.pending = None
        talk.say("utter_code_too_many", [talk.person_button])
        return
    talk.app.withdrawals.mail_to(talk.conversation_id, email.strip().lower(), talk.now)
    talk.pending = "code"
    talk.say("utter_code_sent", code_buttons(talk) if talk.asked == "code" else [], email=email)


def code_buttons(talk: Talk) -> list[tuple[str, str]]:
    """What to do when a code does not arrive or does not work."""
    return [
        talk.button("button_new_code", "/send_new_code"),
        talk.button("button_other_email", "/use_other_email"),
        talk.person_button,
    ]
