"""Slots to a typed frame and back: the only file that knows slot names.

What a customer has told so far is one frame. Verification is not in it: it lives on the service side,
so no message can set it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from rasa_sdk.events import SlotSet

from actions.times import named_time
from refunds.policy.request import Claim, NamedTime, RefundRequest

_APPEALED = ("words", "claims", "order_number", "time", "time_unknown", "withdrawn_at")
FRAME = "frame"
PENDING = "pending_question"


@dataclass
class Frame:
    """What is being talked about: told by the customer, kept until filed, dropped or refused.

    ``time`` is the detail as read from the words: ``{"from": ISO, "to": ISO or None}``.
    ``offered_time`` is the only incident that the narrowing question offered, for a plain yes.
    ``orders_named`` are several orders named at once. ``told`` is the request that was answered with a no or a
    not-yet, with the digest of the answer, for an appeal.
    ``doubted`` holds a message that was not clear, for when its reading is chosen.
    """

    topic: str | None = None
    words: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    order_number: str | None = None
    ticket_number: str | None = None
    case_number: str | None = None
    service: str | None = None
    region: str | None = None
    time: dict[str, Any] | None = None
    time_unknown: bool = False
    offered_time: dict[str, Any] | None = None
    orders_named: list[str] = field(default_factory=list)
    email: str | None = None
    method: str | None = None
    withdrawn_at: str | None = None
    shown_digest: str | None = None
    last_decision: dict[str, Any] | None = None
    told: dict[str, Any] | None = None
    asked_again: int = 0
    misunderstood: int = 0
    complaints: int = 0
    doubted: dict[str, Any] | None = None

    @classmethod
    def read(cls, slots: Mapping[str, Any]) -> Self:
        """The frame that the conversation's state holds; an empty one at the start."""
        kept: Mapping[str, Any] = slots.get(FRAME) or {}
        known = {f.name for f in fields(cls)}
        return cls(**{name: value for name, value in kept.items() if name in known})

    def as_events(self, pending: str | None) -> list[dict[str, Any]]:
        """Slot events that keep this frame and the question just asked; defaults are left out."""
        empty = Frame()
        told = {name: value for name, value in asdict(self).items() if value != getattr(empty, name)}
        return [SlotSet(FRAME, told or None), SlotSet(PENDING, pending)]

    def add_words(self, words: str) -> None:
        """Keep the customer's own words, each sentence once."""
        if words and words not in self.words:
            self.words.append(words)

    def claim(self, *claims: Claim) -> None:
        """Add what the customer claims."""
        self.claims = sorted({*self.claims, *claims})

    def answered_with_no(self, digest: str) -> None:
        """Keep what was answered, for an appeal, and the order, for another ground; forget the rest."""
        request = {name: getattr(self, name) for name in _APPEALED}
        order = self.order_number
        self.end_request()
        self.order_number, self.topic = order, "refund"
        self.told = {**request, "digest": digest}

    def appealed(self) -> tuple[Frame, str] | None:
        """The request that an appeal is about and the digest of its answer; None where nothing was refused."""
        if not self.told:
            return None
        return Frame(**{name: self.told[name] for name in _APPEALED}), str(self.told["digest"])

    def end_request(self) -> None:
        """Forget the request, keep what is not about it (the address a code went to)."""
        kept = Frame(email=self.email, last_decision=self.last_decision)
        for f in fields(self):
            setattr(self, f.name, getattr(kept, f.name))


def read_request(frame: Frame, zone: str | None) -> RefundRequest:
    """The typed request about the frame's order; call only when an order is chosen."""
    if frame.order_number is None:
        raise ValueError("a request needs an order")
    return RefundRequest(
        order_id=frame.order_number,
        words=" / ".join(frame.words),
        claims=frozenset(Claim(name) for name in frame.claims),
        time=read_time(frame, zone),
        time_unknown=frame.time_unknown,
        zone=zone,
        withdrawn_at=datetime.fromisoformat(frame.withdrawn_at) if frame.withdrawn_at else None,
    )


def read_time(frame: Frame, zone: str | None) -> NamedTime | None:
    """When it happened, as a span; None where no time is named."""
    return named_time(frame.time, ZoneInfo(zone or "UTC")) if frame.time else None
