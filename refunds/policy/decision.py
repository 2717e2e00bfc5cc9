"""What a decision is: an outcome with every reason, the amount with its sum, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from refunds.money import Money


class Outcome(StrEnum):
    """What the preliminary check comes to."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    NOT_YET = "not_yet"
    NEEDS_REVIEW = "needs_review"
    INCOMPLETE = "incomplete"


class Detail(StrEnum):
    """What a customer can be asked for."""

    REASON = "reason"  # no ground is claimed and none follows from the records
    TIME = "time"  # a failure is claimed, its time is not named
    NARROWER_TIME = "narrower_time"  # the time named spans more than three days


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact that a rule used: a stable name, the value as text, and the fact in words for a person.

    Facts are the same by name and value: an old decision stays the same when words are put better.
    """

    name: str
    value: str
    words: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Reason:
    """What one rule found: its clause ("P1.a"), the rule's function name, its outcome and the facts it used."""

    clause: str
    rule: str
    outcome: Outcome
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """A detail still needed. ``offers`` are incident ids that the question may offer."""

    detail: Detail
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AmountStep:
    """One line of the sum: what it is, in words, and how much (negative where it is taken off)."""

    words: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Amount:
    """How much goes back and how it came about. ``basis``: full, unused_term or withdrawal."""

    total: Money
    basis: str
    steps: tuple[AmountStep, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of one request by one policy version; the same input always gives the same decision.

    ``reasons`` hold every rule tried: those that carry the outcome first, among them strongest first
    (payment guards, P2.a and P5.b where they decide, then P1.a, P1.b, P1.c), then the others in that order.
    ``amount`` is None unless money may go back (eligible; needs_review where a ground would carry it).
    ``eligible_from`` is set for not_yet. ``ends_contract`` is set when a withdrawal carries it.
    ``payout_needs_review`` is set when the original route is closed.
    """

    outcome: Outcome
    reasons: tuple[Reason, ...]
    policy_version: str
    amount: Amount | None = None
    missing: tuple[Missing, ...] = ()
    eligible_from: date | None = None
    ends_contract: bool = False
    payout_needs_review: bool = False

    @property
    def clauses(self) -> tuple[str, ...]:
        """Clauses of the reasons that carry the outcome, strongest first, each once."""
        return tuple(dict.fromkeys(r.clause for r in self.reasons if r.outcome == self.outcome))
