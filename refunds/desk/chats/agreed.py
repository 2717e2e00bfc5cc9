"""What was agreed when a chat goes back to the assistant: the state that it begins with.

The one place beside ``actions/slots.py`` that knows slots by name; tests/unit/desk holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_STORY = ("words", "claims", "time", "time_unknown", "service", "region", "ticket_number")


class GoesOnWith(StrEnum):
    """What the assistant does next: check a refund, tell how a case stands, or ask what it can do."""

    REFUND = "refund"
    STATUS = "status"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Agreed:
    """What agent and customer agreed. ``told`` is the sentence that the customer reads, "" for none."""

    goes_on_with: GoesOnWith = GoesOnWith.NOTHING
    order_id: str | None = None
    case_id: str | None = None
    told: str = ""


def state_of(agreed: Agreed, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """A state without any form or open question, which holds what was agreed.

    What the customer told of the same order before (``before`` is the state until now) need not be told again.
    """
    frame: dict[str, Any] = {}
    if agreed.goes_on_with is not GoesOnWith.NOTHING:
        frame["topic"] = agreed.goes_on_with.value
    if agreed.goes_on_with is GoesOnWith.REFUND:
        told = _frame_in(before)
        if told.get("order_number") in (None, agreed.order_id):
            frame |= {name: told[name] for name in _STORY if told.get(name)}
        frame |= {"order_number": agreed.order_id} if agreed.order_id else {}
    if agreed.goes_on_with is GoesOnWith.STATUS and agreed.case_id:
        frame["case_number"] = agreed.case_id
    return {"slots": {"frame": frame or None, "pending_question": None}, "active_loop": None}


def _frame_in(state: Mapping[str, Any] | None) -> Mapping[str, Any]:
    frame = ((state or {}).get("slots") or {}).get("frame")
    return frame if isinstance(frame, dict) else {}
