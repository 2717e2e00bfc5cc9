"""The back office's JSON, checked field by field and turned into our records. Unknown fields are ignored."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, ValidationError

from refunds.errors import BackOfficeUnavailable
from refunds.money import Money
from refunds.policy.records import Customer, Incident, Order, Payment, RefundMade, Ticket


def _money(told: object) -> Money:
    match told:
        case {"value": str(value), "currency": str(currency)}:
            return _exact(value, currency)
        case Money():
            return told
    raise ValueError("money must be a value as text and a currency")


def _exact(value: str, currency: str) -> Money:
    """Money of exactly this value: one that rounding would change is a mistake of the other side."""
    try:
        amount = Decimal(value)
        money = Money(amount, currency)
    except ArithmeticError:
        raise ValueError("money must be a decimal number") from None
    if money.value != amount:
        raise ValueError("money has more digits than its currency")
    return money


MoneyTold = Annotated[Money, BeforeValidator(_money)]


class Told(BaseModel):
    """One object as the back office tells it."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class CustomerTold(Told):
    """A customer."""

    customer_id: str
    name: str
    email: str
    kind: str | None = None
    country: str | None = None

    def record(self) -> Customer:
        """The customer as our record."""
        return Customer(**self.model_dump())


class PaymentTold(Told):
    """The payment of an order. What was captured is the order's amount, whatever a payment says of its own."""

    payment_id: str
    method: str
    refunded: MoneyTold | None = None
    status: str
    funding: str | None = None
    brand: str | None = None
    last4: str | None = None
    country: str | None = None
    captured_at: AwareDatetime | None = None
    disputed: bool = False

    def record(self, amount: Money) -> Payment:
        """The payment of ``amount`` as our record."""
        facts = self.model_dump(exclude={"refunded"})
        return Payment(amount=amount, refunded=self.refunded or Money.zero(amount.currency), **facts)


class OrderTold(Told):
    """An order with its payment."""

    order_id: str
    customer_id: str
    service: str
    region: str
    plan: str
    amount: MoneyTold
    purchased_at: AwareDatetime
    term_start: AwareDatetime
    term_end: AwareDatetime
    status: str
    payment: PaymentTold
    terminated_at: AwareDatetime | None = None
    termination_reason: str | None = None
    consumer_waiver: bool = False
    performance_requested_at: AwareDatetime | None = None

    def record(self) -> Order:
        """The order as our record."""
        facts = self.model_dump(exclude={"payment", "amount"})
        return Order(payment=self.payment.record(self.amount), amount=self.amount, **facts)


class IncidentTold(Told):
    """An incident."""

    incident_id: str
    service: str
    region: str
    started_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    fault: str
    summary: str

    def record(self) -> Incident:
        """The incident as our record."""
        return Incident(**self.model_dump())


class TicketTold(Told):
    """A support ticket."""

    ticket_id: str
    order_id: str
    opened_at: AwareDatetime
    solved_at: AwareDatetime | None = None
    severity: str
    subject: str

    def record(self) -> Ticket:
        """The ticket as our record."""
        return Ticket(**self.model_dump())


class TraceTold(Told):
    """The reference by which a bank finds a refund."""

    type: str
    value: str


class RefundTold(Told):
    """A refund."""

    refund_id: str
    payment_id: str
    amount: MoneyTold
    kind: str
    status: str
    status_reason: str | None = None
    created_at: AwareDatetime
    trace: TraceTold | None = None
    made_in: str | None = None
    reference: str | None = None

    def record(self) -> RefundMade:
        """The refund as our record."""
        trace = self.trace
        return RefundMade(
            amount=self.amount,
            trace_type=trace.type if trace else None,
            trace_value=trace.value if trace else None,
            **self.model_dump(exclude={"amount", "trace"}),
        )


Model = TypeVar("Model", bound=Told)


def read_one(model: type[Model], told: object) -> Model:
    """``told`` as ``model``; raises ``BackOfficeUnavailable`` that names the fields at fault, never their values."""
    try:
        return model.model_validate(told)
    except ValidationError as error:
        places = ", ".join(".".join(map(str, fault["loc"])) or "all of it" for fault in error.errors())
        raise BackOfficeUnavailable(f"{model.__name__} came in another shape: {places}") from None


def read_many(model: type[Model], told: object) -> list[Model]:
    """Each of a list as ``model``; raises as ``read_one`` does."""
    if not isinstance(told, list):
        raise BackOfficeUnavailable(f"a list of {model.__name__} came in another shape")
    return [read_one(model, each) for each in told]
