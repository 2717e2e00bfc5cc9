"""The mail with a one-time code."""

from __future__ import annotations

from refunds.notify.letter import Letter
from refunds.words import Words


def code_letter(words: Words, code: str) -> Letter:
    """What the mail with ``code`` says: it holds no other number of six digits."""
    return Letter(words.say("mail_code_subject"), tuple(words.say("mail_code", code=code).split("\n\n")))
