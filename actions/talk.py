"""One message as a step of the talk sees it: what was said, what is known, and how to answer."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.hand_off_summary import hand_off_summary
from actions.slots import PENDING, Frame
from refunds.app import App
from refunds.chat.outcomes import GO_ON
from refunds.handoff import Desk

Buttons = list[tuple[str, str]]
# A question is asked this often again before a person takes over.
ASKED_AGAIN_LIMIT = 1


@dataclass
class Talk:
    """What one step works with. ``pending`` is the question that this answer leaves open."""

    app: App
    tracker: Tracker
    dispatcher: CollectingDispatcher
    frame: Frame = field(init=False)
    pending: str | None = field(init=False)

    def __post_init__(self) -> None:
        self.frame = Frame.read(self.tracker.slots)
        self.asked: str | None = self.tracker.slots.get(PENDING)
        self.pending = self.asked
        self.interrupted = False
        self.goes_on = False  # a request told beside a question: gone on with after the answer
        self.kept = self.frame.doubted  # the message before, where it was kept
        self._chosen_reading = self.kept if self._raw_text.startswith("/") else None
        self.frame.doubted = None

    # What was said -------------------------------------------------------------------------

    @cached_property
    def _message(self) -> dict[str, Any]:
        return self.tracker.latest_message or {}

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """What the service says about the message: id, now, zone, locale, code outcome, whether it is the first."""
        return self._message.get("metadata") or {}

    @cached_property
    def intent(self) -> str:
        """The reading of the message."""
        return str((self._message.get("intent") or {}).get("name"))

    @cached_property
    def ranking(self) -> dict[str, float]:
        """How likely each reading is."""
        return {row["name"]: row["confidence"] for row in self._message.get("intent_ranking") or []}

    @property
    def _raw_text(self) -> str:
        return str(self._message.get("text") or "")

    @property
    def is_button(self) -> bool:
        """Whether a button was pressed, other than one that says how earlier words were meant."""
        return self._raw_text.startswith("/") and self._chosen_reading is None

    @property
    def is_reading_chosen(self) -> bool:
        """Whether a button was pressed that says how the words before it were meant."""
        return self._chosen_reading is not None

    @cached_property
    def text(self) -> str:
        """The customer's words; empty for a button."""
        if self._chosen_reading:
            return str(self._chosen_reading["text"])
        return "" if self.is_button else self._raw_text.replace("\u2060", "").strip()

    @property
    def mended(self) -> str:
        """The words with the engine's repairs of their spelling: for rules to read, never to store."""
        text = self.text
        for start, end, word in reversed(self._repairs):
            if text[start:end].strip():  # else this is a part that leaves it out
                text = text[:start] + word + text[end:]
        return text

    @cached_property
    def _repairs(self) -> list[list[Any]]:
        """Start and end in ``text``, and the word that is read there."""
        if self._chosen_reading:
            return self._chosen_reading.get("repairs") or []
        left_out = len(self._raw_text) - len(self._raw_text.lstrip("\u2060 \t\n"))
        found = self._message.get("repairs") or []
        return [[start - left_out, end - left_out, word] for start, end, word in found]

    @cached_property
    def details(self) -> list[dict[str, Any]]:
        """The details found in the words: ``entity``, ``value``, ``start``, ``end``."""
        rows: list[dict[str, Any]] = (self._chosen_reading or self._message).get("entities") or []
        return rows

    def detail(self, name: str) -> Any:
        """The first value of a detail, None when the message has none."""
        return next((row["value"] for row in self.details if row["entity"] == name), None)

    def part(self, start: int, end: int, intent: str | None = None, *, left_out: bool = False) -> Talk:
        """The message as if only this part of its words had been said, or all but it; frame and answers are shared."""
        text = self.text
        outside = text[:start] + " " * (end - start) + text[end:]
        inside = " " * start + text[start:end] + " " * (len(text) - end)
        part = copy(self)
        part.text = outside if left_out else inside
        part.details = [row for row in self.details if (start <= row.get("start", 0) < end) is not left_out]
        part.intent = intent or self.intent
        part.ranking = {}  # it was made from the whole message
        return part

    # Who and when --------------------------------------------------------------------------

    @property
    def conversation_id(self) -> str:
        """The conversation, as the service names it."""
        return str(self.tracker.sender_id)

    @property
    def message_id(self) -> str:
        """The message, as the service names it: what changes something is keyed by it."""
        return str(self.metadata["message_id"])

    @cached_property
    def now(self) -> datetime:
        """The moment of the message."""
        return datetime.fromisoformat(self.metadata["now"]).astimezone(UTC)

    @property
    def zone_name(self) -> str | None:
        """The customer's IANA zone where the channel knows it."""
        return self.metadata.get("zone")

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times are shown."""
        return ZoneInfo(self.zone_name or "UTC")

    @property
    def locale(self) -> str | None:
        """The customer's locale where the channel knows it."""
        return self.metadata.get("locale")

    @cached_property
    def customer_id(self) -> str | None:
        """The verified customer of this conversation; asked of the service, never of a slot."""
        return self.app.identity.verified_customer(self.conversation_id, self.now)

    # Answering -----------------------------------------------------------------------------

    def words(self, name: str, **values: object) -> str:
        """A text of the catalogue; the same message always gets the same wording."""
        return self.app.words.say(name, seed=str(self.metadata.get("message_id")), **values)

    def say(
        self, name: str, buttons: Buttons | None = None, card: dict[str, Any] | None = None, **values: object
    ) -> None:
        """Say a text of the catalogue."""
        self.say_text(self.words(name, **values), buttons, card)

    def say_text(self, text: str, buttons: Buttons | None = None, card: dict[str, Any] | None = None) -> None:
        """Say a text put together from the catalogue. ``buttons`` are (title, payload)."""
        self.dispatcher.utter_message(
            text=text,
            buttons=[{"title": title, "payload": payload} for title, payload in buttons or []],
            json_message={"card": card} if card else None,
        )

    def button(self, name: str, payload: str) -> tuple[str, str]:
        """A button titled by the catalogue."""
        return self.words(name), payload

    def ask(
        self, question: str, sentence: str, buttons: Buttons, card: dict[str, Any] | None = None, **values: object
    ) -> None:
        """Ask; the same question a second time in other words, and after that a person takes over."""
        again = self.asked == question and not self.interrupted
        self.frame.asked_again = self.frame.asked_again + 1 if again else 0
        if self.frame.asked_again > ASKED_AGAIN_LIMIT:
            self.give_up()
            return
        if again and f"{sentence}_again" in self.app.words.wordings:
            sentence = f"{sentence}_again"
        self.pending = question
        self.say(sentence, [*buttons, self.person_button] if again else buttons, card, **values)

    def keep_for_reading(self) -> None:
        """Keep this message's words, for when a button says how they were meant."""
        self.frame.doubted = {"text": self.text, "entities": self.details, "repairs": self._repairs}

    def give_up(self) -> None:
        """Not understood for good: a person takes over, and the customer hears it."""
        self.hand_over("not_understood", "utter_not_understood_person")

    @property
    def person_button(self) -> tuple[str, str]:
        """The button that is always near."""
        return self.button("button_person", "/ask_for_human")

    @property
    def when_answered(self) -> str:
        """When people answer, in words."""
        desk = Desk(self.app.settings.desk_hours, self.app.calendars, self.app.words)
        return desk.when_answered(self.now, self.zone_name, self.locale)

    def hand_over(self, reason: str, sentence: str = "utter_hand_off", **values: object) -> None:
        """Put the customer in line for a person, with a summary made from data, and say when somebody answers."""
        go_on = self.button("button_go_on_with_assistant", GO_ON)
        self.say_text(self.words(sentence, when=self.when_answered, **values), [go_on])
        ask = {"owner": "waiting", "reason": reason, "summary": hand_off_summary(self)}
        self.dispatcher.utter_message(json_message={"ask": ask})
        self.pending = None
