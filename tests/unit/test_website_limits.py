"""How much may be asked of the chat: buckets that fill up, and refusals that are counted."""

from __future__ import annotations

from structlog.testing import capture_logs

from web.connectors.website_limits import Allowance, Rate, Refusals

TEN_A_MINUTE = Rate(10, 3)


def test_so_many_at_once_are_fine_and_the_next_waits() -> None:
    allowance = Allowance(TEN_A_MINUTE)
    assert [allowance.wait("a", 100.0) for _ in range(4)] == [0, 0, 0, 6]


def test_a_bucket_fills_up_in_time_and_never_above_its_brim() -> None:
    allowance = Allowance(TEN_A_MINUTE)
    for _ in range(3):
        allowance.wait("a", 0.0)
    assert allowance.wait("a", 3.0) == 3
    assert allowance.wait("a", 6.0) == 0
    assert [allowance.wait("a", 10_000.0) for _ in range(4)] == [0, 0, 0, 6]


def test_asking_in_vain_makes_nobody_wait_longer() -> None:
    allowance = Allowance(TEN_A_MINUTE)
    for _ in range(50):
        allowance.wait("a", 0.0)
    assert allowance.wait("a", 6.0) == 0


def test_one_key_takes_nothing_from_another() -> None:
    allowance = Allowance(TEN_A_MINUTE)
    for _ in range(4):
        allowance.wait("a", 0.0)
    assert allowance.wait("b", 0.0) == 0


def test_many_keys_are_forgotten_once_their_buckets_are_full() -> None:
    allowance = Allowance(TEN_A_MINUTE)
    for number in range(10_000):
        allowance.wait(number, 0.0)
    allowance.wait("late", 60.0)
    assert len(allowance._left) == 1


def test_a_flood_of_refusals_fills_no_log() -> None:
    refusals = Refusals()
    with capture_logs() as logged:
        for _ in range(1000):
            refusals.note("say", "rate")
        refusals.note("connect", "tabs")
    told = [(one["what"], one["count"]) for one in logged]
    assert told == [*(("say", 2**power) for power in range(10)), ("connect", 1)]
