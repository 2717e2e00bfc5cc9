"""What an agent wants to see of the queue of cases: pure, read from an address and written into one again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Self, TypeVar

from refunds.cases.lifecycle import OPEN, UNDECIDED, CaseState

_Choice = TypeVar("_Choice", bound=StrEnum)
LONGEST_SEARCH = 100
MOST_PAGES = 10_000


class Group(StrEnum):
    """Cases that wait for the same side; then those of one state, where a side has several."""

    OPEN = "open"
    CHECK = "check"  # for us to decide
    CUSTOMER = "customer"  # for the customer's answer
    MONEY = "money"  # approved, and the money not yet with a bank
    PAID = "paid"
    ENDED = "ended"
    ALL = "all"
    SUBMITTED = "submitted"
    VERIFYING = "verifying"
    APPEALED = "appealed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Due(StrEnum):
    """Cases by their next day."""

    ANY = "any"
    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    LAW = "law"  # those with a day that a law sets


class SeenToBy(StrEnum):
    """Cases by who sees to them; besides these, an agent's id."""

    ANYONE = "anyone"
    ME = "me"
    NOBODY = "nobody"


STATES: Mapping[Group, frozenset[CaseState]] = {
    Group.OPEN: OPEN - {CaseState.PAID},
    Group.CHECK: UNDECIDED - {CaseState.INFO_REQUESTED},
    Group.CUSTOMER: frozenset({CaseState.INFO_REQUESTED}),
    Group.MONEY: frozenset({CaseState.APPROVED}),
    Group.PAID: frozenset({CaseState.PAID}),
    Group.ENDED: frozenset(CaseState) - OPEN,
    Group.ALL: frozenset(CaseState),
    Group.SUBMITTED: frozenset({CaseState.SUBMITTED}),
    Group.VERIFYING: frozenset({CaseState.VERIFYING}),
    Group.APPEALED: frozenset({CaseState.APPEALED}),
    Group.REJECTED: frozenset({CaseState.REJECTED}),
    Group.WITHDRAWN: frozenset({CaseState.WITHDRAWN}),
    Group.CLOSED: frozenset({CaseState.CLOSED}),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter of the queue. ``seen_to_by`` is one of ``SeenToBy`` or an agent's id; ``page`` counts from 1."""

    group: Group = Group.OPEN
    due: Due = Due.ANY
    seen_to_by: str = SeenToBy.ANYONE
    search: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """The filter that an address names; what is no filter is left out, since people edit addresses."""
        page = query.get("page", "1")
        return cls(
            group=_one_of(Group, query.get("group"), Group.OPEN),
            due=_one_of(Due, query.get("due"), Due.ANY),
            seen_to_by=query.get("seen_to_by", "").strip()[:32] or SeenToBy.ANYONE,
            search=query.get("search", "").strip()[:LONGEST_SEARCH],
            page=min(int(page), MOST_PAGES) if page.isascii() and page.isdigit() and int(page) else 1,
        )

    @property
    def query(self) -> dict[str, str]:
        """The filter as an address names it, without what says nothing."""
        plain = Wanted()
        return {name: str(value) for name, value in asdict(self).items() if value != getattr(plain, name)}

    def on(self, page: int) -> Wanted:
        """The same on another page."""
        return replace(self, page=page)


def _one_of(choices: type[_Choice], text: str | None, default: _Choice) -> _Choice:
    return choices(text) if text in set(choices) else default
