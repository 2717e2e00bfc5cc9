"""P3.a before money goes back: what billing's fresh records forbid, in words for the person who approves."""

from __future__ import annotations

from refunds.errors import RefundsError
from refunds.money import Money
from refunds.policy.payment import made, refundable
from refunds.policy.records import Payment, Records, RefundMade

_NEVER_CAPTURED = frozenset({"authorized", "failed"})


class ReviewRefused(RefundsError):
    """What a person wanted to do with a case is not allowed; the message says why and what to do. Nothing changed."""


def refuse_unless_payable(records: Records, amount: Money) -> None:
    """Raise ``ReviewRefused`` where the payment must not, or cannot, give ``amount`` back."""
    payment = records.order.payment
    if payment.status in _NEVER_CAPTURED:
        raise ReviewRefused(f"payment {payment.payment_id} was never captured: nothing was paid (P3.a)")
    if payment.disputed:
        raise ReviewRefused(
            f"payment {payment.payment_id} is disputed at the bank: it could be paid twice (P3.a); "
            "approve once the dispute is decided"
        )
    left = refundable(records)
    if left < amount:
        raise ReviewRefused(_too_little(payment, left, amount, [each for each in records.refunds if made(each)]))


def _too_little(payment: Payment, left: Money, amount: Money, refunds: list[RefundMade]) -> str:
    on_record = "; ".join(map(_refund_words, refunds)) or f"{payment.refunded} by the payment's own record"
    return f"{left} of {payment.amount} is left to go back, not {amount} (P3.a). Went back already: {on_record}"


def _refund_words(refund: RefundMade) -> str:
    trace = f", {refund.trace_type.upper()} {refund.trace_value}" if refund.trace_type and refund.trace_value else ""
    return f"refund {refund.refund_id} of {refund.amount} on {refund.created_at.date()} ({refund.status}{trace})"
