"""The back office itself: a world, the refunds made in it, and what can be asked of both."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sandbox.answers import Order, Payment, PaymentChange, RefundByHand, RefundWish, Refused
from sandbox.billing import new_refund_order, payment_now, refund_now, refuse_another_wish, refuse_unless_refundable
from sandbox.ledger import Ledger
from sandbox.payment_changes import PaymentChanges
from sandbox.world import Customer, Fault, Incident, Refund, Ticket, WorldOrder
from sandbox.world_file import load_world

ALL_REGIONS = "global"
Found = TypeVar("Found")


class Office:
    """Answers for one world file. ``clock`` gives the present, aware."""

    def __init__(self, world_file: Path, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        """Raises ``WorldError`` for a broken world file."""
        self._file = world_file
        self._ledger = ledger
        self._changes = PaymentChanges(ledger)
        self._clock = clock
        self._world = load_world(world_file, clock())

    def reset(self) -> None:
        """Read the world again, its times counted from now, and forget what was done; ``WorldError`` changes nothing.

        A webhook that waits is forgotten too.
        """
        world = load_world(self._file, self._clock())
        with self._ledger.alone():
            self._world = world
            self._ledger.empty()

    def customers_with(self, email: str) -> list[Customer]:
        """Customers of that address, in any case."""
        return [c for c in self._world.customers if c.email.casefold() == email.strip().casefold()]

    def customer(self, customer_id: str) -> Customer:
        """The customer of that id; ``Refused`` where there is none, as for all below."""
        return _the(c for c in self._world.customers if c.customer_id == customer_id)

    def orders_of(self, customer_id: str) -> list[Order]:
        """All orders of a customer."""
        owner = self.customer(customer_id).customer_id
        return [self._present(o) for o in self._world.orders if o.customer_id == owner]

    def order(self, order_id: str) -> Order:
        """An order with its payment as it stands now."""
        return self._present(self._order(order_id))

    def delay_of(self, order_id: str) -> float:
        """Seconds by which the world wants the answer about this order to be late."""
        return self._order(order_id).sandbox_delay_seconds

    def incidents(self, service: str, region: str) -> list[Incident]:
        """Incidents of exactly this service, in exactly this region or in all."""
        return [i for i in self._world.incidents if i.service == service and i.region in (region, ALL_REGIONS)]

    def tickets_of(self, order_id: str) -> list[Ticket]:
        """Tickets on an order."""
        owner = self._order(order_id).order_id
        return [t for t in self._world.tickets if t.order_id == owner]

    def payment(self, payment_id: str) -> Payment:
        """A payment as it stands now."""
        return self._payment(self._order_paid_by(payment_id))

    def refunds_of(self, payment_id: str) -> list[Refund]:
        """Refunds of a payment, those of the world file first."""
        self._order_paid_by(payment_id)
        made = self._ledger.of_payment(payment_id)
        return [*self._told(payment_id), *(refund_now(m, self._clock()) for m in made)]

    def refund(self, refund_id: str) -> Refund:
        """A refund as it stands now."""
        if made := self._ledger.find(refund_id):
            return refund_now(made, self._clock())
        return _the(r for r in self._world.refunds if r.refund_id == refund_id)

    def next_fault(self, payment_id: str, key: str) -> Fault | None:
        """What the call of POST /refunds with ``key`` does wrong, if anything; it is used up by asking."""
        return self._changes.next_fault(self._order_paid_by(payment_id).payment, key)

    def create_refund(self, wish: RefundWish, key: str) -> tuple[Refund, bool]:
        """A refund for this wish, and whether it is the first answer to ``key`` given once more.

        Raises ``Refused`` for a key used for another wish, an unknown payment, or a refund that may not be made.
        """
        with self._ledger.alone():
            if first := self._ledger.of_key(key):
                refuse_another_wish(wish, self._order_paid_by(first.payment_id).payment, first)
                return refund_now(first, first.created_at), True
            return self._create(wish, key, made_in="api"), False

    def refund_by_hand(self, asked: RefundByHand) -> Refund:
        """A refund that somebody makes in billing itself: nobody's reference, nobody's key."""
        wish = RefundWish(payment_id=asked.payment_id, amount=asked.amount, reason="made by hand")
        with self._ledger.alone():
            return self._create(wish, secrets.token_hex(16), made_in="billing")

    def give_details(self, refund_id: str) -> Refund:
        """The customer names the account that a refund waits for."""
        with self._ledger.alone():
            if self.refund(refund_id).status != "requires_action":
                raise Refused(409, "no_details_wanted", "this refund waits for nothing of the customer's")
            self._ledger.give_details(refund_id, self._clock())
            return self.refund(refund_id)

    def change_payment(self, payment_id: str, change: PaymentChange) -> Payment:
        """Give a payment other faults, or a dispute, while the sandbox runs."""
        self._order_paid_by(payment_id)
        with self._ledger.alone():
            if change.faults is not None:
                self._changes.set_faults(payment_id, change.faults)
            if change.disputed is not None:
                self._changes.set_disputed(payment_id, change.disputed)
        return self.payment(payment_id)

    def _create(self, wish: RefundWish, key: str, made_in: str) -> Refund:
        now = self._clock()
        order = self._order_paid_by(wish.payment_id)
        made = self._ledger.of_payment(wish.payment_id)
        refuse_unless_refundable(wish, order, self._told(wish.payment_id), made, now)
        delay = self._world.refund_delay_seconds
        new = new_refund_order(wish, key, order.payment, now, delay_seconds=delay, made_in=made_in)
        self._ledger.add(new)
        return refund_now(new, now)

    def _told(self, payment_id: str) -> list[Refund]:
        return [r for r in self._world.refunds if r.payment_id == payment_id]

    def _order(self, order_id: str) -> WorldOrder:
        return _the(o for o in self._world.orders if o.order_id == order_id)

    def _order_paid_by(self, payment_id: str) -> WorldOrder:
        return _the(o for o in self._world.orders if o.payment.payment_id == payment_id)

    def _payment(self, order: WorldOrder) -> Payment:
        payment_id = order.payment.payment_id
        made, disputed = self._ledger.of_payment(payment_id), self._changes.disputed(payment_id)
        return payment_now(order, made, self._clock(), disputed)

    def _present(self, order: WorldOrder) -> Order:
        return Order(**order.model_dump(exclude={"payment", "sandbox_delay_seconds"}), payment=self._payment(order))


def _the(matches: Iterator[Found]) -> Found:
    """The only match; ``Refused`` where there is none."""
    for match in matches:
        return match
    raise Refused(404, "not_found", "nothing of that name here")
