"""What the sandbox answers with and is asked for, where it differs from what a world file says."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from sandbox.world import Amount, Entry, Identifier, OrderFacts


class Payment(Entry):
    """A payment as it stands now: ``amount`` was captured, ``refunded`` went back."""

    payment_id: str
    method: str
    amount: Amount
    refunded: Amount
    status: str
    funding: str | None
    brand: str | None
    last4: str | None
    country: str | None
    captured_at: datetime | None
    settled_at: datetime | None
    disputed: bool


class Order(OrderFacts):
    """An order with its payment as it stands now."""

    payment: Payment


class RefundWish(Entry):
    """The body of POST /refunds."""

    payment_id: Identifier
    amount: Amount
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class Problem(Entry):
    """Why a call was refused: a fixed code for programs, a sentence for people."""

    code: str
    detail: str


class Health(Entry):
    """The sandbox serves."""

    status: str = "ok"


class Refused(Exception):
    """A call that the sandbox refuses, with its HTTP status."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.problem = Problem(code=code, detail=detail)
