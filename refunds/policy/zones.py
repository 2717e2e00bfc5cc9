"""In which zone a customer's days begin and end."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from refunds.policy.book import LatestZones


def customer_zone(named: str | None, country: str | None, zones: LatestZones) -> ZoneInfo:
    """The customer's zone where it is known and exists, else the one of the country in which a day ends last."""
    return (named and existing_zone(named)) or ZoneInfo(zones.by_country.get(country or "", zones.unknown))


def existing_zone(name: str) -> ZoneInfo | None:
    """The zone of that name; None where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # no such zone, a path, a folder of zones
        return None
