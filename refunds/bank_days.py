"""Which days banks work, from the ``holidays`` package: XECB, XFED, or a country's code.

A country's banks are taken to close on its public holidays: the package's own list of bank holidays mixes in half days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays

_SUBDIVISIONS = {"GB": "ENG", "AU": "NSW"}  # no days of the whole country, or too few: where its banks clear
_PLAIN = "_PLAIN"  # "CN_PLAIN": China's days without the weekends that are worked to make up for holidays
_WEEKEND = frozenset({5, 6})
# Countries whose make-up weekends are set by a notice for each year: without any, the year is not published.
_PUBLISHED_BY_NOTICE = {"CN"}


@dataclass(frozen=True, slots=True)
class _BankYear:
    """One year of one calendar. ``published``: whether all of its days off are officially known."""

    days_off: frozenset[date]
    make_up_days: frozenset[date]
    weekend: frozenset[int]
    published: bool


_UNKNOWN_YEAR = _BankYear(frozenset(), frozenset(), _WEEKEND, published=False)


class HolidayCalendars:
    """Bank calendars for ``refunds.days.BankCalendars``; safe to share between threads.

    A calendar that is not known counts Monday to Friday and is never published.
    """

    def is_business_day(self, calendar: str, day: date) -> bool:
        """Whether banks of ``calendar`` work on ``day``."""
        year = _bank_year(calendar, day.year)
        if day in year.make_up_days:
            return True
        return day.weekday() not in year.weekend and day not in year.days_off

    def is_public_holiday(self, country: str, day: date) -> bool:
        """Whether ``day`` is a public holiday of ``country``; a country that is not known has none."""
        return day in _bank_year(country, day.year).days_off

    def is_published(self, calendar: str, day: date) -> bool:
        """Whether the days off of that year are officially known; if not, an estimate is provisional."""
        return _bank_year(calendar, day.year).published


@cache
def _bank_year(calendar: str, year: int) -> _BankYear:
    name = calendar.removesuffix(_PLAIN)
    days = _holidays(name, year)
    if days is None:
        return _UNKNOWN_YEAR
    make_up = frozenset(day for day in days.weekend_workdays if day.year == year)
    return _BankYear(
        days_off=frozenset(day for day in days if day.year == year),
        make_up_days=frozenset() if calendar.endswith(_PLAIN) else make_up,
        weekend=frozenset(days.weekend),
        published=_is_covered(days, year) and (name not in _PUBLISHED_BY_NOTICE or bool(make_up)),
    )


def _holidays(name: str, year: int) -> holidays.HolidayBase | None:
    """The package's calendar with the years around, as a holiday may move over the turn of the year."""
    years = (year - 1, year, year + 1)
    try:
        if len(name) == 2:
            return holidays.country_holidays(name, subdiv=_SUBDIVISIONS.get(name), years=years)
        return holidays.financial_holidays(name, years=years)
    except NotImplementedError:
        return None


def _is_covered(days: holidays.HolidayBase, year: int) -> bool:
    return bool(days.start_year <= year <= days.end_year)
