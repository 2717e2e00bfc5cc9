"""What two versions of the policy say differently, place by place, for whoever signs one of them. PURE."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from refunds.cases.plain import dump
from refunds.policy.book import PolicyBook

NOTHING = "–"
"""Stands where one of the two says nothing."""

_IN_ONE_PIECE = ({"count"}, {"value", "currency"})
"""Days and money."""


@dataclass(frozen=True, slots=True)
class Change:
    """One place, such as ``settings / problem_solution_period``, and what either version says there."""

    where: str
    before: str
    after: str


def changes(before: PolicyBook, after: PolicyBook) -> tuple[Change, ...]:
    """Every place that differs, but for the versions' names; none for two versions that say the same."""
    old, new = dict(_places(dump(before))), dict(_places(dump(after)))
    return tuple(
        Change(where, old.get(where, NOTHING), new.get(where, NOTHING))
        for where in dict.fromkeys((*old, *new))
        if where != "version" and old.get(where) != new.get(where)
    )


def _places(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    inner = _inner(value)
    if inner is None:
        yield " / ".join(path), _words(value)
        return
    for name, part in inner.items():
        yield from _places(part, (*path, name))


def _inner(value: Any) -> dict[str, Any] | None:
    """The parts of a record, or of a list of records with an id; None for what is said in one piece."""
    if isinstance(value, dict):
        return None if value.keys() in _IN_ONE_PIECE else value
    if isinstance(value, list) and value and all(isinstance(each, dict) and "id" in each for each in value):
        return {each["id"]: each for each in value}
    return None


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(map(str, value.values()))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
