"""What becomes of refunds. Pure: the world, the ledger's rows and the time come in as arguments."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sandbox.answers import Payment, RefundWish, Refused
from sandbox.fates import GONE, standing
from sandbox.ledger import RefundOrder
from sandbox.world import Amount, Refund, Trace, WorldOrder, WorldPayment

_CAPTURED = {"captured", "partially_refunded", "refunded"}
_CARDS = {"card", "card_debit", "card_prepaid", "apple_pay", "google_pay"}
# The routes besides a payment's own, and what becomes of a refund along each.
_OTHER_ROUTES = {"account_credit": "succeed", "bank_transfer": "requires_action:bank_details"}


def refund_now(made: RefundOrder, now: datetime) -> Refund:
    """A refund made here, as it stands at ``now``."""
    status, reason = standing(made, now)
    return Refund(
        refund_id=made.refund_id,
        payment_id=made.payment_id,
        amount=Amount(value=made.value, currency=made.currency),
        kind="reversal" if made.kind == "reversal" else "refund",
        status=status,
        status_reason=reason,
        created_at=made.created_at,
        trace=_trace(made) if status in ("succeeded", "reversed") else None,
        made_in=made.made_in,
        reference=made.reference,
        route=made.route,
    )


def _trace(made: RefundOrder) -> Trace | None:
    """An ARN (23 digits) for cards, an RRN (12) for others; no bank knows of a reversal or of the vendor's credit."""
    if made.kind == "reversal" or made.route == "account_credit":
        return None
    digits = str(int(hashlib.sha256(made.refund_id.encode()).hexdigest(), 16)).zfill(23)
    return Trace(type="arn", value="7" + digits[:22]) if made.route in _CARDS else Trace(type="rrn", value=digits[:12])


def payment_now(order: WorldOrder, made: Sequence[RefundOrder], now: datetime, disputed: bool | None = None) -> Payment:
    """The payment of ``order`` after the refunds made here that have succeeded by ``now``.

    ``disputed`` is what was said of it since the world was read, None where nothing was.
    """
    told = order.payment
    back = _told_back(order) + _sum(m for m in made if standing(m, now)[0] == "succeeded")
    facts = told.model_dump(include=set(Payment.model_fields) - {"amount", "refunded", "status", "disputed"})
    # Adding a zero of the order's own form keeps its digits: 0.00 and not 0.
    refunded = Amount(value=str(back + Decimal(order.amount.value) * 0), currency=order.amount.currency)
    return Payment(
        amount=order.amount,
        refunded=refunded,
        status=_payment_status(order, back),
        disputed=_told_disputed(told, now) if disputed is None else disputed,
        **facts,
    )


def _told_disputed(payment: WorldPayment, now: datetime) -> bool:
    return payment.disputed or (payment.disputed_at is not None and payment.disputed_at <= now)


def _payment_status(order: WorldOrder, back: Decimal) -> str:
    if not back or order.payment.status not in _CAPTURED:
        return order.payment.status
    return "refunded" if back >= Decimal(order.amount.value) else "partially_refunded"


def refuse_unless_refundable(
    wish: RefundWish, order: WorldOrder, told: Sequence[Refund], made: Sequence[RefundOrder], now: datetime
) -> None:
    """Raise ``Refused`` for a payment never captured, a route or currency it has not, nothing, or more than is left."""
    if order.payment.status not in _CAPTURED:
        raise Refused(409, "payment_not_captured", "this payment was never captured")
    if _other_route(wish, order.payment) not in (None, *_OTHER_ROUTES):
        raise Refused(409, "route_not_possible", f"no money can be sent back along {wish.route}")
    if wish.amount.currency != order.amount.currency:
        raise Refused(409, "currency_mismatch", f"this payment was made in {order.amount.currency}")
    asked = Decimal(wish.amount.value)
    if not asked:
        raise Refused(422, "invalid_request", "a refund of nothing")
    if asked > _left(order, told, made, now):
        raise Refused(409, "refund_exceeds_payment", "more than is left of this payment")


def _left(order: WorldOrder, told: Sequence[Refund], made: Sequence[RefundOrder], now: datetime) -> Decimal:
    """What may still be sent back: refunds that wait count; those that failed, were cancelled or came back do not."""
    listed = sum((Decimal(r.amount.value) for r in told if r.status not in GONE), Decimal(0))
    waiting_or_done = _sum(m for m in made if standing(m, now)[0] not in GONE)
    return Decimal(order.amount.value) - max(_told_back(order), listed) - waiting_or_done


def new_refund_order(
    wish: RefundWish, key: str, payment: WorldPayment, now: datetime, *, delay_seconds: float, made_in: str
) -> RefundOrder:
    """The ledger's row for a wish that was not refused: route and world decide its fate.

    A charge that has not settled is reversed, unless the money shall go along another route.
    """
    other = _other_route(wish, payment)
    unsettled = payment.settled_at is not None and payment.settled_at > now
    return RefundOrder(
        refund_id="RF-" + hashlib.sha256(key.encode()).hexdigest()[:10].upper(),
        idempotency_key=key,
        payment_id=wish.payment_id,
        value=wish.amount.value,
        currency=wish.amount.currency,
        reason=wish.reason,
        reference=wish.reference,
        route=other or payment.method,
        kind="reversal" if unsettled and not other else "refund",
        fate=_OTHER_ROUTES[other] if other else payment.sandbox_refund or "succeed",
        made_in=made_in,
        created_at=now,
        due_at=now + timedelta(seconds=delay_seconds),
    )


def refuse_another_wish(wish: RefundWish, payment: WorldPayment, first: RefundOrder) -> None:
    """Raise ``Refused`` where ``first``, made with the same key, is not what ``wish`` asks for."""
    asked = (wish.payment_id, wish.amount.currency, Decimal(wish.amount.value), wish.reason, wish.reference)
    made = (first.payment_id, first.currency, Decimal(first.value), first.reason, first.reference)
    if (*asked, wish.route or payment.method) != (*made, first.route):
        raise Refused(422, "idempotency_key_reused", "this Idempotency-Key was used for another refund")


def _other_route(wish: RefundWish, payment: WorldPayment) -> str | None:
    return None if wish.route == payment.method else wish.route


def _told_back(order: WorldOrder) -> Decimal:
    """What the world says went back; a payment called refunded without a sum went back whole."""
    if order.payment.refunded:
        return Decimal(order.payment.refunded.value)
    return Decimal(order.amount.value) if order.payment.status == "refunded" else Decimal(0)


def _sum(made: Iterable[RefundOrder]) -> Decimal:
    return sum((Decimal(m.value) for m in made), Decimal(0))
