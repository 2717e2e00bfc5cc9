"""P3.a: what the payment itself allows: the guards before any ground, what is left of it, and its way back."""

from __future__ import annotations

from refunds.money import Money
from refunds.policy.decision import Fact, Outcome, Reason
from refunds.policy.records import Records, RefundMade
from refunds.policy.situation import Situation
from refunds.policy.wording import day_fact, day_words

_NEVER_CAPTURED = {"authorized", "failed"}
_NOT_MADE = {"failed", "cancelled", "canceled", "reversed"}


def p3a_payment_guards(situation: Situation) -> Reason | None:
    """P3.a: never captured or refunded in full is not eligible, disputed at the bank needs review; None if clear."""
    payment = situation.order.payment
    if payment.status in _NEVER_CAPTURED:
        fact = Fact("payment_status", payment.status, "the payment was never captured: nothing was paid")
        return _guard(Outcome.NOT_ELIGIBLE, fact)
    if refundable(situation.records) <= Money.zero(payment.amount.currency):
        return _guard(Outcome.NOT_ELIGIBLE, *_refund_facts(situation))
    if payment.disputed:
        fact = Fact("disputed", "open", "the payment is disputed at the bank: it could be paid twice")
        return _guard(Outcome.NEEDS_REVIEW, fact)
    return None


def p3a_original_route_closed(situation: Situation) -> Reason | None:
    """P3.a: the method's window to start a refund is over, so that a person finds the way; None while it is open."""
    payment = situation.order.payment
    method = situation.policy.arrival.methods.get(payment.method)
    paid = situation.day(payment.captured_at or situation.order.purchased_at)
    if method is None or method.refund_window is None or situation.today <= method.refund_window.after(paid):
        return None
    days = method.refund_window.count
    facts = (
        Fact("method", payment.method, f"you paid by {payment.method.replace('_', ' ')}"),
        day_fact("paid", "that was on", paid, situation.today),
        Fact("refund_window", str(days), f"money goes back that way for {days} days"),
    )
    return Reason("P3.a", "p3a_original_route_closed", Outcome.NEEDS_REVIEW, facts)


def refundable(records: Records) -> Money:
    """What was captured less what went back or is on its way back, by whichever record says more; never below zero."""
    payment = records.order.payment
    zero = Money.zero(payment.amount.currency)
    if payment.status == "refunded":
        return zero
    on_record = sum((refund.amount for refund in _refunds_made(records)), start=zero)
    return max(payment.amount - max(payment.refunded, on_record), zero)


def made(refund: RefundMade) -> bool:
    """Whether a refund's money left us, or may still do so."""
    return refund.status not in _NOT_MADE


def _refunds_made(records: Records) -> tuple[RefundMade, ...]:
    return tuple(refund for refund in records.refunds if made(refund))


def _refund_facts(situation: Situation) -> tuple[Fact, ...]:
    amount = situation.order.payment.amount
    made = (_refund_fact(refund, situation) for refund in _refunds_made(situation.records))
    return (Fact("refunded", str(amount), f"the payment of {amount} was already refunded in full"), *made)


def _refund_fact(refund: RefundMade, situation: Situation) -> Fact:
    made = day_words(situation.day(refund.created_at), situation.today)
    trace = f", {refund.trace_type} {refund.trace_value}" if refund.trace_value else ""
    return Fact("refund", refund.refund_id, f"refund {refund.refund_id} of {refund.amount}, {made}{trace}")


def _guard(outcome: Outcome, *facts: Fact) -> Reason:
    return Reason("P3.a", "p3a_payment_guards", outcome, facts)
