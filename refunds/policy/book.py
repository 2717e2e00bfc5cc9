"""The policy as frozen data: clauses, settings, statutory rights, arrival times and the zones of countries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from refunds.days import BusinessDays, CalendarDays
from refunds.money import Money


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its fixed id, the policy's text, the same in plain words, and what questions about it mention."""

    id: str
    text: str
    plain: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the policy leaves open. Windows run in calendar days, the desk's targets in business days.

    ``amount_basis`` maps P1.a and P1.b to ``full`` or ``unused_term``; the limits map a currency to an amount.
    """

    problem_report_window: CalendarDays
    problem_solution_period: CalendarDays
    serious_severities: frozenset[str]
    vendor_fault_levels: frozenset[str]
    late_report_review_after: CalendarDays
    amount_basis: Mapping[str, str]
    verification_target: BusinessDays
    payout_target: BusinessDays
    automatic_approval_limit: Mapping[str, Money]
    second_approver_above: Mapping[str, Money]

    def approves_without_person(self, amount: Money) -> bool:
        """Whether an eligible case of ``amount`` with matched evidence needs no person (P2.b); 0 is off."""
        limit = self.automatic_approval_limit.get(amount.currency)
        return limit is not None and Money.zero(amount.currency) < limit and amount <= limit

    def needs_second_approver(self, amount: Money) -> bool:
        """Whether a payout of ``amount`` needs two agents; always in a currency without a limit."""
        limit = self.second_approver_above.get(amount.currency)
        return limit is None or amount > limit


@dataclass(frozen=True, slots=True)
class Right:
    """A right that a law may give. ``countries`` are ISO codes or ``*``; ``who`` holds consumer, business.

    ``decided`` rights are decided here by ``window`` (withdrawal); the others go to a person when one of
    ``arises_with`` (defect, withdrawal) comes up. Naming one of ``law_names`` always goes to a person.
    ``pay_back`` runs from the day the vendor is told. ``in_force_from`` None: not in force yet.
    """

    id: str
    law: str
    countries: frozenset[str]
    who: frozenset[str]
    decided: bool
    window: CalendarDays
    arises_with: frozenset[str]
    pay_back: CalendarDays | None
    in_force_from: date | None
    law_names: tuple[str, ...]


class Unit(StrEnum):
    """What a time of arrival is counted in."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    BUSINESS_DAYS = "business_days"
    CALENDAR_DAYS = "calendar_days"


@dataclass(frozen=True, slots=True)
class ArrivalFigures:
    """How long a refund takes: counts in ``unit`` (``latest`` in ``latest_unit``), and where they come from.

    ``calendars`` are the bank calendars that must all be open, ``country`` standing for the payment's own.
    With ``first_day_counts`` the day of submission is business day 1.
    """

    earliest: int
    typical: int
    latest: int
    unit: Unit
    latest_unit: Unit
    calendars: tuple[str, ...]
    first_day_counts: bool
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """A payment method: its figures, those by funding, and until when a refund along it can be started."""

    figures: ArrivalFigures
    by_funding: Mapping[str, ArrivalFigures]
    refund_window: CalendarDays | None
    may_be_reversed: bool
    person_only: bool
    note: str


@dataclass(frozen=True, slots=True)
class ArrivalTable:
    """All methods, what holds for an unknown one, and the bank calendar of countries that need another than theirs."""

    methods: Mapping[str, Method]
    unknown_method: ArrivalFigures
    country_calendars: Mapping[str, str]
    reversal_words: str


@dataclass(frozen=True, slots=True)
class LatestZones:
    """The IANA zone of each country in which a day ends last, and the one for an unknown country."""

    by_country: Mapping[str, str]
    unknown: str


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """One version of the policy. ``version``: the day written in clauses.yml, "+", a hash of all files' content."""

    version: str
    clauses: tuple[Clause, ...]
    settings: Settings
    statutory: tuple[Right, ...]
    arrival: ArrivalTable
    zones: LatestZones

    def clause(self, clause_id: str) -> Clause:
        """The clause of that id; raises ``KeyError`` for an unknown one."""
        for clause in self.clauses:
            if clause.id == clause_id:
                return clause
        raise KeyError(clause_id)
