"""Who is taken first: points for waiting, the law, a withdrawal, anger and the amount, each with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refunds.desk.chats.priority import Stakes, priority_of
from refunds.money import Money

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
CALM = Stakes(NOW - timedelta(minutes=10), "customer_asked")


def points(stakes: Stakes) -> int:
    return priority_of(stakes, NOW, NOW.date()).points


def test_a_minute_of_waiting_is_a_point_up_to_two_hours() -> None:
    assert points(CALM) == 10
    assert points(replace(CALM, waits_since=NOW - timedelta(days=2))) == 120


@pytest.mark.parametrize(("days", "more"), [(-1, 200), (0, 200), (3, 120), (7, 60), (8, 0)])
def test_a_legal_day_weighs_more_the_nearer_it_is(days: int, more: int) -> None:
    assert points(replace(CALM, legal_day=NOW.date() + timedelta(days=days))) == 10 + more


def test_a_withdrawal_anger_and_the_amount_add_up_and_say_so() -> None:
    stakes = replace(CALM, withdrawal=True, reason="upset", amount=Money.of("240.00", "EUR"))
    priority = priority_of(stakes, NOW, NOW.date())
    assert priority.points == 10 + 60 + 45 + 12
    assert priority.why == "stated a withdrawal +60; is upset +45; 240.00 EUR at stake +12; waits 10 min +10"
    assert points(replace(CALM, amount=Money.of("99999.00", "EUR"))) == 70


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_who_waits_longer_never_comes_later_for_it(shorter: int, more: int) -> None:
    sooner = replace(CALM, waits_since=NOW - timedelta(minutes=shorter + more))
    assert points(sooner) >= points(replace(CALM, waits_since=NOW - timedelta(minutes=shorter)))
