"""Messages without words, and messages in another language than English."""

from __future__ import annotations

import re

from actions.languages import asks_for_person, language_of
from actions.resume import resume
from actions.talk import Talk

# In any language these answer the question that was asked.
_ANSWERS = {"email": "email", "order": "order_number"}


def answer_unreadable(talk: Talk) -> bool:
    """Answer a message without words or in another language; False for one that can be read."""
    return _answer_wordless(talk) or _answer_other_language(talk)


def _answer_wordless(talk: Talk) -> bool:
    """Answer emoji and punctuation kindly; False for a message with a word or a number."""
    if re.search(r"\w", talk.text):
        return False
    talk.say("utter_wordless", [] if talk.asked else [talk.person_button])
    resume(talk)
    return True


def _answer_other_language(talk: Talk) -> bool:
    """Say in the customer's language that the assistant knows English only; the second time a person takes over."""
    language = language_of(talk.text)
    if language is None or talk.detail(_ANSWERS.get(str(talk.asked), "")):
        return False
    if talk.intent == "withdraw_from_contract":  # stamped in whatever language it is said
        talk.say(f"language_{language}")
        return False
    talk.frame.misunderstood += 1
    talk.say(f"language_{language}", [] if _needs_person(talk) else [_person_button(talk, language)])
    if _needs_person(talk):
        talk.hand_over("other_language")
    return True


def _needs_person(talk: Talk) -> bool:
    return talk.frame.misunderstood > 1 or talk.intent == "ask_for_human" or asks_for_person(talk.text)


def _person_button(talk: Talk, language: str) -> tuple[str, str]:
    return talk.button(f"language_{language}_person", "/ask_for_human")
