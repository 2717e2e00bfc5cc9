"""Who owns a conversation: the table of changes, and the epoch that rises with each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refunds.chat.ownership import TRANSITIONS, Change, Owner, Standing, move
from refunds.errors import TransitionRefused


def test_a_customer_who_asks_for_a_person_waits_is_taken_and_comes_back() -> None:
    standing = Standing(Owner.ASSISTANT, 0)
    for change in (Change.PERSON_NEEDED, Change.TAKEN, Change.HANDED_BACK):
        standing = move(standing, change)
    assert standing == Standing(Owner.ASSISTANT, 3)


def test_a_waiting_customer_may_go_on_with_the_assistant() -> None:
    assert move(Standing(Owner.WAITING, 4), Change.WENT_ON) == Standing(Owner.ASSISTANT, 5)


def test_an_agent_may_take_over_without_being_asked() -> None:
    assert move(Standing(Owner.ASSISTANT, 0), Change.TAKEN).owner is Owner.AGENT


def test_only_one_agent_takes_a_conversation() -> None:
    with pytest.raises(TransitionRefused):
        move(Standing(Owner.AGENT, 1), Change.TAKEN)


@given(st.sampled_from(Change))
def test_nothing_happens_to_a_closed_conversation(change: Change) -> None:
    with pytest.raises(TransitionRefused):
        move(Standing(Owner.CLOSED, 9), change)


@given(st.lists(st.sampled_from(Change)))
def test_the_epoch_counts_the_changes_and_every_refused_one_leaves_it(changes: list[Change]) -> None:
    standing, made = Standing(Owner.ASSISTANT, 0), 0
    for change in changes:
        if (standing.owner, change) in TRANSITIONS:
            standing, made = move(standing, change), made + 1
    assert standing.epoch == made


def test_a_chat_that_an_agent_releases_waits_again_and_another_takes_it() -> None:
    standing = move(Standing(Owner.AGENT, 2), Change.RELEASED)
    assert standing == Standing(Owner.WAITING, 3)
    assert move(standing, Change.TAKEN) == Standing(Owner.AGENT, 4)
