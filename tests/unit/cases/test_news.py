from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refunds.cases.lifecycle import GAVE_BACK, PayoutEvent, PayoutState, move_payout
from refunds.cases.payout_news import disagrees, news_of
from refunds.money import Money
from refunds.policy.records import RefundMade

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
STATUSES = ["pending", "requires_action", "succeeded", "failed", "cancelled", "canceled", "reversed"]
REASONS = st.sampled_from([None, "processing", "insufficient_funds", "bank_details", "expired_or_canceled_card"])
TOLD = st.builds(
    RefundMade,
    refund_id=st.just("RF-1"),
    payment_id=st.just("PAY-1"),
    amount=st.just(Money.of("240.00", "EUR")),
    kind=st.just("refund"),
    status=st.sampled_from([*STATUSES, "a status of a new provider"]),
    created_at=st.just(NOW),
    status_reason=REASONS,
)
STATES = st.sampled_from(PayoutState)
S, E = PayoutState, PayoutEvent


def told(status: str, reason: str | None = None) -> RefundMade:
    return RefundMade("RF-1", "PAY-1", Money.of("240.00", "EUR"), "refund", status, NOW, status_reason=reason)


def after(state: PayoutState, refund: RefundMade) -> PayoutState:
    """Where a payout stands once it has learned what ``refund`` says; each step must be in the table."""
    for event in news_of(state, refund):
        state = move_payout(state, event)
    return state


@given(STATES, TOLD)
def test_whatever_billing_says_the_table_allows_what_follows(state: PayoutState, refund: RefundMade) -> None:
    after(state, refund)


@given(STATES, TOLD)
def test_hearing_the_same_twice_changes_nothing_the_second_time(state: PayoutState, refund: RefundMade) -> None:
    assert news_of(after(state, refund), refund) == []


@given(STATES, st.lists(TOLD, max_size=6), TOLD)
def test_what_has_ended_is_not_begun_again_by_older_news(
    state: PayoutState, earlier: list[RefundMade], late: RefundMade
) -> None:
    for refund in earlier:
        state = after(state, refund)
    if state in GAVE_BACK:
        assert after(state, late) is state


@pytest.mark.parametrize(
    ("state", "refund", "expected"),
    [
        (S.REQUESTED, told("pending", "processing"), S.SUBMITTED),
        (S.REQUESTED, told("succeeded"), S.SUCCEEDED),
        (S.REQUESTED, told("failed", "declined"), S.FAILED),
        (S.SUBMITTED, told("pending", "insufficient_funds"), S.PENDING),
        (S.PENDING, told("pending", "processing"), S.SUBMITTED),
        (S.SUBMITTED, told("requires_action", "bank_details"), S.NEEDS_CUSTOMER_DETAILS),
        (S.NEEDS_CUSTOMER_DETAILS, told("pending"), S.SUBMITTED),
        (S.NEEDS_CUSTOMER_DETAILS, told("cancelled", "customer_details_missing"), S.CANCELLED),
        (S.SUBMITTED, told("reversed"), S.REVERSED),
        (S.SUCCEEDED, told("failed", "account_closed"), S.REVERSED),
        (S.SUCCEEDED, told("pending", "processing"), S.SUCCEEDED),
        (S.SUBMITTED, told("a status of a new provider"), S.SUBMITTED),
    ],
)
def test_each_word_of_billing_brings_the_payout_where_it_says(
    state: PayoutState, refund: RefundMade, expected: PayoutState
) -> None:
    assert after(state, refund) is expected


def test_a_refund_that_lives_after_we_gave_its_payout_up_is_noticed() -> None:
    assert disagrees(S.CANCELLED, told("pending"))
    assert disagrees(S.FAILED, told("succeeded"))
    assert not disagrees(S.FAILED, told("failed"))
    assert not disagrees(S.SUCCEEDED, told("succeeded"))
