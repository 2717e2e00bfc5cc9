from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from refunds.cases.lifecycle import GAVE_BACK, UNDER_WAY, PayoutState
from refunds.cases.payout import Payout
from refunds.money import Money
from refunds.payouts.looking import first_look, next_look

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PAYOUT = Payout(
    payout_id="p",
    case_id="R-7K2MQ",
    attempt=1,
    payment_id="PAY-1",
    route="card",
    original_route=True,
    amount=Money.of("240.00", "EUR"),
    state=PayoutState.SUBMITTED,
    idempotency_key="k",
    requested_at=NOW,
    updated_at=NOW,
    submitted_at=NOW,
)
PAID = replace(PAYOUT, state=PayoutState.SUCCEEDED, succeeded_at=NOW)
AGES = st.timedeltas(timedelta(0), timedelta(days=400))


def wait(payout: Payout, age: timedelta) -> timedelta:
    due = next_look(payout, NOW + age)
    assert due is not None
    return due - (NOW + age)


@given(st.sampled_from(sorted(UNDER_WAY)), AGES)
def test_money_under_way_is_always_looked_for_within_six_hours(state: PayoutState, age: timedelta) -> None:
    assert timedelta(seconds=5) <= wait(replace(PAYOUT, state=state), age) <= timedelta(hours=6)


def test_news_is_looked_for_often_at_first_and_ever_more_rarely() -> None:
    ages = [timedelta(seconds=s) for s in (0, 60, 600, 3600, 86400)]
    waits = [wait(PAYOUT, age) for age in ages]
    assert waits == sorted(waits)
    assert waits[0] == first_look(NOW) - NOW == timedelta(seconds=5)
    assert waits[-1] == timedelta(hours=6)


@given(st.timedeltas(timedelta(0), timedelta(days=30)))
def test_paid_money_is_looked_after_for_a_month_as_it_may_come_back(age: timedelta) -> None:
    assert wait(PAID, age) <= timedelta(hours=6)
    assert wait(replace(PAID, trace_value="7453"), age) <= timedelta(days=1)


def test_after_a_month_and_after_an_end_nobody_looks_any_more() -> None:
    assert next_look(PAID, NOW + timedelta(days=31)) is None
    assert all(next_look(replace(PAYOUT, state=state), NOW) is None for state in GAVE_BACK)
