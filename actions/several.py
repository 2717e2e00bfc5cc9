"""Several orders in one talk: one after the other, each with what was told about it, and none lost."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from actions.claims import claims_in
from actions.consent import says_no, says_yes
from actions.slots import Frame
from actions.talk import Talk

_CHOICE = re.compile(r"\bor\b", re.I)
_EVERY = re.compile(
    r"\b(?:both|all|each|every one) (?:of )?(?:(?:my|our|the|these|those|them) )?(?:\w+ )?"
    r"(?:orders?|services?|subscriptions?|servers?)\b",
    re.I,
)
_BESIDE = re.compile(r"\b(?:also|too|as well|another one|plus|in addition|both|same (?:for|with))\b|^\W*and\b", re.I)
_INSTEAD = re.compile(r"\b(?:not|no|instead|meant|mean|wrong|sorry|rather|actually|correct\w*)\b|n't\b", re.I)
_NEXT = re.compile(
    r"\W*(?:(?:yes|ok|okay|please|now)\W+)*(?:(?:the )?next(?: one| order)?|go on|continue)\b.{0,20}", re.I
)
_PART_ENDS = re.compile(r"[;.,!\n]|\b(?:and|but|while|also)\b", re.I)


def is_choice(text: str) -> bool:
    """Whether several orders are named of which the customer means one: "ORD-1 or ORD-2, I'm not sure"."""
    return bool(_CHOICE.search(text))


def means_every_order(text: str) -> bool:
    """Whether all of the customer's orders are meant, without their numbers."""
    return bool(_EVERY.search(text))


def comes_beside(text: str) -> bool:
    """Whether an order named while another is talked about comes beside it, not in its place."""
    return bool(_BESIDE.search(text)) and not _INSTEAD.search(text)


def parts_by_order(talk: Talk, orders: list[str]) -> list[Talk]:
    """The message cut into one part an order, where each part tells something of its own; else nothing."""
    starts, ends = _cuts(talk, orders)
    parts = [talk.part(start, end, "request_refund") for start, end in zip(starts, ends, strict=True)]
    return parts if all(_tells_something(part) for part in parts) else []


def _cuts(talk: Talk, orders: list[str]) -> tuple[list[int], list[int]]:
    """Where each order's part starts and ends: at the last break before the next order is named."""
    first = {row["value"]: row for row in reversed(talk.details) if row["entity"] == "order_number"}
    rows = [first[order] for order in orders]
    starts, ends = [0], []
    for row, following in pairwise(rows):
        after = row.get("end", 0)
        breaks = list(_PART_ENDS.finditer(talk.text, after, following.get("start", 0)))
        ends.append(breaks[-1].start() if breaks else after)
        starts.append(breaks[-1].end() if breaks else after)
    return starts, [*ends, len(talk.text)]


def _tells_something(part: Talk) -> bool:
    return bool(claims_in(part.text, "inform", {}) or part.detail("time"))


def queue_up(frame: Frame, order: str, story: dict[str, Any] | None = None) -> None:
    """Have an order come after those named before; without a story it has the one before it."""
    if order != frame.order_number and all(entry["order_number"] != order for entry in frame.queue):
        frame.queue.append({"order_number": order, **(story or {})})


def take_from_queue(frame: Frame, order: str | None = None) -> bool:
    """Make the next order, or the one named, the one to talk about; False where it is not among those to come."""
    entry = next((entry for entry in frame.queue if order in (None, entry["order_number"])), None)
    if entry is None:
        return False
    frame.queue.remove(entry)
    frame.order_number, frame.topic = entry["order_number"], "refund"
    frame.tell({**Frame().story, **entry})
    return True


def take_word_on_next(talk: Talk) -> bool:
    """A yes to the next order that was offered makes it the one to talk about, a no leaves the rest; else False."""
    if says_yes(talk.mended) or _NEXT.fullmatch(talk.text):
        return take_from_queue(talk.frame)
    if says_no(talk.mended):
        talk.frame.queue.clear()
    return False
