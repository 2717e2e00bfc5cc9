"""Money: exact, rounded to the minor unit, never mixed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from refunds.money import Money, minor_digits


def test_an_amount_is_rounded_half_up_to_the_minor_unit() -> None:
    assert str(Money(Decimal("0.005"), "EUR")) == "0.01 EUR"
    assert str(Money(Decimal("10.5"), "JPY")) == "11 JPY"
    assert str(Money(Decimal("1.0005"), "KWD")) == "1.001 KWD"


def test_digits_after_the_point_depend_on_the_currency() -> None:
    assert [minor_digits(currency) for currency in ("EUR", "JPY", "KWD", "HUF")] == [2, 0, 3, 2]


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError, match="Decimal, not float"):
        Money(0.1, "EUR")  # type: ignore[arg-type]


@pytest.mark.parametrize("currency", ["eur", "EURO", "E", "€€€", ""])
def test_what_is_no_currency_code_is_refused(currency: str) -> None:
    with pytest.raises(ValueError, match="not a currency code"):
        Money(Decimal(1), currency)


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_what_is_not_finite_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        Money(Decimal(value), "EUR")


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="EUR and USD do not mix"):
        Money.of(1, "EUR") + Money.of(1, "USD")
    with pytest.raises(ValueError, match="do not mix"):
        assert Money.of(1, "EUR") < Money.of(1, "USD")


def test_money_is_added_taken_off_and_compared() -> None:
    one, two = Money.of("1.10", "EUR"), Money.of("2.20", "EUR")
    assert one + two == Money.of("3.30", "EUR")
    assert one - two == Money.of("-1.10", "EUR")
    same = Money.of("1.1", "EUR")
    assert [one < two, one <= two, one > two, one >= two] == [True, True, False, False]
    assert [one < same, one <= same, one > same, one >= same] == [False, True, False, True]


def test_minor_units_go_both_ways() -> None:
    assert Money.from_minor(24000, "EUR") == Money.of("240.00", "EUR")
    assert Money.from_minor(240, "JPY").minor == 240
    assert Money.of("1.234", "BHD").minor == 1234


def test_a_share_is_part_of_equal_pieces() -> None:
    assert Money.of("100.00", "EUR").share(1, 3) == Money.of("33.33", "EUR")
    assert Money.of("100.00", "EUR").share(2, 3) == Money.of("66.67", "EUR")


def test_money_crosses_a_boundary_as_text() -> None:
    assert Money.of("240", "EUR").as_json() == {"value": "240.00", "currency": "EUR"}
    assert Money.from_json({"value": "240.00", "currency": "EUR"}) == Money.of(240, "EUR")
