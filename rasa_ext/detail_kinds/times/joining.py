"""Joins the pieces that belong together: a day with its clock time, a beginning with its end."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Iterator, List, Optional

from rasa_ext.detail_kinds.times.atoms import (
    Ambiguous,
    Atom,
    Clock,
    Day,
    Impossible,
    Instant,
    Link,
    PartOfDay,
    What,
    Zone,
)
from rasa_ext.detail_kinds.times.clocks import find_clocks
from rasa_ext.detail_kinds.times.dates import find_dates
from rasa_ext.detail_kinds.times.days import find_days

_LINK = re.compile(
    r"\b(?P<since>since|starting|started|starts|start|began|begun|beginning|after|as of)\b"
    r"|\b(?P<from>from|between|von)\b"
    r"|\b(?P<to>until|till|til|to|through|thru|and|bis|before|ended|ends|ending)\b|(?<=[\dm\s])(?P<dash>-)(?=[\d\s])"
)
_FROM_ON = re.compile(r"(from\b.*?)\s+on(?:wards?)?\b")
_FILLER = re.compile(
    r"[\s,;:()]*(?:(?:on|at|the|in|of|about|around|roughly|approx|approximately|ca|circa|exactly|it|was|is|that|all|day|"
    r"long|sometime|some|time|my|our|local|shortly|a|bit|already|then|or|so|went|sharp|hours|o'clock|ever|right|only|"
    r"just|whole|entire|early|late|day's|morning's|t)\b\.?[\s,;:()]*)*"
)


@dataclass(frozen=True)
class Point:
    """One end of a span: a day, a time of day, or both."""

    day: Optional[Day] = None
    clock: Optional[Clock] = None
    part: Optional[PartOfDay] = None
    instant: Optional[Instant] = None

    def filled(self) -> bool:
        """Whether anything is known of this end."""
        return self != Point()


@dataclass
class Phrase:
    """Pieces that belong together, from `start` to `end` in the text, with at most two ends."""

    start: int
    end: int
    points: List[Point] = field(default_factory=lambda: [Point()])
    open_end: bool = False
    ambiguous: bool = False
    zone: Optional[tzinfo] = None

    def take(self, atom: Atom, links: List[str]) -> bool:
        """Adds a piece; False when it does not fit and a new phrase must begin."""
        if isinstance(atom.what, Zone):
            self.zone = atom.what.zone
        elif isinstance(atom.what, Ambiguous):
            self.ambiguous = True
        elif not self._take_point(atom.what, links):
            return False
        self.end = max(self.end, atom.end)
        return True

    def _take_point(self, what: What, links: List[str]) -> bool:
        if "to" in links and self.points[-1].filled():
            if len(self.points) == 2:
                return False
            self.points.append(Point())
        self.open_end = self.open_end or ("since" in links and len(self.points) == 1)
        joined = _joined(self.points[-1], what)
        if joined is None:
            return False
        self.points[-1] = joined
        return True


def _joined(point: Point, what: What) -> Optional[Point]:
    if isinstance(what, Day):
        return _with_day(point, what)
    if isinstance(what, Clock):
        return replace(point, clock=what) if point.clock is None else None
    if isinstance(what, PartOfDay):
        return replace(point, part=what) if point.part is None else None
    if isinstance(what, Instant):
        return replace(point, instant=what) if not point.filled() else None
    return None


def _with_day(point: Point, day: Day) -> Optional[Point]:
    if point.day is None:
        return replace(point, day=day)
    # "Tuesday, 3 November" and "3 November, a Tuesday" name one day twice; the date is the surer one.
    if point.day.kind == "weekday" and day.kind in {"date", "ordinal"}:
        return replace(point, day=day)
    return point if day.kind == "weekday" and point.day.kind in {"date", "ordinal"} else None


def find_phrases(text: str, now: datetime) -> Iterator[Phrase]:
    """The time phrases of a text in the order they stand in it."""
    for phrase in _joined_atoms(text, now):
        onward = _FROM_ON.match(text, phrase.start)
        if onward and onward.end(1) == phrase.end and len(phrase.points) == 1:
            phrase.open_end, phrase.end = True, onward.end()
        yield phrase


def _joined_atoms(text: str, now: datetime) -> Iterator[Phrase]:
    for cluster in _clusters(text, _atoms(text, now)):
        phrase: Optional[Phrase] = None
        links: List[Atom] = []
        for atom in cluster:
            if isinstance(atom.what, Link):
                links.append(atom)
                continue
            if phrase is None or not phrase.take(atom, _kinds(links)):
                if phrase is not None:
                    yield phrase
                phrase = _begun(atom, links)
            links = []
        if phrase is not None:
            yield phrase


def _clusters(text: str, atoms: List[Atom]) -> Iterator[List[Atom]]:
    cluster: List[Atom] = []
    for atom in atoms:
        if cluster and not _only_filler(text, cluster[-1].end, atom.start):
            yield cluster
            cluster = []
        cluster.append(atom)
    if cluster:
        yield cluster


def _begun(atom: Atom, links: List[Atom]) -> Phrase:
    leading = [link for link in links if link.what != Link("to")]
    phrase = Phrase(min(place.start for place in [atom, *leading]), atom.end)
    phrase.take(atom, _kinds(leading))
    return phrase


def _kinds(links: List[Atom]) -> List[str]:
    return [link.what.kind for link in links if isinstance(link.what, Link)]


def _only_filler(text: str, start: int, end: int) -> bool:
    return _FILLER.fullmatch(text, start, end) is not None


def _atoms(text: str, now: datetime) -> List[Atom]:
    found = [*find_dates(text, now.date()), *find_days(text, now), *find_clocks(text)]
    kept: List[Atom] = []
    for start, end, what in found:
        _keep(kept, Atom(start, end, what))
    for match in _LINK.finditer(text):
        kind = str(match.lastgroup).replace("dash", "to")
        _keep(kept, Atom(match.start(), match.end(), Link(kind)))
    return sorted(_that_say_when(kept), key=lambda atom: atom.start)


def _that_say_when(atoms: List[Atom]) -> List[Atom]:
    possible = [atom for atom in atoms if not isinstance(atom.what, Impossible)]
    lasting = [atom for atom in possible if isinstance(atom.what, Day) and atom.what.kind == "duration"]
    dated = any(isinstance(atom.what, (Day, Instant, Ambiguous)) for atom in possible if atom not in lasting)
    return [atom for atom in possible if atom not in lasting] if dated else possible


def _keep(kept: List[Atom], atom: Atom) -> None:
    if not any(atom.start < other.end and other.start < atom.end for other in kept):
        kept.append(atom)
