from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refunds.cases.payout_failures import OTHER_ROUTES, TRIES_ALONG_A_ROUTE, NextRoute, known_reasons, next_route

AGAIN = ["insufficient_funds", "frequency_limited"]


@given(st.text() | st.none(), st.integers(0, 9))
def test_a_reason_that_nobody_knows_is_looked_at_by_a_person(reason: str | None, failed: int) -> None:
    if reason not in known_reasons():
        assert next_route(reason, failed) is NextRoute.PERSON


@pytest.mark.parametrize("reason", AGAIN)
def test_what_passes_by_itself_is_tried_again_but_not_for_ever(reason: str) -> None:
    assert [next_route(reason, failed) for failed in range(1, TRIES_ALONG_A_ROUTE + 1)] == [
        NextRoute.AGAIN,
        NextRoute.AGAIN,
        NextRoute.PERSON,
    ]


@pytest.mark.parametrize("failed", [1, 2, 5])
@pytest.mark.parametrize("reason", ["expired_or_canceled_card", "account_closed", "refund_time_limit_exceeded"])
def test_a_route_that_is_closed_is_never_tried_again(reason: str, failed: int) -> None:
    assert next_route(reason, failed) is NextRoute.OTHER_ROUTE


@pytest.mark.parametrize("reason", ["disputed", "charge_for_pending_refund_disputed", "refunded_elsewhere"])
def test_money_that_may_go_back_another_way_waits_for_a_person(reason: str) -> None:
    assert next_route(reason, 1) is NextRoute.PERSON


@given(st.sampled_from(sorted(known_reasons())), st.integers(TRIES_ALONG_A_ROUTE, 9))
def test_no_reason_is_tried_for_ever(reason: str, failed: int) -> None:
    assert next_route(reason, failed) is not NextRoute.AGAIN


def test_there_is_another_route() -> None:
    assert OTHER_ROUTES
