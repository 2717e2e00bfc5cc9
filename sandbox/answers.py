"""What the sandbox answers with and is asked for, where it differs from what a world file says."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from sandbox.world import Amount, Entry, Fault, Identifier, OrderFacts, Refund

Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]


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
    """The body of POST /refunds. ``route`` is a method key, the payment's own where there is none."""

    payment_id: Identifier
    amount: Amount
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    reference: Reference | None = None
    route: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")] | None = None


class RefundByHand(Entry):
    """The body of POST /sandbox/refunds."""

    payment_id: Identifier
    amount: Amount


class PaymentChange(Entry):
    """The body of POST /sandbox/payments/{payment_id}: what is missing stays as it is."""

    faults: list[Fault] | None = None
    disputed: bool | None = None


class RefundEvent(Entry):
    """The body of a webhook: a refund changed, and how it stood then."""

    event_id: str
    type: str = "refund.updated"
    created_at: datetime
    refund: Refund


class Problem(Entry):
    """Why a call was refused: a fixed code for programs, a sentence for people."""

    code: str
    detail: str


class Health(Entry):
    """The sandbox serves."""

    status: str = "ok"


class Refused(Exception):
    """A call that the sandbox refuses, with its HTTP status and, where one may ask again, the seconds to wait."""

    def __init__(self, status: int, code: str, detail: str, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.problem = Problem(code=code, detail=detail)
        self.headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
