"""What a figure is: rows under named columns, with the sentence that says what was counted. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

Cell = str | int | float | date | timedelta | None
Row = tuple[Cell, ...]


class Kind(StrEnum):
    """What the cells of a column are. A share lies between 0 and 1; None, in any column, is "cannot be said"."""

    TEXT = "text"
    DAY = "day"
    COUNT = "count"
    SHARE = "share"
    SPAN = "span"


@dataclass(frozen=True, slots=True)
class Column:
    """A column's title and what its cells are."""

    title: str
    kind: Kind = Kind.COUNT


@dataclass(frozen=True, slots=True)
class Chart:
    """Which columns, by place, are drawn as bars: upright ones for days, one upon the other where they make a sum.

    The rows that are drawn are named by their first cells, ``named_by`` many.
    """

    columns: tuple[int, ...]
    upright: bool = False
    stacked: bool = True
    named_by: int = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """``key`` names it in addresses and files; ``definition`` says exactly what is counted."""

    key: str
    title: str
    definition: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    chart: Chart


def share(part: int, whole: int) -> float | None:
    """``part`` of ``whole``, between 0 and 1; None of nothing."""
    return part / whole if whole else None


def median(spans: Iterable[timedelta]) -> timedelta | None:
    """The middle one, the mean of the middle two of an even number; None of none."""
    ordered = sorted(spans)
    middle = len(ordered) // 2
    if not ordered:
        return None
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def nine_of_ten_within(spans: Iterable[timedelta]) -> timedelta | None:
    """The shortest span that nine of ten stay within (nearest rank); None of none."""
    ordered = sorted(spans)
    return ordered[-(-len(ordered) * 9 // 10) - 1] if ordered else None


def plain_span(span: timedelta) -> str:
    """A span as people say it, by its two greatest units: 3.4 s, 12 min, 2 h 5 min, 3 d 4 h."""
    seconds = span.total_seconds()
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return _two(minutes, 60, "h", "min")
    return _two(round(minutes / 60), 24, "d", "h")


def _two(number: int, size: int, great: str, small: str) -> str:
    whole, rest = divmod(number, size)
    return f"{whole} {great} {rest} {small}" if rest else f"{whole} {great}"
