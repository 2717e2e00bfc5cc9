"""The breaker, by a clock of the test's own."""

from __future__ import annotations

import pytest

from refunds.backoffice.breaker import CircuitBreaker
from refunds.errors import BackOfficeUnavailable


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> CircuitBreaker:
    return CircuitBreaker(failures_to_open=5, rest_seconds=3.0, clock=clock)


def is_open(breaker: CircuitBreaker) -> bool:
    try:
        breaker.admit()
    except BackOfficeUnavailable:
        return True
    return False


def fail(breaker: CircuitBreaker, times: int) -> None:
    for _ in range(times):
        breaker.failed()


def test_four_failures_leave_it_closed_and_the_fifth_opens_it(breaker: CircuitBreaker) -> None:
    fail(breaker, 4)
    assert not is_open(breaker)
    fail(breaker, 1)
    assert is_open(breaker)


def test_a_success_in_between_starts_the_count_again(breaker: CircuitBreaker) -> None:
    fail(breaker, 4)
    breaker.succeeded()
    fail(breaker, 4)
    assert not is_open(breaker)


def test_after_its_rest_one_call_may_try_and_the_others_wait(breaker: CircuitBreaker, clock: Clock) -> None:
    fail(breaker, 5)
    clock.seconds = 2.9
    assert is_open(breaker)
    clock.seconds = 3.0
    assert not is_open(breaker)
    assert is_open(breaker)


def test_a_trial_that_succeeds_closes_it(breaker: CircuitBreaker, clock: Clock) -> None:
    fail(breaker, 5)
    clock.seconds = 3.0
    breaker.admit()
    breaker.succeeded()
    assert not is_open(breaker)
    assert not is_open(breaker)


def test_a_trial_that_fails_makes_it_rest_again(breaker: CircuitBreaker, clock: Clock) -> None:
    fail(breaker, 5)
    clock.seconds = 3.0
    breaker.admit()
    clock.seconds = 4.0
    breaker.failed()
    clock.seconds = 6.9
    assert is_open(breaker)
    clock.seconds = 7.0
    assert not is_open(breaker)


def test_a_trial_that_never_reports_is_followed_by_another(breaker: CircuitBreaker, clock: Clock) -> None:
    fail(breaker, 5)
    clock.seconds = 3.0
    breaker.admit()
    clock.seconds = 6.0
    assert not is_open(breaker)
