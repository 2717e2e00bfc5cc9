"""P3.b and P4.c: when a refund arrives, for every method; days worked out by hand and with the measured calendars."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from refunds.bank_days import HolidayCalendars
from refunds.policy.arrival import ArrivalWindow, arrival
from refunds.policy.book import Unit
from tests.unit.policy.cases import POLICY

CALENDARS = HolidayCalendars()
FRIDAY = datetime(2026, 12, 18, 12, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)


def window(method: str, country: str | None, submitted: datetime, funding: str | None = None) -> ArrivalWindow:
    return arrival(method, funding, country, submitted, POLICY, CALENDARS)


def days(found: ArrivalWindow) -> tuple[date, date, date, date]:
    return found.earliest, found.typical, found.latest, found.worry_from


def dec(*numbers: int) -> tuple[date, ...]:
    """Days counted on from 1 December 2026: 31 is New Year's Eve, 32 New Year."""
    return tuple(date.fromordinal(date(2026, 11, 30).toordinal() + number) for number in numbers)


# From Friday, 18 December 2026; Christmas (25, 26) and New Year (32) are days off. 36 is Tuesday, 5 January.
BY_METHOD = [
    ("card", None, "DE", dec(28, 36, 36, 37)),
    ("card", None, "US", dec(28, 36, 36, 37)),
    ("card", None, "GB", dec(29, 37, 37, 38)),  # Boxing Day is moved to the 28th
    ("card_debit", None, "DE", dec(28, 36, 36, 37)),
    ("card_prepaid", None, "DE", dec(28, 36, 49, 50)),  # 30 days on is Sunday, 17 January
    ("apple_pay", None, "DE", dec(28, 36, 36, 37)),
    ("google_pay", None, "DE", dec(28, 36, 36, 37)),
    ("paypal", "balance", "DE", dec(18, 18, 19, 20)),
    ("paypal", "bank_card", "DE", dec(22, 28, 49, 50)),
    ("paypal", "bank", "DE", dec(21, 28, 49, 50)),
    ("paypal", None, "DE", dec(18, 28, 49, 50)),
    ("sepa_transfer", None, "DE", dec(18, 21, 22, 23)),
    ("sepa_instant", None, "DE", dec(18, 18, 18, 19)),
    ("sepa_debit", None, "DE", dec(23, 28, 28, 29)),
    ("ach_debit", None, "US", dec(23, 23, 29, 30)),
    ("us_wire", None, "US", dec(18, 28, 28, 29)),
    ("uk_faster_payments", None, "GB", dec(18, 18, 18, 19)),
    ("uk_bacs", None, "GB", dec(22, 22, 22, 23)),  # Friday is day 1
    ("bank_transfer", None, "AU", dec(18, 29, 29, 30)),  # Boxing Day is moved to the 28th
    ("alipay", "balance", "CN", dec(18, 18, 19, 20)),
    ("alipay", "bank_card", "CN", dec(21, 25, 35, 36)),
    ("alipay", "bank", "CN", dec(21, 25, 35, 36)),
    ("alipay", None, "CN", dec(18, 25, 35, 36)),
    ("wechat_pay", "balance", "CN", dec(18, 18, 18, 19)),
    ("wechat_pay", "bank_card", "CN", dec(21, 23, 25, 28)),
    ("wechat_pay", None, "CN", dec(18, 23, 25, 28)),
    ("unionpay", None, "CN", dec(18, 23, 28, 29)),
    ("ideal", None, "NL", dec(21, 21, 23, 24)),
    ("klarna", None, "SE", dec(22, 28, 28, 29)),
    ("account_credit", None, "GB", dec(18, 18, 19, 20)),
    ("crypto", None, "US", dec(18, 18, 19, 20)),
    ("gold", None, "DE", dec(18, 36, 63, 64)),
]


@pytest.mark.parametrize(("method", "funding", "country", "expected"), BY_METHOD)
def test_p3b_every_method_arrives_by_its_own_figures_and_calendar(
    method: str, funding: str | None, country: str, expected: tuple[date, ...]
) -> None:
    assert days(window(method, country, FRIDAY, funding)) == expected


def test_p3b_every_method_and_funding_has_an_example() -> None:
    known: set[tuple[str, str | None]] = {(method, None) for method in POLICY.arrival.methods}
    known |= {(key, funding) for key, method in POLICY.arrival.methods.items() for funding in method.by_funding}
    assert known <= {(method, funding) for method, funding, _, _ in BY_METHOD}


def test_p3b_of_made_up_weekends_in_china_the_later_day_is_told() -> None:
    before_the_golden_week = datetime(2026, 9, 30, 4, tzinfo=UTC)
    assert window("wechat_pay", "CN", before_the_golden_week, "bank_card").latest == date(2026, 10, 14)
    assert window("card", "CN", datetime(2026, 2, 12, 4, tzinfo=UTC)).earliest == date(2026, 2, 27)


def test_p3b_ach_counts_the_days_of_the_federal_reserve() -> None:
    assert window("ach_debit", "US", datetime(2026, 7, 1, 12, tzinfo=UTC)).latest == date(2026, 7, 9)


def test_p3b_sepa_counts_days_on_which_target_and_the_countrys_banks_work() -> None:
    before_restoration_day = datetime(2026, 11, 30, 12, tzinfo=UTC)
    assert window("sepa_debit", "PT", before_restoration_day).earliest == date(2026, 12, 4)
    assert window("sepa_debit", "DE", before_restoration_day).earliest == date(2026, 12, 3)
    assert window("sepa_debit", None, before_restoration_day).earliest == date(2026, 12, 3)
    good_friday = datetime(2026, 4, 1, 12, tzinfo=UTC)
    assert window("sepa_transfer", "FR", good_friday).latest == date(2026, 4, 7)  # France works on it, TARGET does not


@pytest.mark.parametrize(
    ("submitted", "out"), [(FRIDAY.replace(day=14), 16), (FRIDAY.replace(day=12), 16), (FRIDAY.replace(day=13), 16)]
)
def test_p3b_bacs_in_on_monday_is_out_on_wednesday(submitted: datetime, out: int) -> None:
    assert window("uk_bacs", "GB", submitted).earliest == date(2026, 12, out)


def test_p3b_a_refund_submitted_on_a_day_off_starts_on_the_next_bank_day() -> None:
    assert window("sepa_transfer", "DE", FRIDAY.replace(day=19)).earliest == date(2026, 12, 21)
    assert window("unionpay", "CN", FRIDAY.replace(day=19)).earliest == date(2026, 12, 21)


def test_p3b_minutes_and_seconds_may_cross_midnight() -> None:
    late = FRIDAY.replace(hour=22, minute=30)
    assert days(window("uk_faster_payments", "GB", late)) == dec(18, 18, 19, 20)
    assert days(window("sepa_instant", "DE", FRIDAY.replace(hour=23, minute=59, second=55))) == dec(18, 19, 19, 20)


def test_p3b_days_begin_in_the_zone_asked_for() -> None:
    late = FRIDAY.replace(hour=23, minute=30)
    berlin = arrival("account_credit", None, "DE", late, POLICY, CALENDARS, ZoneInfo("Europe/Berlin"))
    assert days(berlin) == dec(19, 19, 20, 21)
    assert days(window("account_credit", "DE", late)) == dec(18, 18, 19, 20)
    instant = arrival("sepa_instant", None, "DE", late, POLICY, CALENDARS, ZoneInfo("Europe/Berlin"))
    assert days(instant) == dec(19, 19, 19, 20)
    before_target = datetime(1998, 12, 31, 23, 30, tzinfo=UTC)  # its first year is 1999
    assert window("sepa_debit", None, before_target).provisional
    berlin = arrival("sepa_debit", None, None, before_target, POLICY, CALENDARS, ZoneInfo("Europe/Berlin"))
    assert not berlin.provisional


@pytest.mark.parametrize(
    ("method", "country", "submitted", "provisional"),
    [
        ("unionpay", "CN", FRIDAY, False),
        ("alipay", "CN", FRIDAY, True),  # ends in 2027, whose days off China has not announced
        ("card", "CN", datetime(2027, 1, 4, tzinfo=UTC), True),
        ("card", "DE", FRIDAY, False),
        ("card", None, FRIDAY, True),
        ("card", "XX", FRIDAY, True),
        ("sepa_transfer", None, FRIDAY, False),
        ("account_credit", None, FRIDAY, False),
        ("card", "DE", datetime(2100, 12, 30, tzinfo=UTC), True),
        ("sepa_transfer", "DE", datetime(1998, 12, 31, tzinfo=UTC), True),
    ],
)
def test_p3b_an_estimate_into_a_year_that_is_not_published_is_provisional(
    method: str, country: str | None, submitted: datetime, provisional: bool
) -> None:
    assert window(method, country, submitted).provisional is provisional


def test_p3b_tells_the_counts_and_where_they_come_from() -> None:
    found = window("card_prepaid", "US", TUESDAY)
    assert (found.earliest_count, found.typical_count, found.latest_count) == (5, 10, 30)
    assert (found.unit, found.latest_unit) == (Unit.BUSINESS_DAYS, Unit.CALENDAR_DAYS)
    assert (found.method, found.funding) == ("card_prepaid", None)
    assert found.basis.endswith("and up to 30 calendar days with some issuers [S6; bank days: XFED]")
    assert window("sepa_transfer", "DE", TUESDAY).basis.endswith(" [S16, S17; bank days: XECB, DE]")
    assert window("paypal", "DE", TUESDAY, "balance").basis == "the same day to the PayPal balance [S6, S7, S8]"
    assert window("paypal", "DE", TUESDAY, "balance").funding == "balance"
    assert window("unionpay", "CN", TUESDAY).basis.endswith("; bank days: CN]")


def test_p3b_the_latest_day_is_never_before_the_typical_one_where_they_count_differently() -> None:
    golden_week = window("card_prepaid", "CN", datetime(2026, 1, 20, tzinfo=UTC))
    assert golden_week.typical <= golden_week.latest


def test_p3b_an_unknown_method_gets_a_wide_window_and_says_why() -> None:
    found = window("gold", "DE", TUESDAY)
    assert found.basis.startswith("we have no figure for this method")
    assert (found.note, found.reversal_words, found.person_only) == ("", "", False)


def test_p3b_a_funding_without_figures_of_its_own_gets_those_of_the_method() -> None:
    assert days(window("card", "DE", FRIDAY, "balance")) == days(window("card", "DE", FRIDAY))


def test_p3b_what_is_peculiar_to_a_method_is_said() -> None:
    assert "your debt is reduced" in window("klarna", "SE", TUESDAY).note
    assert window("crypto", "US", TUESDAY).person_only
    assert "cannot be taken back" in window("crypto", "US", TUESDAY).note
    assert not window("card", "US", TUESDAY).person_only
    assert "45 days" in window("us_wire", "US", TUESDAY).note


@pytest.mark.parametrize(("method", "reversed_"), [("card", True), ("paypal", True), ("sepa_debit", False)])
def test_p3b_a_charge_that_has_not_settled_is_reversed_instead(method: str, reversed_: bool) -> None:
    assert ("drops off the statement" in window(method, "DE", TUESDAY).reversal_words) is reversed_


def test_p3b_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        window("sepa_instant", "DE", datetime(2026, 11, 24))  # noqa: DTZ001
