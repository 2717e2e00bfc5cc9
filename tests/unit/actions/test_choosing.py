"""An order chosen in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from actions.choosing import chosen_order
from refunds.money import Money
from refunds.policy.records import Order, Payment

BOUGHT = datetime(2026, 11, 12, 9, tzinfo=UTC)


def order(number: str, service: str, plan: str, *, value: str, last4: str, days_ago: int) -> Order:
    paid = Payment(f"PAY-{number}", "card", Money.of(value, "EUR"), Money.zero("EUR"), "captured", last4=last4)
    bought = BOUGHT - timedelta(days=days_ago)
    return Order(
        order_id=f"ORD-{number}",
        customer_id="C-1",
        service=service,
        region="eu-central",
        plan=plan,
        amount=paid.amount,
        purchased_at=bought,
        term_start=bought,
        term_end=bought + timedelta(days=30),
        status="active",
        payment=paid,
    )


COMPUTE = order("48213", "Compute", "Compute L, monthly", value="240.00", last4="4242", days_ago=0)
STORAGE = order("48377", "Object Storage", "Storage 5 TB, yearly", value="1188.00", last4="3000", days_ago=28)
OFFERED = [COMPUTE, STORAGE]


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        ("the second one", STORAGE),
        ("first", COMPUTE),
        ("2", STORAGE),
        ("the last one", STORAGE),
        ("sorry 48213", COMPUTE),
        ("the 240 euro one", COMPUTE),
        ("the one I paid with the card ending 4242", COMPUTE),
        ("the cheaper one", COMPUTE),
        ("the newest", COMPUTE),
        ("the oldest one please", STORAGE),
        ("Storage 5 TB", STORAGE),
        ("compute", COMPUTE),
    ],
)
def test_an_order_is_known_by_place_price_card_age_or_name(words: str, chosen: Order) -> None:
    assert chosen_order(words, OFFERED) == chosen


def test_a_purchase_day_singles_an_order_out() -> None:
    assert chosen_order("the one from then", OFFERED, [date(2026, 11, 12)]) == COMPUTE


@pytest.mark.parametrize("words", ["both", "the eu-central one", "7", "what is the difference", ""])
def test_nothing_is_chosen_where_none_or_several_fit(words: str) -> None:
    assert chosen_order(words, OFFERED) is None


def test_prices_in_two_currencies_are_not_compared() -> None:
    dollars = replace(STORAGE, amount=Money.of("5.00", "USD"))
    assert chosen_order("the cheaper one", [COMPUTE, dollars]) is None
