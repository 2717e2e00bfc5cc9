"""What a world file holds, field by field. Unknown fields are ignored; a wrong one is an error with its place."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from sandbox.world_times import WorldTime

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$")]
# What POST /refunds does wrong once. "after": the refund was made nonetheless; "stored": its key keeps the 500.
Fault = Literal["500", "500_after", "500_stored", "500_stored_after", "timeout", "timeout_after", "429"]


class Entry(BaseModel):
    """One object of a world."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Amount(Entry):
    """Money: a decimal number as text and an ISO 4217 code."""

    value: Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)?$")]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Customer(Entry):
    """A customer of the vendor; ``kind`` and ``country`` are null where nobody knows."""

    customer_id: Identifier
    name: str = ""
    email: str
    kind: Literal["consumer", "business"] | None = None
    country: str | None = None


class WorldPayment(Entry):
    """How an order was paid. Captured is the order's amount.

    ``settled_at`` in the future makes a refund a reversal; missing means settled. ``disputed_at`` opens a dispute at
    that moment. ``sandbox_refund`` says what becomes of a refund along the payment's own route (sandbox/fates.py),
    missing for success; ``sandbox_faults`` what POST /refunds for it does wrong, one a call.
    """

    payment_id: Identifier
    method: str
    status: Literal["authorized", "captured", "partially_refunded", "refunded", "failed"]
    funding: str | None = None
    brand: str | None = None
    last4: str | None = None
    country: str | None = None
    captured_at: WorldTime | None = None
    settled_at: WorldTime | None = None
    disputed: bool = False
    disputed_at: WorldTime | None = None
    refunded: Amount | None = None
    sandbox_refund: (
        Annotated[str, Field(pattern=r"^(fail|pending|requires_action|reverse|cancel):[a-z0-9_]+$")] | None
    ) = None
    sandbox_faults: list[Fault] = []


class OrderFacts(Entry):
    """What is known of an order besides its payment."""

    order_id: Identifier
    customer_id: Identifier
    service: str
    region: str
    plan: str = ""
    amount: Amount
    purchased_at: WorldTime
    term_start: WorldTime
    term_end: WorldTime
    status: Literal["active", "terminated", "ended"]
    terminated_at: WorldTime | None = None
    termination_reason: str | None = None
    consumer_waiver: bool = False
    performance_requested_at: WorldTime | None = None


class WorldOrder(OrderFacts):
    """An order with its payment as the file tells it; GET /orders/{order_id} answers that many seconds late."""

    payment: WorldPayment
    sandbox_delay_seconds: Annotated[float, Field(ge=0)] = 0.0


class Incident(Entry):
    """A disturbance of a service in a region; the region ``global`` covers all regions."""

    incident_id: Identifier
    service: str
    region: str
    started_at: WorldTime
    ended_at: WorldTime | None = None
    fault: Literal["intentional", "gross", "ordinary", "third_party", "maintenance", "unknown"]
    summary: str = ""


class Ticket(Entry):
    """A support ticket on an order."""

    ticket_id: Identifier
    order_id: Identifier
    opened_at: WorldTime
    solved_at: WorldTime | None = None
    severity: Literal["low", "medium", "high", "critical"]
    subject: str = ""


class Trace(Entry):
    """The reference by which a bank finds a refund."""

    type: Literal["arn", "stan", "rrn"]
    value: str


class Refund(Entry):
    """A refund in billing, whoever made it. ``status_reason`` says why it failed or still waits.

    ``reference`` is what the system that asked for it calls it, ``route`` the method key along which it goes.
    """

    refund_id: Identifier
    payment_id: Identifier
    amount: Amount
    kind: Literal["refund", "reversal"] = "refund"
    status: str
    status_reason: str | None = None
    created_at: WorldTime
    trace: Trace | None = None
    made_in: str | None = None
    reference: str | None = None
    route: str | None = None


class World(Entry):
    """A whole world. ``refund_delay_seconds``: how long a refund made here stays pending."""

    customers: list[Customer]
    orders: list[WorldOrder]
    incidents: list[Incident] = []
    tickets: list[Ticket] = []
    refunds: list[Refund] = []
    refund_delay_seconds: Annotated[float, Field(ge=0)] = 2.0
