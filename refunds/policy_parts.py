"""From checked YAML content to the policy book's frozen parts; the shapes are those of ``policy/schema``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from refunds.days import BusinessDays, CalendarDays
from refunds.money import Money
from refunds.policy.book import ArrivalFigures, ArrivalTable, Clause, LatestZones, Method, Right, Settings, Unit


def clauses(content: Any) -> tuple[Clause, ...]:
    """The clauses of clauses.yml, in its order."""
    return tuple(Clause(row["id"], row["text"], row["plain"], tuple(row["topics"])) for row in content["clauses"])


def settings(content: Any) -> Settings:
    """The settings of settings.yml."""
    return Settings(
        problem_report_window=CalendarDays(content["problem_report_window"]),
        problem_solution_period=CalendarDays(content["problem_solution_period"]),
        serious_severities=frozenset(content["serious_severities"]),
        vendor_fault_levels=frozenset(content["vendor_fault_levels"]),
        late_report_review_after=CalendarDays(content["late_report_review_after"]),
        amount_basis=MappingProxyType(dict(content["amount_basis"])),
        verification_target=BusinessDays(content["verification_target"]),
        payout_target=BusinessDays(content["payout_target"]),
        automatic_approval_limit=_limits(content["automatic_approval_limit"]),
        second_approver_above=_limits(content["second_approver_above"]),
    )


def rights(content: Any) -> tuple[Right, ...]:
    """The rights of statutory.yml, in its order."""
    return tuple(_right(row) for row in content["rights"])


def arrival_table(content: Any) -> ArrivalTable:
    """The methods of arrival.yml."""
    return ArrivalTable(
        methods=MappingProxyType({key: _method(row) for key, row in content["methods"].items()}),
        unknown_method=_figures(content["unknown_method"]),
        country_calendars=MappingProxyType(dict(content["country_calendars"])),
        reversal_words=content["reversal_words"],
    )


def latest_zones(content: Any) -> LatestZones:
    """The zones of zones.yml."""
    return LatestZones(MappingProxyType(dict(content["latest"])), content["unknown"])


def _limits(rows: Mapping[str, str]) -> Mapping[str, Money]:
    return MappingProxyType({currency: Money.of(value, currency) for currency, value in rows.items()})


def _right(row: Any) -> Right:
    in_force, pay_back = row["in_force_from"], row.get("pay_back_days")
    return Right(
        id=row["id"],
        law=row["law"],
        countries=frozenset(row["countries"]),
        who=frozenset(row["who"]),
        decided=row["decided"],
        window=CalendarDays(row.get("window_days", 0)),
        arises_with=frozenset(row.get("arises_with", ())),
        pay_back=CalendarDays(pay_back) if pay_back else None,
        in_force_from=date.fromisoformat(in_force) if in_force else None,
        law_names=tuple(row["law_names"]),
    )


def _method(row: Any) -> Method:
    window = row.get("refund_window_days")
    return Method(
        figures=_figures(row["figures"]),
        by_funding=MappingProxyType({key: _figures(figures) for key, figures in row.get("by_funding", {}).items()}),
        refund_window=CalendarDays(window) if window else None,
        may_be_reversed=row.get("may_be_reversed", False),
        person_only=row.get("person_only", False),
        note=row.get("note", ""),
    )


def _figures(row: Any) -> ArrivalFigures:
    return ArrivalFigures(
        earliest=row["earliest"],
        typical=row["typical"],
        latest=row["latest"],
        unit=Unit(row["unit"]),
        latest_unit=Unit(row.get("latest_unit", row["unit"])),
        calendars=tuple(row["calendars"]),
        first_day_counts=row.get("first_day_counts", False),
        basis=row["basis"],
        sources=tuple(row["sources"]),
    )
