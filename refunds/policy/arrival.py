"""P3.b and P4.c: from when to when a refund may arrive, in the days on which the banks concerned work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from refunds.days import BankCalendars, BusinessDays, CalendarDays, aware, local_day
from refunds.policy.book import ArrivalFigures, ArrivalTable, PolicyBook, Unit

UNKNOWN_COUNTRY = "ZZ"  # reserved in ISO 3166 for it; no calendar has it, so Monday to Friday, provisional
_UTC = ZoneInfo("UTC")
_CLOCK = {Unit.SECONDS: timedelta(seconds=1), Unit.MINUTES: timedelta(minutes=1)}


@dataclass(frozen=True, slots=True)
class ArrivalWindow:
    """When the money may be there: ``earliest`` <= ``typical`` (the latest typical day) <= ``latest``.

    The counts are in ``unit``, the last one in ``latest_unit``. ``worry_from`` is the first day on which it is late.
    ``provisional``: a calendar it counts in is not published yet. ``reversal_words`` say what happens instead
    while the charge has not settled, ``note`` what is peculiar to the method; both may be empty.
    """

    method: str
    funding: str | None
    earliest: date
    typical: date
    latest: date
    earliest_count: int
    typical_count: int
    latest_count: int
    unit: Unit
    latest_unit: Unit
    basis: str
    worry_from: date
    provisional: bool
    person_only: bool
    reversal_words: str
    note: str


def arrival(  # noqa: PLR0917 - all that it depends on comes in as an argument
    method: str,
    funding: str | None,
    country: str | None,
    submitted: datetime,
    policy: PolicyBook,
    calendars: BankCalendars,
    zone: ZoneInfo = _UTC,
) -> ArrivalWindow:
    """The window for a refund submitted at ``submitted`` (aware), in days of ``zone``.

    ``country`` is that of the card's issuer or of the payment. An unknown method gets a wide window whose basis
    says why. Figures and their sources: ``policy/arrival.yml``. Raises ``ValueError`` for a time without a zone.
    """
    table = policy.arrival
    row = table.methods.get(method)
    figures = row.by_funding.get(funding or "", row.figures) if row else table.unknown_method
    bank = _Bank(_calendar_names(figures, country, table), calendars)
    earliest, typical, latest = _Counting(figures, bank, aware(submitted), zone).window()
    return ArrivalWindow(
        method=method,
        funding=funding,
        earliest=earliest,
        typical=typical,
        latest=latest,
        earliest_count=figures.earliest,
        typical_count=figures.typical,
        latest_count=figures.latest,
        unit=figures.unit,
        latest_unit=figures.latest_unit,
        basis=f"{figures.basis} [{'; '.join((', '.join(figures.sources), *bank.words()))}]",
        worry_from=bank.day_after(latest, 1),
        provisional=not (bank.is_published(local_day(submitted, zone)) and bank.is_published(latest)),
        person_only=row is not None and row.person_only,
        reversal_words=table.reversal_words if row and row.may_be_reversed else "",
        note=row.note if row else "",
    )


@dataclass(frozen=True, slots=True)
class _Bank:
    """The banks that a refund passes: open when all of their calendars are; without calendars, day and night."""

    names: tuple[str, ...]
    calendars: BankCalendars

    def is_open(self, day: date) -> bool:
        return all(self.calendars.is_business_day(name, day) for name in self.names)

    def is_published(self, day: date) -> bool:
        return all(self.calendars.is_published(name, day) for name in self.names)

    def day_after(self, day: date, count: int) -> date:
        return BusinessDays(count).after(day, self.is_open)

    def words(self) -> tuple[str, ...]:
        return (f"bank days: {', '.join(name.removesuffix('_PLAIN') for name in self.names)}",) if self.names else ()


def _calendar_names(figures: ArrivalFigures, country: str | None, table: ArrivalTable) -> tuple[str, ...]:
    """The calendars of ``figures`` with the country's own in its place; left out if unknown beside another."""
    own = table.country_calendars.get(country, country) if country else None
    named = tuple(dict.fromkeys(own if name == "country" else name for name in figures.calendars))
    known = tuple(name for name in named if name)
    return known or ((UNKNOWN_COUNTRY,) if named else ())


@dataclass(frozen=True, slots=True)
class _Counting:
    """One row of figures, counted from one submission."""

    figures: ArrivalFigures
    bank: _Bank
    submitted: datetime
    zone: ZoneInfo

    def window(self) -> tuple[date, date, date]:
        """Earliest, typical and latest day, in order also where two are counted in different units."""
        figures = self.figures
        typical = self._day(figures.typical, figures.unit)
        latest = self._day(figures.latest, figures.latest_unit)
        return self._day(figures.earliest, figures.unit), typical, max(typical, latest)

    def _day(self, count: int, unit: Unit) -> date:
        if unit in _CLOCK:
            return local_day(self.submitted + count * _CLOCK[unit], self.zone)
        start = local_day(self.submitted, self.zone)
        if unit is Unit.CALENDAR_DAYS:
            return self.bank.day_after(CalendarDays(count).after(start), 0)
        return self.bank.day_after(start, count - self.figures.first_day_counts)
