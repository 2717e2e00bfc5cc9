"""Quiet hours on a customer's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from refunds.cases.notice_wishes import NIGHT, NoticeWishes, QuietHours, WishRefused

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-11-24 21:59", None),
        ("2026-11-24 22:00", "2026-11-25 08:00"),
        ("2026-11-25 03:00", "2026-11-25 08:00"),
        ("2026-11-25 08:00", None),
    ],
)
def test_a_night_ends_the_next_morning(now: str, ends: str | None) -> None:
    span = NIGHT.span(at(now), BERLIN)
    assert (span and span[1]) == (ends and at(ends))


@pytest.mark.parametrize(("now", "quiet"), [("12:59", False), ("13:00", True), ("13:59", True), ("14:00", False)])
def test_hours_within_a_day_end_that_day(now: str, quiet: bool) -> None:
    span = QuietHours(time(13), time(14)).span(at(f"2026-11-24 {now}"), BERLIN)
    assert (span is not None) is quiet


def test_the_morning_is_at_eight_on_the_wall_also_when_clocks_change() -> None:
    span = NIGHT.span(at("2026-10-25 00:30"), BERLIN)  # the night of 25 hours
    assert span is not None
    assert span[1] == datetime(2026, 10, 25, 7, tzinfo=UTC)


def test_the_zone_in_which_they_were_said_counts_before_that_of_the_case() -> None:
    now = at("2026-11-24 23:00", NEW_YORK)  # five in the morning in Berlin
    assert NoticeWishes(quiet=NIGHT, zone="America/New_York").held_until(now, BERLIN) is not None
    assert NoticeWishes(quiet=QuietHours(time(4), time(6))).held_until(now, BERLIN) is not None
    assert NoticeWishes(quiet=QuietHours(time(4), time(6)), zone="America/New_York").held_until(now, BERLIN) is None


def test_a_zone_that_is_none_any_more_does_not_stop_notices() -> None:
    now = at("2026-11-24 23:00")
    assert NoticeWishes(quiet=NIGHT, zone="Mars/Olympus").held_until(now, BERLIN) is not None


def test_hours_that_end_when_they_begin_are_refused() -> None:
    with pytest.raises(WishRefused):
        QuietHours(time(8), time(8))
