"""What becomes of refunds. Pure: the world, the ledger's rows and the time come in as arguments."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sandbox.answers import Payment, RefundWish, Refused
from sandbox.ledger import RefundOrder
from sandbox.world import Amount, Refund, Trace, WorldOrder, WorldPayment

_CAPTURED = {"captured", "partially_refunded", "refunded"}
_GONE = {"failed", "cancelled", "canceled"}
_CARDS = {"card", "card_debit", "card_prepaid", "apple_pay", "google_pay"}


def refund_now(made: RefundOrder, method: str, now: datetime) -> Refund:
    """A refund made here, as it stands at ``now``."""
    status, reason = _status(made, now)
    return Refund(
        refund_id=made.refund_id,
        payment_id=made.payment_id,
        amount=Amount(value=made.value, currency=made.currency),
        kind="reversal" if made.kind == "reversal" else "refund",
        status=status,
        status_reason=reason,
        created_at=made.created_at,
        trace=_trace(made, method) if status == "succeeded" else None,
        made_in="api",
    )


def _status(made: RefundOrder, now: datetime) -> tuple[str, str | None]:
    fate, _, reason = made.fate.partition(":")
    if fate == "pending":
        return "pending", reason
    if now < made.due_at:
        return "pending", "processing"
    return ("failed", reason) if fate == "fail" else ("succeeded", None)


def _trace(made: RefundOrder, method: str) -> Trace | None:
    """Cards give an ARN (23 digits), other methods an RRN (12); a reversal has no reference at a bank."""
    if made.kind == "reversal":
        return None
    digits = str(int(hashlib.sha256(made.refund_id.encode()).hexdigest(), 16)).zfill(23)
    return Trace(type="arn", value="7" + digits[:22]) if method in _CARDS else Trace(type="rrn", value=digits[:12])


def payment_now(order: WorldOrder, made: Sequence[RefundOrder], now: datetime) -> Payment:
    """The payment of ``order`` after the refunds made here that have succeeded by ``now``."""
    told = order.payment
    back = _told_back(order) + _sum(m for m in made if _status(m, now)[0] == "succeeded")
    facts = told.model_dump(exclude={"refunded", "status", "sandbox_refund"})
    # Adding a zero of the order's own form keeps its digits: 0.00 and not 0.
    refunded = Amount(value=str(back + Decimal(order.amount.value) * 0), currency=order.amount.currency)
    return Payment(amount=order.amount, refunded=refunded, status=_payment_status(order, back), **facts)


def _payment_status(order: WorldOrder, back: Decimal) -> str:
    if not back or order.payment.status not in _CAPTURED:
        return order.payment.status
    return "refunded" if back >= Decimal(order.amount.value) else "partially_refunded"


def refuse_unless_refundable(
    wish: RefundWish, order: WorldOrder, told: Sequence[Refund], made: Sequence[RefundOrder], now: datetime
) -> None:
    """Raise ``Refused`` for a payment never captured, another currency, nothing, or more than is left of it."""
    if order.payment.status not in _CAPTURED:
        raise Refused(409, "payment_not_captured", "this payment was never captured")
    if wish.amount.currency != order.amount.currency:
        raise Refused(409, "currency_mismatch", f"this payment was made in {order.amount.currency}")
    asked = Decimal(wish.amount.value)
    if not asked:
        raise Refused(422, "invalid_request", "a refund of nothing")
    if asked > _left(order, told, made, now):
        raise Refused(409, "refund_exceeds_payment", "more than is left of this payment")


def _left(order: WorldOrder, told: Sequence[Refund], made: Sequence[RefundOrder], now: datetime) -> Decimal:
    """What may still be sent back: refunds that wait count, refunds that failed do not."""
    listed = sum((Decimal(r.amount.value) for r in told if r.status not in _GONE), Decimal(0))
    waiting_or_done = _sum(m for m in made if _status(m, now)[0] != "failed")
    return Decimal(order.amount.value) - max(_told_back(order), listed) - waiting_or_done


def new_refund_order(
    wish: RefundWish, key: str, payment: WorldPayment, now: datetime, delay_seconds: float
) -> RefundOrder:
    """The ledger's row for a wish: a charge that has not settled is reversed, and the world decides its fate."""
    unsettled = payment.settled_at is not None and payment.settled_at > now
    return RefundOrder(
        refund_id="RF-" + hashlib.sha256(key.encode()).hexdigest()[:10].upper(),
        idempotency_key=key,
        payment_id=wish.payment_id,
        value=wish.amount.value,
        currency=wish.amount.currency,
        reason=wish.reason,
        kind="reversal" if unsettled else "refund",
        fate=payment.sandbox_refund or "succeed",
        created_at=now,
        due_at=now + timedelta(seconds=delay_seconds),
    )


def _told_back(order: WorldOrder) -> Decimal:
    """What the world says went back; a payment called refunded without a sum went back whole."""
    if order.payment.refunded:
        return Decimal(order.payment.refunded.value)
    return Decimal(order.amount.value) if order.payment.status == "refunded" else Decimal(0)


def _sum(made: Iterable[RefundOrder]) -> Decimal:
    return sum((Decimal(m.value) for m in made), Decimal(0))
