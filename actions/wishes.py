"""Wishes about a request that was filed or answered, read from plain words whatever their reading."""

from __future__ import annotations

import re

_NO_REMINDER = re.compile(
    r"\b(?:do(?:n'?t| not)|no need to|stop|never)\s+(?:\w+\s+){0,3}remind\w*|\bno (?:more )?reminders?\b"
    r"|\b(?:cancel|forget|delete|remove|drop|stop|turn off)\s+(?:about\s+)?"
    r"(?:(?:the|my|that|this|any|all)\s+)?reminders?\b",
    re.I,
)
_REMINDER = re.compile(
    r"\bremind(?:er)?\b|\b(?:let me know|tell me|notify me|ping me|(?:write|mail|message) (?:to )?me|get back to me)\s+"
    r"(?:then|when|on (?:that|the) (?:day|date)|once|as soon)\b",
    re.I,
)


def wants_no_reminder(text: str) -> bool:
    """Whether the customer wants no reminder, or none any more."""
    return bool(_NO_REMINDER.search(text))


def wants_reminder(text: str) -> bool:
    """Whether the customer wants to be reminded."""
    return bool(_REMINDER.search(text)) and not wants_no_reminder(text)
