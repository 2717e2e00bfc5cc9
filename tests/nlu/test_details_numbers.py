"""Order, ticket and case numbers, mail addresses and last digits, however they are written."""

from __future__ import annotations

import pytest

from tests.engine_process import Engine

pytestmark = pytest.mark.engine


@pytest.mark.parametrize(
    "text",
    [
        "ORD-48213",
        "ord 48213",
        "ORD48213, I think that's the one",
        "its ord_48213 from the mail",
        "order 48213",
        "order #48213",
        "order no. 48213",
        "my order no. is 48213",
        "the order nr is 48213",
        "order number: ORD-48213",
        "order id ORD-48213",
        "ordernumber 48213",
        "oder number 48213",
        "odrer ORD-48213",
        "order number is 4 8 2 1 3",
        "my order four eight two one three",
        "it's 4 8 2 1 3",
        "48213",
        "#48213",
        "sorry 48213",
        "48213 first",
        "oh no, I meant 48213",
        "48213, I think",
        "ORD 4 8 2 1 3",
        "the number on the invoice says ORD-48213",
    ],
)
def test_an_order_number_is_found(engine: Engine, text: str) -> None:
    assert engine.details(text) == [("order_number", "ORD-48213")]


@pytest.mark.parametrize(
    "text", ["T-9001", "t 9001", "T9001", "ticket 9001", "ticket number is 9001", "ticket #T-9001"]
)
def test_a_ticket_number_is_found(engine: Engine, text: str) -> None:
    assert engine.details(text) == [("ticket_number", "T-9001")]


@pytest.mark.parametrize("text", ["R-7K2PX", "case r-7k2px", "my reference is R-7k2PX", "case number 7K2PX", "R 7K2PX"])
def test_a_case_number_is_found(engine: Engine, text: str) -> None:
    assert engine.details(text) == [("case_number", "R-7K2PX")]


@pytest.mark.parametrize(
    "text",
    [
        "are there any news",
        "your tests",
        "r-trees are data structures",
        "case where nothing works",
        "invoice INV-2026-118",
        "customer number 883102",
        "error 50213 occurred",
        "the one ending in 48213",
        "I owe 48213",
        "call me at +49 170 1234567",
        "I paid 360 for the year",
        "24/7 support",
        "version v3.6.21 failed",
        "[code]",
        "all three",
        "that would be ideal",
        "a sim card",
    ],
)
def test_other_numbers_and_words_are_no_details(engine: Engine, text: str) -> None:
    assert engine.details(text) == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("amara@example.com", "amara@example.com"),
        ("My email is AMARA@Example.COM.", "amara@example.com"),
        ("amara at example dot com", "amara@example.com"),
        ("bob dot smith at example dot com. Thanks", "bob.smith@example.com"),
        ("tom underscore w at example dot co dot uk", "tom_w@example.co.uk"),
        ("bob (at) example (dot) com", "bob@example.com"),
        ("info+billing@my-shop.example", "info+billing@my-shop.example"),
    ],
)
def test_a_mail_address_is_found_in_lower_case(engine: Engine, text: str, address: str) -> None:
    assert engine.details(text) == [("email", address)]


def test_a_place_on_the_web_is_no_mail_address(engine: Engine) -> None:
    assert engine.details("we met at example.com") == []


@pytest.mark.parametrize(
    "text", ["ending 4242", "it ends in 4242", "last four digits are 4242", "**** 4242", "4242 at the end"]
)
def test_the_last_digits_are_found(engine: Engine, text: str) -> None:
    assert engine.details(text) == [("last4", "4242")]


def test_several_details_of_one_message_are_all_found(engine: Engine) -> None:
    text = "ticket T-9001, order ORD-48213, visa debit card 4242, amara@example.com, R-7K2PX, €240"
    assert engine.details(text) == [
        ("ticket_number", "T-9001"),
        ("order_number", "ORD-48213"),
        ("payment_method", "card_debit"),
        ("last4", "4242"),
        ("email", "amara@example.com"),
        ("case_number", "R-7K2PX"),
        ("amount", {"value": "240.00", "currency": "EUR"}),
    ]


def test_parsing_and_a_turn_find_the_same(engine: Engine) -> None:
    text = "order 48213, paid by card"
    parsed = [(entity["entity"], entity["value"]) for entity in engine.parse(text)["entities"]]
    assert parsed == engine.details(text) == [("order_number", "ORD-48213"), ("payment_method", "card")]


def test_the_place_of_a_detail_is_its_place_in_the_text(engine: Engine) -> None:
    text = "hello, it failed last Tuseday, order 48213"
    places = [text[entity["start"] : entity["end"]] for entity in engine.parse(text)["entities"]]
    assert places == ["last Tuseday", "order 48213"]
