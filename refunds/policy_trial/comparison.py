"""Past decisions beside those of a proposed policy. PURE."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from refunds.cases.receipt import Decided
from refunds.money import Money
from refunds.policy.book import PolicyBook
from refunds.policy.decide import decide
from refunds.policy.decision import Decision, Outcome


@dataclass(frozen=True, slots=True)
class Past:
    """A decision that was made: of the case ``name``, or an assessment (``is_case`` False) that nobody filed."""

    name: str
    is_case: bool
    decided: Decided


@dataclass(frozen=True, slots=True)
class Difference:
    """A past decision that the proposal decides otherwise."""

    past: Past
    before: Decision
    after: Decision


@dataclass(frozen=True, slots=True)
class Cost:
    """In one currency: what was and would be ``eligible``, and what a person had and would have to look at."""

    currency: str
    eligible_before: Money
    eligible_after: Money
    review_before: Money
    review_after: Money

    @property
    def more(self) -> Money:
        """What more would go back without a doubt; negative where it is less."""
        return self.eligible_after - self.eligible_before


@dataclass(frozen=True, slots=True)
class Trial:
    """``decided`` past decisions were tried; ``differences`` are those that change, in their order."""

    decided: int
    differences: tuple[Difference, ...]
    costs: tuple[Cost, ...]


def try_out(past: Iterable[Past], proposed: PolicyBook) -> Trial:
    """Decide all of ``past`` by ``proposed``, each as of its own moment and on the facts of its day."""
    compared = [Difference(one, one.decided.decision, _again(one, proposed)) for one in past]
    differences = tuple(each for each in compared if _answer(each.before) != _answer(each.after))
    return Trial(len(compared), differences, _costs(compared))


def _again(past: Past, proposed: PolicyBook) -> Decision:
    return decide(past.decided.request, past.decided.records, proposed, past.decided.decided_at)


def _answer(decision: Decision) -> tuple[object, ...]:
    amount = decision.amount.total if decision.amount else None
    return decision.outcome, decision.clauses, amount, decision.eligible_from


def _costs(compared: Sequence[Difference]) -> tuple[Cost, ...]:
    currencies = sorted({_currency(each) for each in compared})
    return tuple(_cost(currency, [each for each in compared if _currency(each) == currency]) for currency in currencies)


def _currency(each: Difference) -> str:
    return each.past.decided.records.order.payment.amount.currency


def _cost(currency: str, compared: Sequence[Difference]) -> Cost:
    before, after = [each.before for each in compared], [each.after for each in compared]
    return Cost(
        currency,
        eligible_before=_total(before, Outcome.ELIGIBLE, currency),
        eligible_after=_total(after, Outcome.ELIGIBLE, currency),
        review_before=_total(before, Outcome.NEEDS_REVIEW, currency),
        review_after=_total(after, Outcome.NEEDS_REVIEW, currency),
    )


def _total(decisions: Iterable[Decision], outcome: Outcome, currency: str) -> Money:
    amounts = (d.amount.total for d in decisions if d.outcome is outcome and d.amount)
    return sum(amounts, start=Money.zero(currency))
