"""What the vendor's systems know of a customer's order, as plain frozen records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from refunds.money import Money


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of the vendor. ``kind`` is ``consumer``, ``business`` or None where unknown."""

    customer_id: str
    name: str
    email: str
    kind: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Payment:
    """What was paid for an order. ``status``: authorized, captured, partially_refunded, refunded, failed."""

    payment_id: str
    method: str
    amount: Money
    refunded: Money
    status: str
    funding: str | None = None
    brand: str | None = None
    last4: str | None = None
    country: str | None = None
    captured_at: datetime | None = None
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """A bought service. ``status``: active, terminated, ended; ``termination_reason`` such as ``personal``."""

    order_id: str
    customer_id: str
    service: str
    region: str
    plan: str
    amount: Money
    purchased_at: datetime
    term_start: datetime
    term_end: datetime
    status: str
    payment: Payment
    terminated_at: datetime | None = None
    termination_reason: str | None = None
    consumer_waiver: bool = False
    performance_requested_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """A disturbance on record. ``fault``: intentional, gross, ordinary, third_party, maintenance, unknown."""

    incident_id: str
    service: str
    region: str
    started_at: datetime
    ended_at: datetime | None
    fault: str
    summary: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """A support ticket on an order. ``severity``: low, medium, high, critical."""

    ticket_id: str
    order_id: str
    opened_at: datetime
    solved_at: datetime | None
    severity: str
    subject: str


@dataclass(frozen=True, slots=True)
class RefundMade:
    """A refund that exists in billing, whoever made it.

    ``trace_type`` is arn, stan or rrn. ``status_reason`` says why it failed or still waits, in the bank's code.
    ``reference`` is what the asking system called it: of ours, the payout's id.
    """

    refund_id: str
    payment_id: str
    amount: Money
    kind: str
    status: str
    created_at: datetime
    trace_type: str | None = None
    trace_value: str | None = None
    made_in: str | None = None
    status_reason: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """All that one decision may look at.

    ``incidents`` are those of the order's service and region, ``tickets`` those of the order,
    ``refunds`` those of its payment.
    """

    customer: Customer
    order: Order
    incidents: tuple[Incident, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    refunds: tuple[RefundMade, ...] = ()
