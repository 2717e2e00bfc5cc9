"""Random walks over what a customer may do, against the real processes; `words.yml` and `moves.py` say what that is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

import pytest

from tests.conversations.walks.books import Books, open_books
from tests.conversations.walks.promises import state_is_small
from tests.conversations.walks.walk import GROUP, Walk
from tests.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.processes]

SHORT = range(200)
LONG = range(1000, 4000)
# Seeds of long walks that found something, with a word on what; scripts/found_by_walks.yml tells each in short.
SEEDS_THAT_FAILED = {
    1011: "a case was filed on words that only begin with a yes",
    1028: "an account without orders was asked to choose one",
    1029: "the address was asked for a third time without a person",
    1077: "a case was filed on a single letter",
    2035: "an appeal was heard as a wish for another code, again and again",
}


@pytest.fixture(scope="module")
def books(stack: Stack) -> Iterator[Books]:
    """What the house has on file."""
    with open_books(stack) as opened:
        yield opened


@pytest.fixture(scope="module")
def walk(stack: Stack, books: Books) -> Callable[[int, int, int], None]:
    """Plays a seed; the house is emptied when the seed's customers have walked before."""
    walked: set[int] = set(range(GROUP))

    def play(seed: int, shortest: int, longest: int) -> None:
        if seed % GROUP in walked:
            stack.reset()
            walked.clear()
        walked.add(seed % GROUP)
        Walk(stack, books, seed, Random(seed).randint(shortest, longest)).play()

    return play


@pytest.mark.parametrize("seed", SHORT)
def test_a_short_walk_keeps_every_promise(walk: Callable[[int, int, int], None], seed: int) -> None:
    walk(seed, 3, 7)


@pytest.mark.parametrize("seed", SEEDS_THAT_FAILED)
def test_a_walk_that_once_failed_keeps_every_promise(walk: Callable[[int, int, int], None], seed: int) -> None:
    walk(seed, 10, 25)


@pytest.mark.soak
@pytest.mark.parametrize("seed", LONG)
def test_a_long_walk_keeps_every_promise(walk: Callable[[int, int, int], None], seed: int) -> None:
    walk(seed, 10, 25)


def test_the_state_stays_small_however_much_is_said(stack: Stack, books: Books) -> None:
    stack.reset()
    for day in range(20):
        stack.say(
            "talker", f"On day {day} my server was down and I want a refund. " + f"It failed, {day} times. " * 150
        )
    state_is_small(books.standing("talker"))
    stack.say("talker", "I want to talk to a person, please")
    assert books.standing("talker").owner == "waiting"
