"""When people answer."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from refunds.bank_days import HolidayCalendars
from refunds.desk_hours import DeskHours, read_desk_hours
from refunds.errors import SettingsError

HOLIDAYS = HolidayCalendars()


def desk(hours: str = "Mon-Fri 09:00-18:00", zone: str = "Europe/Berlin", country: str = "DE") -> DeskHours:
    return read_desk_hours(hours, zone, country)


def spans(hours: DeskHours, moment: str) -> list[str]:
    found = hours.spans_from(datetime.fromisoformat(moment), HOLIDAYS)
    return [f"{span.opens:%a %d %b %H:%M}-{span.closes:%H:%M}" for span in found]


def test_within_the_hours_the_open_span_comes_first_and_then_the_next_day() -> None:
    assert spans(desk(), "2026-11-24T12:00+00:00") == ["Tue 24 Nov 09:00-18:00", "Wed 25 Nov 09:00-18:00"]


def test_before_the_hours_it_is_the_same_day() -> None:
    assert spans(desk(), "2026-11-24T05:00+00:00")[0] == "Tue 24 Nov 09:00-18:00"


def test_at_closing_time_it_is_the_next_day() -> None:
    assert spans(desk(), "2026-11-24T16:59:59+00:00")[0] == "Tue 24 Nov 09:00-18:00"
    assert spans(desk(), "2026-11-24T17:00+00:00")[0] == "Wed 25 Nov 09:00-18:00"


def test_after_friday_comes_monday() -> None:
    assert spans(desk(), "2026-11-27T20:00+00:00") == ["Mon 30 Nov 09:00-18:00", "Tue 01 Dec 09:00-18:00"]


def test_a_public_holiday_is_closed() -> None:
    # Christmas 2026: Friday and Saturday.
    assert spans(desk(), "2026-12-24T20:00+00:00")[0] == "Mon 28 Dec 09:00-18:00"
    assert spans(desk("Mon-Sun 09:00-18:00"), "2026-12-24T20:00+00:00")[0] == "Sun 27 Dec 09:00-18:00"


def test_a_saturday_with_hours_is_open() -> None:
    hours = desk("Mon-Fri 09:00-18:00, Sat 10:00-14:00")
    assert spans(hours, "2026-11-27T20:00+00:00")[0] == "Sat 28 Nov 10:00-14:00"


def test_a_day_may_have_a_break() -> None:
    hours = desk("Mon-Fri 13:00-17:00, Mon-Fri 08:00-12:00")
    assert spans(hours, "2026-11-24T11:30+00:00") == ["Tue 24 Nov 13:00-17:00", "Wed 25 Nov 08:00-12:00"]


def test_the_desk_is_where_its_zone_is() -> None:
    hours = desk(zone="America/New_York", country="US")
    assert spans(hours, "2026-11-24T12:00+00:00")[0] == "Tue 24 Nov 09:00-18:00"
    first, _ = hours.spans_from(datetime(2026, 11, 24, 12, tzinfo=UTC), HOLIDAYS)
    assert first.opens.astimezone(UTC) == datetime(2026, 11, 24, 14, tzinfo=UTC)


def test_nine_stays_nine_when_clocks_change() -> None:
    first, second = desk("Sun-Sun 09:00-18:00").spans_from(datetime(2026, 10, 24, tzinfo=UTC), HOLIDAYS)
    assert (first.opens.astimezone(UTC).hour, second.opens.astimezone(UTC).hour) == (8, 8)


def test_a_desk_may_never_close() -> None:
    first, second = desk("Mon-Sun 00:00-24:00").spans_from(datetime(2026, 11, 24, 12, tzinfo=UTC), HOLIDAYS)
    assert first.closes == second.opens


@pytest.mark.parametrize(
    "hours",
    ["", "9 to 5", "Mon-Fri 9:00-18:00", "Fri-Mon 09:00-18:00", "Mon 18:00-09:00", "Mon 09:00-25:00", "Mon-Fri"],
)
def test_hours_that_cannot_be_read_are_named(hours: str) -> None:
    with pytest.raises(SettingsError, match="REFUNDS_DESK_HOURS"):
        desk(hours)


def test_a_zone_or_country_that_cannot_be_read_is_named() -> None:
    with pytest.raises(SettingsError, match="REFUNDS_DESK_ZONE"):
        desk(zone="Mars/Base")
    with pytest.raises(SettingsError, match="REFUNDS_DESK_ZONE"):
        desk(zone="/etc/passwd")
    with pytest.raises(SettingsError, match="REFUNDS_DESK_COUNTRY"):
        desk(country="Germany")


def test_a_country_without_a_known_calendar_has_no_holidays() -> None:
    assert not HOLIDAYS.is_public_holiday("XX", date(2026, 12, 25))


def open_minutes(start: str, end: str) -> float:
    passed = desk().open_between(datetime.fromisoformat(start), datetime.fromisoformat(end), HOLIDAYS)
    return passed.total_seconds() / 60


def test_only_the_time_in_which_people_answer_counts_as_waiting() -> None:
    assert open_minutes("2026-11-24T12:00+00:00", "2026-11-24T12:10+00:00") == 10
    assert open_minutes("2026-11-24T16:50+00:00", "2026-11-25T08:05+00:00") == 15  # closes 17:00, opens 08:00 UTC
    assert open_minutes("2026-11-24T18:00+00:00", "2026-11-25T07:59+00:00") == 0
    assert open_minutes("2026-12-24T17:00+00:00", "2026-12-28T08:01+00:00") == 1  # holidays and a weekend between


def test_no_time_passes_backwards() -> None:
    assert open_minutes("2026-11-24T12:10+00:00", "2026-11-24T12:00+00:00") == 0


def test_the_desk_is_open_from_its_first_minute_and_no_longer_in_its_last() -> None:
    opens, closes = datetime(2026, 11, 24, 8, tzinfo=UTC), datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert desk().is_open(opens, HOLIDAYS)
    assert not desk().is_open(closes, HOLIDAYS)
