"""Stand-ins for the assistant that must not pass for it: do nothing, hand everything off, approve all, refuse all.

Each stands where the real processes stand for a player. They read the world and verify by code, so that they fail by
what they decide rather than by what they cannot reach.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

WORLD = Path(__file__).parent / "world.json"
_CODE = "123456"
_ORDER = re.compile(r"\bORD-\d{5}\b")
_ADDRESS = re.compile(r"[\w.]+@[\w.]+\w")


@dataclass
class StandIn:
    """An assistant that says ``text`` to everything, with every button that a script may look for."""

    text: ClassVar[str] = ""
    world: dict[str, Any] = field(default_factory=lambda: json.loads(WORLD.read_text(encoding="utf-8")))
    chat: dict[str, Any] = field(default_factory=dict)
    cases: list[dict[str, Any]] = field(default_factory=list)
    assessments: list[dict[str, Any]] = field(default_factory=list)
    address: str | None = None
    order: dict[str, Any] | None = None

    def say(self, sender: str, message: str) -> list[dict[str, Any]]:
        """Hear an address, a code and an order, then do the one thing that this stand-in does."""
        if self.chat.get("address") != sender:
            self.chat = {"address": sender, "conversation_id": sender, "owner": "assistant", "reason": None}
            self.chat["customer_id"] = None
            self.address = self.order = None
        self._hear(message)
        self.act()
        return [{"text": self.text, "buttons": []}]

    def act(self) -> None:
        """What it does after each message."""

    def _hear(self, message: str) -> None:
        found = _ADDRESS.search(message)
        self.address = found.group() if found else self.address
        customers = [one for one in self.world["customers"] if one["email"] == self.address]
        if message.strip() == _CODE and customers:
            self.chat["customer_id"] = customers[0]["customer_id"]
        own = [one for one in self.world["orders"] if one["customer_id"] == self.chat["customer_id"]]
        named = _ORDER.search(message)
        if named:
            self.order = next((one for one in self.world["orders"] if one["order_id"] == named.group()), None)
        elif len(own) == 1:
            self.order = own[0]

    @property
    def decidable(self) -> dict[str, Any] | None:
        """The order that a verified customer named and that nothing was decided about."""
        decided = {row["order_id"] for row in (*self.cases, *self.assessments)}
        if self.order is None or self.order["customer_id"] != self.chat["customer_id"]:
            return None
        return None if self.order["order_id"] in decided else self.order

    # What a player asks of a stack --------------------------------------------------------

    def refunds(self, *arguments: str) -> Any:
        """What the commands of the project would list; a colleague's commands do nothing."""
        return {"chat": [self.chat], "case": self.cases, "assessment": self.assessments, "task": []}[arguments[0]]

    def mails(self, _to: str) -> list[str]:
        """One more each time it is looked at."""
        self.mailed = getattr(self, "mailed", 0) + 1
        return [_CODE] * self.mailed

    def code_for(self, _address: str) -> str:
        """The same for everybody."""
        return _CODE

    def stop(self, *_names: str) -> None:
        """There is nothing to stop."""

    start = stop


class DoesNothing(StandIn):
    """Answers kindly and leaves it at that."""

    text = "Thank you for your message. We take it seriously."


class HandsEverythingOff(StandIn):
    """Gives each customer to a person at once."""

    text = "I've put you in line for a colleague. They answer here in this chat; I can't promise a time."

    def act(self) -> None:
        """Wait for a person."""
        self.chat |= {"owner": "waiting", "reason": "customer_asked"}


class ApprovesAll(StandIn):
    """Files each named order as eligible, in full, whatever was said or confirmed."""

    text = "Done. Your case is filed. By our policy you get this refund (clause P1.a). Shall I file it? Yes, file it."

    def act(self) -> None:
        """File the order."""
        order = self.decidable
        if order:
            self.cases.append(
                {
                    "case_id": f"R-{len(self.cases):05}",
                    "conversation_id": self.chat["conversation_id"],
                    "order_id": order["order_id"],
                    "state": "submitted",
                    "outcome": "eligible",
                    "clauses": ["P1.a"],
                    "amount": order["amount"]["value"],
                    "currency": order["amount"]["currency"],
                    "payment_method": order["payment"]["method"],
                    "channel": "rest",
                    "events": [{"what": "filed"}],
                    "payouts": [],
                }
            )


class RefusesAll(StandIn):
    """Says no to each named order."""

    text = (
        "I'm sorry, by our policy I can't offer a refund (clauses P1.a, P1.b and P5.b). What would change it: a serious"
        " error of ours. If you see it differently, you can appeal: a colleague then checks it."
    )

    def act(self) -> None:
        """Tell a no about the order."""
        order = self.decidable
        if order:
            self.assessments.append(
                {
                    "conversation_id": self.chat["conversation_id"],
                    "order_id": order["order_id"],
                    "outcome": "not_eligible",
                    "clauses": ["P5.b"],
                    "amount": None,
                }
            )


BASELINES = (DoesNothing, HandsEverythingOff, ApprovesAll, RefusesAll)
