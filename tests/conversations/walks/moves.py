"""Which move comes next: a seeded choice among all that a customer may do, fitting answers more often than others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml

from tests.conversations.walks.chat import Button, Chat
from tests.conversations.walks.private import Person

WORDS: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))
CARD, SECURITY_CODE, PASSWORD = "4539 1488 0343 6467", "737", "tr0ub4dor&3x"

# How often an answer that fits the open question is chosen, and a button beside words.
_FITTING = 0.45
_BUTTON = 0.2
# Kinds of words with their weights, whatever is asked. All other kinds come up as fitting answers.
_ANYTIME = {
    "wish": 5, "withdraw": 1, "cancel_service": 2, "status": 2, "interruption": 5, "correction": 3, "almost_yes": 1,
    "yes": 1, "no": 2, "drop": 1, "wait": 1, "anger": 1, "person": 1, "appeal": 2, "dont_know": 1, "nonsense": 2,
    "emoji": 1, "blank": 1, "other_language": 1, "two_wishes": 2, "command": 1, "foreign": 2, "foreign_address": 1,
    "no_account": 1, "wrong_code": 1, "secret": 1, "time": 1, "reason": 2, "very_long": 1, "repeat": 1, "colleague": 1,
    "take_back": 1, "complaint": 1,
}  # fmt: skip
# Kinds that fit a question; "press" is one of its buttons.
_FITS = {
    "email": ("known_address",),
    "code": ("right_code", "right_code", "right_code", "wrong_code", "press"),
    "order": ("press", "press", "wish"),
    "reason": ("reason", "press"),
    "time": ("time", "press", "dont_know"),
    "narrower_time": ("time", "press", "dont_know"),
    "ground": ("press", "yes", "no", "reason"),
    "confirm": ("yes", "press", "press", "no", "correction", "almost_yes"),
    "information": ("information",),
    "case": ("press", "status"),
    "method": ("press", "interruption"),
    "pass_on": ("press", "yes", "no"),
    "take_back": ("press", "yes", "no"),
    "end_service": ("press", "press", "drop"),
    "complaint": ("information", "press"),
    "charge": ("time", "dont_know", "press"),
}
_OPENINGS = ("wish", "wish", "wish", "status", "withdraw", "two_wishes", "interruption")


@dataclass(frozen=True, slots=True)
class Move:
    """What the customer does: says ``text``, presses ``button``, or says the same message again."""

    kind: str
    text: str = ""
    button: Button | None = None

    def __str__(self) -> str:
        shown = f"[{self.button.title}]" if self.button else repr(self.text)
        return f"{self.kind}: {shown if len(shown) < 200 else shown[:120] + f'... ({len(shown)})'}"


class Chooser:
    """Chooses moves for one walk; the same seed chooses the same in the same talk."""

    def __init__(self, random: Random, people: tuple[Person, ...]) -> None:
        self._random = random
        self._people = people

    def next(self, chat: Chat, question: str | None, cases: list[dict[str, Any]]) -> Move:
        """The next move in ``chat``, where ``question`` is open and ``cases`` are on file, whoever's."""
        if not chat.said:
            kind = self._random.choice(_OPENINGS)
        elif question in _FITS and self._random.random() < _FITTING:
            kind = self._random.choice(_FITS[question])
        elif self._random.random() < _BUTTON:
            kind = "press" if self._random.random() < 0.7 else "press_old"
        else:
            kind = self._random.choices(list(_ANYTIME), weights=list(_ANYTIME.values()))[0]
        return self._move(kind, chat, cases)

    def _move(self, kind: str, chat: Chat, cases: list[dict[str, Any]]) -> Move:
        if kind in ("press", "press_old"):
            buttons = chat.buttons if kind == "press" else chat.old_buttons
            return Move(kind, button=self._random.choice(buttons)) if buttons else self._move("reason", chat, cases)
        if kind == "very_long":
            return Move(kind, "It all began on a Monday, and I remember it well, since it rained. " * 80)
        if kind == "repeat":
            return Move(kind, chat.sent[-1][1]) if chat.sent else self._move("emoji", chat, cases)
        if kind in ("right_code", "colleague"):
            return Move(kind)
        return Move(kind, self._filled(self._random.choice(WORDS[kind]), chat, cases))

    def _filled(self, words: str, chat: Chat, cases: list[dict[str, Any]]) -> str:
        own = [case["case_id"] for case in cases if case["customer_id"] == chat.person.customer_id]
        others = [case["case_id"] for case in cases if case["customer_id"] != chat.person.customer_id]
        stranger = self._random.choice([person for person in self._people if person != chat.person])
        values = {
            "{order}": self._random.choice(chat.person.orders or ("ORD-99999",)),
            "{own_order}": self._random.choice(chat.person.orders or ("ORD-99998",)),
            "{foreign_order}": self._random.choice(stranger.orders or ("ORD-99997",)),
            "{email}": chat.person.email,
            "{foreign_email}": stranger.email,
            "{foreign_name}": stranger.name,
            "{case}": self._random.choice(own or ["R-2345X"]),
            "{foreign_case}": self._random.choice(others or ["R-2345X"]),
            "{day}": _day(self._random.choice((2, 3, 3, 4, 5, 6, 20, 110))),
            "{earlier}": _day(12),
            "{card}": CARD,
            "{password}": PASSWORD,
        }
        for name, value in values.items():
            words = words.replace(name, value)
        return words


def _day(ago: int) -> str:
    day = datetime.now(UTC) - timedelta(days=ago)
    return f"{day.day} {day:%B %Y}"
