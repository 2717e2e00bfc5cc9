"""Thousands of random schedules of approvals, webhooks, polls, failures and deaths: the ledger and the cases agree.

On SQLite, and on PostgreSQL with three workers. `make test` runs some with fixed seeds, `make soak` many more.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ledger.billing import SANDBOX_POINTS
from tests.ledger.run import Ground

# Every transaction and every call that moves money: whoever comes there may die before it, inside it or after it.
PLACES = (
    "outbox.claim",
    "outbox._settle",
    "outbox.failed",
    "outbox.retry",
    "review.Review.approve",
    "review.Review._approve_first",
    "review.Review._moved",
    "review.Review.change_amount",
    "sending.Payouts._stop",
    "sending.Payouts._store_intent",
    "sending.Payouts._create",
    "sending.Payouts._learn",
    "sending.Payouts.look",
    "sending.Payouts.pay_again",
    "mails.NoticeMails.send",
    "webhooks.take_in",
    "rounds.Watch._see_to",
)
POINTS = {
    **{place: tuple(f"{when} {place}" for when in ("before", "inside", "after")) for place in PLACES},
    "POST /refunds": ("before POST /refunds", "after POST /refunds"),
    "the sandbox": SANDBOX_POINTS,
}
KNOWN = {point for points in POINTS.values() for point in points}
TRIES = 60
HERE = 10  # seeds of one test: few, so that two processes share them evenly


@pytest.fixture
def ground(database_url: str, tmp_path: Path) -> Iterator[Ground]:
    """Two workers on SQLite, three on PostgreSQL."""
    opened = Ground(database_url, tmp_path, workers=2 if database_url.startswith("sqlite") else 3)
    yield opened
    opened.close()


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def run(ground: Ground, seeds: range) -> None:
    for seed in seeds:
        ground.run(seed)
    assert ground.passed.keys() <= KNOWN, "a new point: add its place to PLACES"


@on_sqlite
@pytest.mark.parametrize("first", range(0, 100, HERE))
def test_whatever_happens_the_money_goes_back_once(ground: Ground, first: int) -> None:
    run(ground, range(first, first + HERE))


@on_postgresql
@pytest.mark.parametrize("first", range(1000, 1016, 4))
def test_three_workers_on_postgresql_pay_once_too(ground: Ground, first: int) -> None:
    run(ground, range(first, first + 4))


@on_sqlite
@pytest.mark.parametrize("place", POINTS)
def test_who_dies_somewhere_leaves_everything_to_those_who_follow(ground: Ground, place: str) -> None:
    seeds = iter(range(10_000, 10_000 + TRIES))
    while doomed := [point for point in POINTS[place] if not ground.killed[point]]:
        ground.run(next(seeds), doomed)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("first", range(100_000, 120_000, 500))
def test_the_long_run(ground: Ground, first: int) -> None:
    run(ground, range(first, first + (500 if ground.workers == 2 else 50)))
