"""Which waiting chat is taken first: points that add up, each with its reason, so that nobody need guess.

| what | points |
|---|---|
| waiting time | 1 a minute, 120 at most |
| a day set by law is past or today / within 3 days / within 7 | 200 / 120 / 60 |
| a withdrawal from the contract was stated | 60 |
| the customer is angry or complains | 45 |
| the amount at stake | 1 for each 20 of its currency, 60 at most |
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from refunds.money import Money

MOST_FOR_WAITING = 120
MOST_FOR_AMOUNT = 60
AMOUNT_A_POINT = 20
WITHDRAWAL = 60
ANGER = 45
ANGRY_REASONS = frozenset({"upset", "complaint"})
_BY_LAW = ((0, 200), (3, 120), (7, 60))


class Points(NamedTuple):
    """Points and what for, in words for agents."""

    points: int
    why: str


@dataclass(frozen=True, slots=True)
class Stakes:
    """What a chat's priority follows from. ``legal_day``: the nearest day by which a law wants something done."""

    waits_since: datetime
    reason: str
    legal_day: date | None = None
    withdrawal: bool = False
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Priority:
    """The sum and its parts, the weightiest first."""

    parts: tuple[Points, ...]

    @property
    def points(self) -> int:
        """The sum."""
        return sum(part.points for part in self.parts)

    @property
    def why(self) -> str:
        """All parts in one line."""
        return "; ".join(f"{part.why} +{part.points}" for part in self.parts)


def priority_of(stakes: Stakes, now: datetime, today: date) -> Priority:
    """The priority at ``now``; ``today`` is the desk's day."""
    parts = [part for part in (_waiting(stakes, now), _law(stakes, today), *_rest(stakes)) if part.points > 0]
    return Priority(tuple(sorted(parts, key=lambda part: -part.points)))


def _waiting(stakes: Stakes, now: datetime) -> Points:
    minutes = int((now - stakes.waits_since).total_seconds() // 60)
    return Points(min(minutes, MOST_FOR_WAITING), f"waits {minutes} min")


def _law(stakes: Stakes, today: date) -> Points:
    if stakes.legal_day is None:
        return Points(0, "")
    left = (stakes.legal_day - today).days
    points = next((points for days, points in _BY_LAW if left <= days), 0)
    return Points(points, f"due by law on {stakes.legal_day:%-d %b}")


def _rest(stakes: Stakes) -> list[Points]:
    parts = []
    if stakes.withdrawal:
        parts.append(Points(WITHDRAWAL, "stated a withdrawal"))
    if stakes.reason in ANGRY_REASONS:
        parts.append(Points(ANGER, "is upset"))
    if stakes.amount is not None:
        points = min(int(stakes.amount.value // AMOUNT_A_POINT), MOST_FOR_AMOUNT)
        parts.append(Points(points, f"{stakes.amount} at stake"))
    return parts
