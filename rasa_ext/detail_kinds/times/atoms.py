"""The pieces that times are made of, each with its place in the text."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Optional, Union


@dataclass(frozen=True)
class Day:
    """One day or a span of days, both ends included."""

    first: date
    last: date
    # "weekday" and "ordinal" leave week or month open and may be moved to fit their neighbours; a "duration" ("for two
    # days") counts from now only where no other time says when.
    kind: str = "date"


@dataclass(frozen=True)
class Clock:
    """A time of day in minutes; `half` says am or pm where the customer did, `exact` is false for a bare hour."""

    minutes: int
    half: Optional[str] = None
    exact: bool = True


@dataclass(frozen=True)
class PartOfDay:
    """Morning, evening ...: minutes of the day it begins and ends; the end of a night is on the next day."""

    start: int
    end: int
    name: str


@dataclass(frozen=True)
class Instant:
    """A moment counted from now: "two hours ago"; with an end, a stretch from it: "the last two hours"."""

    moment: datetime
    end: Optional[datetime] = None


@dataclass(frozen=True)
class Link:
    """A word between times: since, from, to, and, until."""

    kind: str


@dataclass(frozen=True)
class Zone:
    """A time zone named beside a clock time."""

    zone: tzinfo


@dataclass(frozen=True)
class Impossible:
    """A date that there is none of: 31 February. It keeps its words from being read as anything else."""


@dataclass(frozen=True)
class Ambiguous:
    """A date that can be read as two: 03/04."""


What = Union[Day, Clock, PartOfDay, Instant, Link, Zone, Impossible, Ambiguous]


@dataclass(frozen=True)
class Atom:
    """A piece and its span in the text."""

    start: int
    end: int
    what: What
