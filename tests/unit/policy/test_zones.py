"""In which zone a customer's days begin and end."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from refunds.policy.zones import customer_zone
from tests.unit.policy.cases import POLICY

ZONES = POLICY.zones


def test_the_zone_that_is_known_counts() -> None:
    assert customer_zone("Asia/Tokyo", "DE", ZONES) == ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize("named", [None, "", "Nowhere/Land", "../etc/passwd", "/etc/localtime", "Europe", "a\0b"])
def test_without_a_usable_zone_the_latest_of_the_country_counts(named: str | None) -> None:
    assert customer_zone(named, "PT", ZONES) == ZoneInfo("Atlantic/Azores")


@pytest.mark.parametrize("country", [None, "", "ZZ"])
def test_of_an_unknown_country_the_last_place_on_earth_counts(country: str | None) -> None:
    zone = customer_zone(None, country, ZONES)
    assert datetime(2026, 1, 1, 12, tzinfo=UTC).astimezone(zone) == datetime(2026, 1, 1, tzinfo=zone)


def offsets(zone: str) -> float:
    days = (datetime(2026, month, 15, 12, tzinfo=ZoneInfo(zone)) for month in (1, 7))
    return sum(offset.total_seconds() for day in days if (offset := day.utcoffset()) is not None)


def test_the_table_names_the_zone_of_each_country_in_which_a_day_ends_last() -> None:
    rows = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8").splitlines()
    zones: dict[str, list[str]] = {}
    for country, _, zone in (row.split("\t")[:3] for row in rows if row and not row.startswith("#")):
        zones.setdefault(country, []).append(zone)
    latest = {country: min(offsets(zone) for zone in names) for country, names in zones.items()}
    assert {country: offsets(zone) for country, zone in ZONES.by_country.items()} == latest
