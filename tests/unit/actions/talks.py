"""Messages as a step hears them, without an engine: words with the details that stand in them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.slots import FRAME, PENDING, Frame
from actions.talk import Talk
from refunds.app import App
from refunds.settings import ROOT
from refunds.words import Words

WORDS = Words.load(ROOT / "data" / "responses")
NOW = "2026-11-24T12:00:00+00:00"


def detail(text: str, entity: str, said: str, value: Any = None) -> dict[str, Any]:
    """A detail found in ``text`` where ``said`` stands; its value is what was said, where none is given."""
    start = text.index(said)
    return {"entity": entity, "value": said if value is None else value, "start": start, "end": start + len(said)}


def day(text: str, said: str, value: str) -> dict[str, Any]:
    """A day named in ``text``."""
    return detail(text, "time", said, {"from": value, "to": value})


def talk_of(
    text: str,
    *rows: dict[str, Any],
    intent: str = "request_refund",
    asked: str | None = None,
    customer_id: str | None = None,
    frame: dict[str, Any] | None = None,
    repairs: list[list[Any]] | None = None,
    **metadata: Any,
) -> Talk:
    """A message of a customer who was asked ``asked`` and has told ``frame`` so far; ``repairs`` as the engine's."""
    message = {
        "text": text,
        "intent": {"name": intent},
        "entities": list(rows),
        "repairs": repairs or [],
        "metadata": {"message_id": "m1", "now": NOW, "channel": "rest", **metadata},
    }
    app = SimpleNamespace(words=WORDS, identity=SimpleNamespace(verified_customer=lambda *_: customer_id))
    tracker = Tracker("c", {FRAME: frame, PENDING: asked}, message, [], False, None, {}, "action_listen")
    return Talk(cast("App", app), tracker, CollectingDispatcher())


def said(talk: Talk) -> str:
    """All that was answered."""
    return "\n".join(message["text"] or "" for message in talk.dispatcher.messages)


def story(frame: Frame) -> tuple[str | None, list[str], dict[str, Any] | None]:
    """The order talked about, what is claimed of it, and when."""
    return frame.order_number, frame.claims, frame.time
