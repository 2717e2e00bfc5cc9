"""Customers who can't or won't show who they are: no dead end, a person can help another way."""

from __future__ import annotations

import re

from actions.talk import Talk

_ASKED = ("email", "code")
_MAIL = r"(?:(?:that|the|this|my|old|those)\s+){0,3}(?:e-?mails?|mail(?:box|s)?|inbox|address|codes?)"
_CANNOT = re.compile(
    r"\b(?:no|not have (?:an?|any)|don'?t have (?:an?|any)|without (?:an?|any)|never had an?)"
    r" (?:account|e-?mail|mail)\b"
    r"|\b(?:won'?t|will not|don'?t want to|do not want to|not going to|refuse to|rather not|why should i)\s+"
    r"(?:give|tell|share|send|say|provide|do (?:it|that))\b"
    r"|^\W*(?:no\W+)?(?:i\s+)?(?:don'?t want to|do not want to|won'?t|rather not|refuse)\W*$"
    rf"|\b(?:access|get into|open|reach|read|receive|check)\s+(?:to\s+)?{_MAIL}\b",
    re.I,
)
_NEGATED = re.compile(r"\b(?:no|not|cannot|never|lost|won'?t|refuse|rather|without|why)\b|n'?t\b", re.I)


def cannot_show_identity(text: str) -> bool:
    """Whether the customer has no account or no mailbox at hand, or will not say."""
    return bool(_CANNOT.search(text) and _NEGATED.search(text))


def takes_no_identity(talk: Talk) -> bool:
    """Say what can be done without an address or a code; False where the words are about something else."""
    if talk.asked not in _ASKED or talk.detail("email") or talk.intent == "ask_for_human":
        return False
    if not cannot_show_identity(talk.text):
        return False
    talk.ask(str(talk.asked), "utter_without_identity", [talk.person_button])
    return True
