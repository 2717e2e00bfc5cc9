"""When people answer, as a customer reads it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from refunds.bank_days import HolidayCalendars
from refunds.desk_hours import read_desk_hours
from refunds.handoff import Desk
from refunds.words import Words

ROOT = Path(__file__).resolve().parents[2]
DESK = Desk(
    read_desk_hours("Mon-Fri 09:00-18:00", "Europe/Berlin", "DE"),
    HolidayCalendars(),
    Words.load(ROOT / "data" / "responses"),
)


def told(moment: str, zone: str | None = "Europe/Berlin", locale: str | None = None) -> str:
    return DESK.when_answered(datetime.fromisoformat(moment), zone, locale)


def test_in_the_hours_it_says_until_when_today_and_when_it_goes_on() -> None:
    heard = told("2026-11-24T12:00+00:00")
    assert "until today, 18:00 CET" in heard
    assert "Wed 25 Nov 2026, 09:00 CET" in heard


def test_outside_the_hours_it_says_when_people_are_back() -> None:
    assert "back today, 09:00 CET" in told("2026-11-24T05:00+00:00")
    assert "back Mon 30 Nov 2026, 09:00 CET" in told("2026-11-27T20:00+00:00")


def test_times_are_the_customers_own() -> None:
    assert "until today, 12:00 EST" in told("2026-11-24T14:30+00:00", "America/New_York")
    assert "until Wed 25 Nov 2026, 02:00 JST" in told("2026-11-24T13:30+00:00", "Asia/Tokyo")


def test_where_the_customers_zone_is_unknown_times_are_the_desks() -> None:
    assert "18:00 CET" in told("2026-11-24T12:00+00:00", None)


def test_a_public_holiday_is_passed_over() -> None:
    assert "back Mon 28 Dec 2026, 09:00 CET" in told("2026-12-24T20:00+00:00")
