"""Which ways of paying a question names, and where a wallet's money came from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from actions.methods_named import methods_named, unknown_brand
from refunds.policy_files import load_policy

METHODS = load_policy(Path(__file__).resolve().parents[3] / "policy").arrival.methods
_SAID = {
    "paypal": "paypal",
    "wechat": "wechat_pay",
    "alipay": "alipay",
    "direct debit": "sepa_debit",
    "klarna": "klarna",
}


def details(text: str) -> list[dict[str, Any]]:
    """The details as the engine finds them: a plain card beside a wallet is left out."""
    found_in_words = [
        {"entity": "payment_method", "value": value, "start": found.start(), "end": found.end()}
        for words, value in _SAID.items()
        for found in re.finditer(words, text, re.I)
    ]
    return sorted(found_in_words, key=lambda row: int(row["start"]))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("how long does paypal take", [("paypal", None)]),
        ("paypal from my bank account, duration?", [("paypal", "bank")]),
        ("PayPal balance, how long?", [("paypal", "balance")]),
        ("paypal, paid with my visa", [("paypal", "bank_card")]),
        ("wechat from my card", [("wechat_pay", "bank_card")]),
        ("wechat wallet", [("wechat_pay", "balance")]),
        ("how long with paypal and how long with visa?", [("paypal", None), ("card", None)]),
        ("is a card faster than paypal", [("card", None), ("paypal", None)]),
        ("alipay, paypal or direct debit", [("alipay", None), ("paypal", None), ("sepa_debit", None)]),
        ("klarna from my bank", [("klarna", None)]),
        ("paypal? paypal!", [("paypal", None)]),
        ("how long does it take", []),
    ],
)
def test_methods_are_named_in_order_with_their_funding(text: str, named: list[tuple[str, str | None]]) -> None:
    assert methods_named(text, details(text), METHODS) == named


def test_a_method_chosen_by_its_button_is_that_one() -> None:
    assert methods_named("", [{"entity": "payment_method", "value": "card"}], METHODS) == [("card", None)]


@pytest.mark.parametrize(("text", "unknown"), [("stripe how long", True), ("to Venmo?", True), ("card?", False)])
def test_a_brand_without_figures_is_known_as_such(text: str, unknown: bool) -> None:
    assert unknown_brand(text) is unknown
