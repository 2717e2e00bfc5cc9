"""An arrival window in sentences: how long, from which day to which, and a plain answer to what was asked of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from actions import telling
from actions.hoped_day import hoped_day
from actions.talk import Talk
from refunds.days import local_day
from refunds.policy.arrival import ArrivalWindow
from refunds.policy.book import ArrivalFigures, Unit

_WEEKEND = re.compile(r"\b(?:weekends?|saturdays?|sundays?|(?:bank|public) holidays?)\b", re.I)
_PAST = re.compile(r"\b(?:was|were|last|since|ago)\b", re.I)
_CLOSED = re.compile(
    r"\b(?:expired?|expiring|cancell?ed|replaced|lost|stolen|clos(?:ed|ing)|blocked|frozen|(?:new|old) card)\b", re.I
)
_MINUTES_AN_HOUR = 60


@dataclass(frozen=True)
class Way:
    """One way that a refund goes: its window, in figures and in days, and its name as it follows "a refund"."""

    window: ArrivalWindow
    figures: ArrivalFigures
    name: str
    country: str | None


def way(talk: Talk, method: str, funding: str | None, country: str | None, name: str | None = None) -> Way:
    """The way of a refund sent now; ``name`` where it is the customer's own."""
    enquiries = talk.app.enquiries
    window = enquiries.arrival(method, funding, country, talk.now, talk.zone)
    return Way(window, enquiries.figures(method, funding), name or talk.words(f"to_{method}"), country)


def answer_words(talk: Talk, one: Way) -> str:
    """At most three sentences: the plain answer or the method's note, how long, and from when to when."""
    lines = [_how_long(talk, one), _from_when_to_when(talk, one)]
    asked = asked_words(talk, one)
    if asked:
        lines.insert(0, asked)
    elif one.window.note and _CLOSED.search(talk.text):
        lines.insert(0, one.window.note)
    elif one.window.note:
        lines.append(one.window.note)
    return " ".join(lines)


def short_words(talk: Talk, one: Way) -> str:
    """One line of several ways: how long and by when."""
    usual = one.window.latest if one.window.latest_unit is one.window.unit else one.window.typical
    name = one.name[:1].upper() + one.name[1:]
    day = talk.app.words.day(usual, talk.locale)
    return talk.words("arrival_one_of_many", way=name, span=span_words(talk, one.window), day=day)


def asked_words(talk: Talk, one: Way) -> str | None:
    """The answer to a day hoped for or to a weekend; None where neither was asked about."""
    hoped = hoped_day(talk.text, local_day(talk.now, talk.zone))
    if hoped:
        return talk.words(_verdict(one.window, hoped), day=talk.app.words.day(hoped, talk.locale))
    if _WEEKEND.search(talk.text) and not _PAST.search(talk.text):
        return talk.words("arrival_bank_days" if one.figures.calendars else "arrival_every_day")
    return None


def _verdict(window: ArrivalWindow, hoped: date) -> str:
    if window.latest <= hoped:
        return "arrival_in_time"
    if window.typical <= hoped:
        return "arrival_likely_in_time"
    return "arrival_perhaps_in_time" if window.earliest <= hoped else "arrival_too_late"


def _how_long(talk: Talk, one: Way) -> str:
    window = one.window
    if window.latest_unit is not window.unit:
        usual = _usual_words(talk, window, window.typical_count)
        return talk.words("arrival_rarely_longer", way=one.name, usual=usual, high=window.latest_count)
    name = "arrival_soon" if _is_soon(window) else "arrival_span"
    return talk.words(name, way=one.name, span=span_words(talk, window))


def _from_when_to_when(talk: Talk, one: Way) -> str:
    window = one.window
    if window.latest_unit is not window.unit:
        name = "arrival_usually_by"
    else:
        name = "arrival_on" if window.earliest == window.latest else "arrival_between"
    worry = talk.app.words.day(window.worry_from, talk.locale)
    return talk.words(name, caveat=_caveat(talk, one), worry=worry, **telling.window_days(talk, window))


def _caveat(talk: Talk, one: Way) -> str:
    """What the days rest on: banks, and holidays that are not known."""
    if one.country is None and one.figures.calendars == ("country",):
        return talk.words("arrival_country_unknown")
    if one.window.provisional:
        return talk.words("arrival_not_published")
    return talk.words("arrival_bank") if one.figures.calendars else ""


def _is_soon(window: ArrivalWindow) -> bool:
    """Whether it is counted in minutes, or comes the same or the next day."""
    return window.unit in (Unit.SECONDS, Unit.MINUTES) or (
        window.unit is Unit.CALENDAR_DAYS and window.latest_count <= 1
    )


def span_words(talk: Talk, window: ArrivalWindow) -> str:
    """How long in words: "5 to 10 business days", "up to 5 business days, in rare cases up to 30 days"."""
    if _is_soon(window):
        return _soon_words(talk, window)
    if window.latest_unit is not window.unit:
        usual = _usual_words(talk, window, window.typical_count)
        return talk.words("span_rarely", usual=usual, high=window.latest_count)
    return _usual_words(talk, window, window.latest_count)


def _usual_words(talk: Talk, window: ArrivalWindow, high: int) -> str:
    low, unit = window.earliest_count, "business_days" if window.unit is Unit.BUSINESS_DAYS else "days"
    name = "span_exact" if low == high else "span_between" if low else "span_up_to"
    return talk.words(name, low=low, high=high, unit=talk.words(f"unit_{unit}"))


def _soon_words(talk: Talk, window: ArrivalWindow) -> str:
    if window.unit is Unit.CALENDAR_DAYS:
        return talk.words("span_a_day")
    if window.unit is Unit.SECONDS or window.latest_count <= 1:
        return talk.words("span_a_minute")
    hours, minutes = divmod(window.latest_count, _MINUTES_AN_HOUR)
    if hours and not minutes:
        return talk.words("span_hours", high=hours)
    return talk.words("span_minutes", high=window.latest_count)
