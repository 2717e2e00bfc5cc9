from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refunds.cases.lifecycle import INITIAL, OPEN, TRANSITIONS, CaseState, Event, move
from refunds.errors import TransitionRefused

REACHABLE = {INITIAL, *TRANSITIONS.values()}


@given(st.sampled_from(CaseState), st.sampled_from(Event))
def test_a_case_moves_as_the_table_says_or_not_at_all(state: CaseState, event: Event) -> None:
    if (state, event) in TRANSITIONS:
        assert move(state, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(TransitionRefused, match=f"{state} cannot be {event}"):
            move(state, event)


@given(st.lists(st.sampled_from(Event), max_size=12))
def test_a_case_that_was_withdrawn_or_closed_stays_so(events: list[Event]) -> None:
    state, ended = INITIAL, False
    for event in events:
        try:
            state = move(state, event)
        except TransitionRefused:
            continue
        assert not ended
        ended = state in (CaseState.WITHDRAWN, CaseState.CLOSED)


def test_every_state_can_be_reached() -> None:
    assert set(CaseState) == REACHABLE


def test_nobody_approves_without_a_decision_against_being_possible_too() -> None:
    for state in CaseState:
        assert ((state, Event.APPROVED) in TRANSITIONS) == ((state, Event.REJECTED) in TRANSITIONS)


def test_an_appeal_opens_a_rejected_case_again() -> None:
    assert CaseState.REJECTED not in OPEN
    assert move(CaseState.REJECTED, Event.APPEALED) in OPEN


def test_the_states_that_are_not_open_are_those_of_the_database_index() -> None:
    assert set(CaseState) - OPEN == {"rejected", "withdrawn", "closed"}
