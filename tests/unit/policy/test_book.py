"""The policy book: clauses by id, and the limits of approval."""

from __future__ import annotations

from dataclasses import replace

import pytest

from refunds.money import Money
from tests.unit.policy.cases import POLICY

SETTINGS = replace(
    POLICY.settings,
    automatic_approval_limit={"EUR": Money.of("50.00", "EUR"), "USD": Money.zero("USD")},
    second_approver_above={"EUR": Money.of("1000.00", "EUR")},
)


def test_a_clause_is_found_by_its_id() -> None:
    clause = POLICY.clause("P5.b")
    assert clause.text == "Ending the service early, within its term, for personal reasons gives no refund."


def test_an_unknown_clause_is_a_key_error() -> None:
    with pytest.raises(KeyError, match=r"P9\.z"):
        POLICY.clause("P9.z")


@pytest.mark.parametrize(
    ("amount", "currency", "alone"),
    [
        ("49.99", "EUR", True),
        ("50.00", "EUR", True),
        ("50.01", "EUR", False),
        ("0.00", "USD", False),
        ("1.00", "GBP", False),
    ],
)
def test_p2b_only_at_or_under_the_limit_no_person_is_needed(amount: str, currency: str, alone: bool) -> None:
    assert SETTINGS.approves_without_person(Money.of(amount, currency)) is alone


def test_p2b_automatic_approval_is_off_as_shipped() -> None:
    assert not POLICY.settings.approves_without_person(Money.of("0.01", "EUR"))


@pytest.mark.parametrize(
    ("amount", "currency", "two"), [("1000.00", "EUR", False), ("1000.01", "EUR", True), ("0.01", "SEK", True)]
)
def test_p2b_above_the_limit_and_in_other_currencies_two_agents_are_needed(
    amount: str, currency: str, two: bool
) -> None:
    assert SETTINGS.needs_second_approver(Money.of(amount, currency)) is two
