"""How much goes back, and the sum that leads there."""

from __future__ import annotations

from collections.abc import Iterable

from refunds.money import Money
from refunds.policy.decision import Amount, AmountStep, Reason
from refunds.policy.payment import refundable
from refunds.policy.situation import Situation


def largest_amount(situation: Situation, grounds: Iterable[Reason]) -> Amount | None:
    """The largest amount that one of ``grounds`` gives, the first of equals; None without a ground that gives one."""
    amounts = [amount for ground in grounds if (amount := amount_for(situation, ground))]
    return max(amounts, key=lambda amount: amount.total.value, default=None)


def amount_for(situation: Situation, ground: Reason) -> Amount | None:
    """The amount by one ground: P1.a and P1.b by setting, withdrawal less the part used on request; else None."""
    if ground.rule == "p1c_withdrawal":
        return _sum(situation, "withdrawal", _used_on_request(situation))
    basis = situation.policy.settings.amount_basis.get(ground.clause)
    if basis is None:
        return None
    return _sum(situation, basis, _used(situation) if basis == "unused_term" else None)


def _sum(situation: Situation, basis: str, used: AmountStep | None) -> Amount:
    """What was paid, less what was refunded, less what was used; no step takes more than is left."""
    paid, left = situation.order.payment.amount, refundable(situation.records)
    steps = [AmountStep("paid", paid)]
    if left < paid:
        steps.append(AmountStep("already refunded", left - paid))
    if used:
        capped = min(used.amount, left)
        steps.append(AmountStep(used.words, Money.zero(paid.currency) - capped))
        left -= capped
    return Amount(left, basis, tuple(steps))


def _used(situation: Situation) -> AmountStep:
    """The days from the start of the term until today, or until the service was ended."""
    order = situation.order
    stopped = min(order.terminated_at or situation.now, situation.now)
    return _used_days(situation, (situation.day(stopped) - situation.day(order.term_start)).days)


def _used_on_request(situation: Situation) -> AmountStep | None:
    """The days from the express request to perform until the withdrawal; None without a request on record."""
    order = situation.order
    if order.performance_requested_at is None:
        return None
    begun = max(order.performance_requested_at, order.term_start)
    return _used_days(situation, (situation.day(situation.stated_at) - situation.day(begun)).days)


def _used_days(situation: Situation, days: int) -> AmountStep:
    order = situation.order
    term = max((situation.day(order.term_end) - situation.day(order.term_start)).days, 1)
    used = min(max(days, 0), term)
    return AmountStep(f"used {used} of {term} days", order.payment.amount.share(used, term))
