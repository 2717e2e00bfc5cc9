"""Slots to a typed frame and back: the only file that knows slot names.

What a customer has told so far is one frame. Verification is not in it: it lives on the service side,
so no message can set it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from rasa_sdk.events import SlotSet

from actions.times import named_time
from refunds.policy.request import Claim, NamedTime, RefundRequest

LONGEST_SAID = 600  # characters of one message
MOST_SAID = 10  # messages
_STORY = ("words", "claims", "time", "time_unknown")
_APPEALED = (*_STORY, "order_number", "withdrawn_at")
_SHOWN = ("order_number", "words", "time", "time_unknown")
FRAME = "frame"
PENDING = "pending_question"


@dataclass
class Frame:
    """What is being talked about: told by the customer, kept until filed, dropped or refused.

    ``time`` is the detail as read from the words: ``{"from": ISO, "to": ISO or None}``.
    ``offered_time`` is the only incident that the narrowing question offered, for a plain yes.
    ``orders_named`` are orders of which one is meant, ``orders_denied`` those that are not. ``every_order``: all of
    the customer's that fit. ``queue`` holds further orders to be checked after this one, each with its own story
    where one was told. ``told`` is the request that was answered with a no or a not-yet, with the digest of the
    answer, for an appeal; ``filed`` the one filed last with its case, for what is said about it afterwards.
    ``shown`` is what the summary showed. ``ends_service``: they want the service ended too, and were not told yet
    who does that. ``charge_told``: they were asked which charge is wrong, and answered.
    ``failure_denied``: they said that nothing failed.
    ``doubted`` holds a message that was not clear, for when its reading is chosen; ``notice_wish`` a wish about
    notices, for when it is known whose.
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
    orders_denied: list[str] = field(default_factory=list)
    every_order: bool = False
    queue: list[dict[str, Any]] = field(default_factory=list)
    email: str | None = None
    method: str | None = None
    withdrawn_at: str | None = None
    ends_service: bool = False
    failure_denied: bool = False
    shown: dict[str, Any] | None = None
    shown_digest: str | None = None
    last_decision: dict[str, Any] | None = None
    told: dict[str, Any] | None = None
    filed: dict[str, Any] | None = None
    asked_again: int = 0
    charge_told: bool = False
    misunderstood: int = 0
    complaints: int = 0
    doubted: dict[str, Any] | None = None
    notice_wish: dict[str, str] | None = None

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
        """Keep the customer's own words, each sentence once: the first and the latest, none longer than a paragraph.

        They travel with every message; the transcript holds all of them.
        """
        words = re.sub(r"[ \t]{2,}", " ", words.strip())
        if len(words) > LONGEST_SAID:
            words = words[:LONGEST_SAID].rstrip() + " …"
        if words and words not in self.words:
            self.words = [*self.words[:1], *self.words[1:][-(MOST_SAID - 2) :], words]

    def claim(self, *claims: Claim) -> None:
        """Add what the customer claims."""
        self.claims = sorted({*self.claims, *claims})

    @property
    def story(self) -> dict[str, Any]:
        """What happened, as told so far."""
        return {name: getattr(self, name) for name in _STORY}

    def tell(self, story: Mapping[str, Any]) -> None:
        """Take what happened from a story told earlier."""
        for name in _STORY:
            setattr(self, name, story[name])

    def show(self, digest: str) -> None:
        """Note that the summary shows the request as it is now."""
        self.shown_digest = digest
        self.shown = deepcopy({name: getattr(self, name) for name in _SHOWN})

    def changed_since_shown(self) -> set[str]:
        """What is not as the summary showed it before; nothing where it is shown for the first time."""
        shown = self.shown
        return {name for name in _SHOWN if shown is not None and shown[name] != getattr(self, name)}

    @property
    def is_next_offered(self) -> bool:
        """Whether the question which order it is offers the next of several: the one before was answered or dropped."""
        return bool(self.queue) and (self.topic is None or bool(self.told and self.order_number))

    def drop_order(self) -> None:
        """Forget which order it is, and all that pointed at it; it is not offered first again."""
        order = self.order_number or (self.filed or {}).get("order_number")
        if order:
            self.orders_denied = list(dict.fromkeys([*self.orders_denied, order]))
        self.order_number = self.service = self.region = self.ticket_number = None

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

    def filed_as(self, case_id: str) -> None:
        """Keep the request with its case, for what is said about it afterwards; forget the rest."""
        filed = {**self.story, "order_number": self.order_number, "case_id": case_id}
        self.end_request()
        self.filed = filed

    def end_request(self) -> None:
        """Forget the request, keep what is not about it: the address a code went to, orders that are still to come."""
        queue = [{**self.story, **entry} for entry in self.queue]
        kept = Frame(email=self.email, last_decision=self.last_decision, filed=self.filed, queue=queue)
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
