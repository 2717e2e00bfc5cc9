"""One chat of a walk, as its customer knows it: who they are, what they said and heard, which buttons they saw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.conversations.walks.private import Person


@dataclass(frozen=True, slots=True)
class Button:
    """A button that was seen, with the summary that last stood above it."""

    title: str
    payload: str
    summary: dict[str, Any] | None


@dataclass
class Chat:
    """``codes_read`` are the addresses whose right code was sent here; ``said`` is everything typed,
    ``sent`` what of it was a message, with its id. ``asked`` says of each answer that left the same question
    open whether it offered a person.
    """

    sender: str
    person: Person
    lines: list[dict[str, Any]] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    old_buttons: list[Button] = field(default_factory=list)
    summary: dict[str, Any] | None = None
    summary_before: dict[str, Any] | None = None  # the one that stood there when the customer spoke
    said: list[str] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)
    codes_read: set[str] = field(default_factory=set)
    asked: list[bool] = field(default_factory=list)

    def hear_again(self, lines: list[dict[str, Any]]) -> None:
        """Take in an answer that was heard before: a summary in it is an old one."""
        latest = self.summary
        self.hear(lines)
        self.summary = latest

    def hear(self, lines: list[dict[str, Any]]) -> None:
        """Take in an answer."""
        self.lines, self.summary_before = lines, self.summary
        self.old_buttons += self.buttons
        self.buttons = []
        for line in lines:
            card = line.get("custom") or {}
            if card.get("type") == "summary":
                self.summary = card
            self.buttons += [
                Button(button["title"], button["payload"], self.summary) for button in line.get("buttons") or []
            ]

    @property
    def heard(self) -> str:
        """All of the latest answer: texts, titles of buttons, cards."""
        parts: list[str] = []
        for line in self.lines:
            parts += [line.get("text") or "", *_strings(line.get("custom"))]
            parts += [button["title"] for button in line.get("buttons") or []]
        return "\n".join(parts)


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in _strings(part)]
    if isinstance(value, list):
        return [text for part in value for text in _strings(part)]
    return [str(value)] if value is not None else []
