"""The vendor's billing, incident and support systems, as docs/backoffice-api.yaml describes them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable

from refunds.backoffice.breaker import CircuitBreaker
from refunds.backoffice.deadline import Deadline
from refunds.backoffice.models import CustomerTold, IncidentTold, OrderTold, RefundTold, TicketTold, read_many, read_one
from refunds.backoffice.transport import Call, Transport
from refunds.errors import BackOfficeUnavailable, NotFound
from refunds.money import Money
from refunds.policy.records import Customer, Incident, Order, Records, RefundMade, Ticket

# An action has 8 s; what it does besides calling needs some of them.
_CALL_SECONDS = 6.0
_ALL_REGIONS = "global"
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")


class BackOffice:
    """Client of the back office, for many threads at once.

    Every method raises ``BackOfficeUnavailable`` where no usable answer comes before its deadline (6 s, or the one
    given, which several calls may share), ``BackOfficeRefused`` where the call is refused for good, and ``NotFound``
    where what it names is not there.
    """

    def __init__(self, base_url: str, token: str | None = None, breaker: CircuitBreaker | None = None) -> None:
        self._transport = Transport(base_url, token, breaker or CircuitBreaker())

    def close(self) -> None:
        """Let go of the connections."""
        self._transport.close()

    def find_customer_by_email(self, email: str, deadline: Deadline | None = None) -> Customer | None:
        """The customer of that address (in any case), the first where several share it, None where nobody has it."""
        told = self._get("/customers", deadline, query={"email": email})
        return next((c.record() for c in read_many(CustomerTold, told)), None)

    def customer(self, customer_id: str, deadline: Deadline | None = None) -> Customer:
        """The customer of that id."""
        record = read_one(CustomerTold, self._get("/customers/{}", deadline, customer_id)).record()
        _answers_what_was_asked([record.customer_id], customer_id)
        return record

    def orders_of(self, customer_id: str, deadline: Deadline | None = None) -> list[Order]:
        """All orders of a customer."""
        orders = [o.record() for o in read_many(OrderTold, self._get("/customers/{}/orders", deadline, customer_id))]
        _answers_what_was_asked((o.customer_id for o in orders), customer_id)
        return orders

    def order(self, order_id: str, deadline: Deadline | None = None) -> Order:
        """The order of that number with its payment."""
        record = read_one(OrderTold, self._get("/orders/{}", deadline, order_id)).record()
        _answers_what_was_asked([record.order_id], order_id)
        return record

    def incidents_of(self, service: str, region: str, deadline: Deadline | None = None) -> list[Incident]:
        """Incidents of exactly this service in exactly this region, or in the region ``global``, which covers all."""
        told = self._get("/incidents", deadline, query={"service": service, "region": region})
        incidents = [i.record() for i in read_many(IncidentTold, told)]
        _answers_what_was_asked((i.service for i in incidents), service)
        _answers_what_was_asked((i.region for i in incidents if i.region != _ALL_REGIONS), region)
        return incidents

    def tickets_of(self, order_id: str, deadline: Deadline | None = None) -> list[Ticket]:
        """Support tickets on an order."""
        tickets = [t.record() for t in read_many(TicketTold, self._get("/orders/{}/tickets", deadline, order_id))]
        _answers_what_was_asked((t.order_id for t in tickets), order_id)
        return tickets

    def refunds_of(self, payment_id: str, deadline: Deadline | None = None) -> list[RefundMade]:
        """All refunds of a payment, whoever made them."""
        refunds = [r.record() for r in read_many(RefundTold, self._get("/payments/{}/refunds", deadline, payment_id))]
        _answers_what_was_asked((r.payment_id for r in refunds), payment_id)
        return refunds

    def refund(self, refund_id: str, deadline: Deadline | None = None) -> RefundMade:
        """The refund of that id as it stands now."""
        record = read_one(RefundTold, self._get("/refunds/{}", deadline, refund_id)).record()
        _answers_what_was_asked([record.refund_id], refund_id)
        return record

    def create_refund(
        self,
        payment_id: str,
        amount: Money,
        reason: str,
        idempotency_key: str,
        deadline: Deadline | None = None,
        *,
        reference: str | None = None,
        route: str | None = None,
    ) -> RefundMade:
        """Ask billing to send ``amount`` back; the same key gives the same refund, however often it is asked.

        ``reference`` is our own name for it, by which it is found among the payment's refunds; ``route`` a method key
        other than the payment's own. The answer is a promise (pending), not money that arrived. After
        ``BackOfficeUnavailable`` it may or may not have been made: ask again with the same key.
        """
        body: dict[str, object] = {"payment_id": payment_id, "amount": amount.as_json(), "reason": reason}
        body |= {name: value for name, value in (("reference", reference), ("route", route)) if value}
        call = Call("POST /refunds", "POST", "/refunds", headers={"Idempotency-Key": idempotency_key}, body=body)
        record = read_one(RefundTold, self._ask(call, deadline)).record()
        _answers_what_was_asked([record.payment_id], payment_id)
        _answers_what_was_asked([record.amount], amount)
        return record

    def records_for(self, order_id: str, deadline: Deadline | None = None) -> Records:
        """All that a decision on this order may look at, gathered before one deadline."""
        by = deadline or Deadline.after(_CALL_SECONDS)
        order = self.order(order_id, by)
        return Records(
            customer=self.customer(order.customer_id, by),
            order=order,
            incidents=tuple(self.incidents_of(order.service, order.region, by)),
            tickets=tuple(self.tickets_of(order_id, by)),
            refunds=tuple(self.refunds_of(order.payment.payment_id, by)),
        )

    def _get(
        self, route: str, deadline: Deadline | None, *identifiers: str, query: dict[str, str] | None = None
    ) -> object:
        # What a customer typed must not reach another route.
        if not all(_IDENTIFIER.fullmatch(identifier) for identifier in identifiers):
            raise NotFound(f"GET {route}: nothing can have that name")
        return self._ask(Call(f"GET {route}", "GET", route.format(*identifiers), query=query or {}), deadline)

    def _ask(self, call: Call, deadline: Deadline | None) -> object:
        return self._transport.ask(call, deadline or Deadline.after(_CALL_SECONDS))


def idempotency_key(*facts: str) -> str:
    """A key of 64 characters from business facts (case, attempt): the same facts give the same key in any process."""
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _answers_what_was_asked(told: Iterable[object], asked: object) -> None:
    """A back office that answers another call, or ignores a filter, must not decide about anybody's money."""
    if any(each != asked for each in told):
        raise BackOfficeUnavailable("the back office answered about something else than it was asked")
