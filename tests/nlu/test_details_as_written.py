"""Details as customers wrote them in tests/nlu/details.jsonl's classes that were once missed: by the rules alone."""

from __future__ import annotations

import pytest

from rasa_ext.detail_kinds.amounts import find_amounts
from rasa_ext.detail_kinds.card_digits import find_last4
from rasa_ext.detail_kinds.names import NameFinder, Vocabulary
from rasa_ext.detail_kinds.numbers import find_numbers

NAMES = NameFinder(Vocabulary.of({"payment_method": ["card", "paypal"]}, {"visa": "card"}))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("ORD\u201322871 was never usable", ["ORD-22871"]),
        ("the orders 48213 and 48214", ["ORD-48213", "ORD-48214"]),
        ("ORD-48213,ORD-48214 and 48215 too", ["ORD-48213", "ORD-48214", "ORD-48215"]),
        ("my order is o r d 4 8 2 1 3", ["ORD-48213"]),
        ("tiket 9001", ["T-9001"]),
        ("ORD-48213 and 240 euros", ["ORD-48213"]),
        ("ORD-48213, 12345.50 is too much", ["ORD-48213"]),
    ],
)
def test_numbers_are_found_with_long_dashes_in_rows_and_misspelt(text: str, numbers: list[str]) -> None:
    assert [found.value for found in find_numbers(text)] == numbers


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("12 euro 50", "12.50", "EUR"),
        ("refund rupees 1499", "1499.00", "INR"),
        ("Rs. 250", "250.00", "INR"),
        ("12 euros 10:30 yesterday", "12.00", "EUR"),
    ],
)
def test_amounts_are_found_with_bare_cents_and_in_rupees(text: str, value: str, currency: str) -> None:
    assert [found.value for found in find_amounts(text)] == [{"value": value, "currency": currency}]


def test_last_digits_may_be_spelt_out() -> None:
    assert [found.value for found in find_last4("the card ending in four two four two")] == ["4242"]
    assert list(find_last4("ending in four days")) == []


def test_a_brand_of_card_is_a_method_beside_a_wallet() -> None:
    assert [found.value for found in NAMES.find("to my Visa, not to paypal")] == ["card", "paypal"]
    assert [found.value for found in NAMES.find("card by paypal")] == ["paypal"]
