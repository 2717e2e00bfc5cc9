"""Canned answers: sentences of the catalogue that an agent finds by typing, with what is known put in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from refunds.words import Words

PREFIX = "desk_ready_"
_UNKNOWN = {"name": "", "order": "…", "case": "…"}


@dataclass(frozen=True, slots=True)
class CannedAnswer:
    """An answer ready to send: ``key`` is what finds it."""

    key: str
    text: str


def answers(words: Words, *, agent: str, name: str = "", order: str = "", case: str = "") -> list[CannedAnswer]:
    """All canned answers by their key; what is not known stands as "…", and a missing name leaves no gap."""
    known = {"agent": agent, "name": name, "order": order, "case": case}
    values = {key: value or _UNKNOWN.get(key, "") for key, value in known.items()}
    names = sorted(key for key in words.wordings if key.startswith(PREFIX))
    return [CannedAnswer(key.removeprefix(PREFIX), _tidy(words.say(key, **values))) for key in names]


def _tidy(text: str) -> str:
    return re.sub(r",?\s+(?=[,.!?])", "", re.sub(r"  +", " ", text))
