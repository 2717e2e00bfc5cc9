from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refunds.cases.lifecycle import (
    GAVE_BACK,
    INITIAL,
    OPEN,
    PAYOUT_INITIAL,
    PAYOUT_TRANSITIONS,
    TRANSITIONS,
    UNDECIDED,
    UNDER_WAY,
    CaseState,
    Event,
    PayoutEvent,
    PayoutState,
    move,
    move_payout,
)
from refunds.errors import TransitionRefused

REACHABLE = {INITIAL, *TRANSITIONS.values()}


@given(st.sampled_from(CaseState), st.sampled_from(Event))
def test_a_case_moves_as_the_table_says_or_not_at_all(state: CaseState, event: Event) -> None:
    if (state, event) in TRANSITIONS:
        assert move(state, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(TransitionRefused, match=f"{state} cannot be {event}".replace("_", " ")):
            move(state, event)


@given(st.lists(st.sampled_from(Event), max_size=12))
def test_a_case_that_was_withdrawn_or_closed_stays_so_unless_its_money_comes_back(events: list[Event]) -> None:
    state, ended = INITIAL, False
    for event in events:
        try:
            state = move(state, event)
        except TransitionRefused:
            continue
        assert not ended or event is Event.PAYOUT_REVERSED
        ended = state in (CaseState.WITHDRAWN, CaseState.CLOSED)


@given(st.sampled_from(PayoutState), st.sampled_from(PayoutEvent))
def test_a_payout_moves_as_the_table_says_or_not_at_all(state: PayoutState, event: PayoutEvent) -> None:
    if (state, event) in PAYOUT_TRANSITIONS:
        assert move_payout(state, event) is PAYOUT_TRANSITIONS[state, event]
    else:
        with pytest.raises(TransitionRefused, match=f"payout that is {state} cannot be {event}".replace("_", " ")):
            move_payout(state, event)


def test_every_state_can_be_reached() -> None:
    assert set(CaseState) == REACHABLE
    assert set(PayoutState) == {PAYOUT_INITIAL, *PAYOUT_TRANSITIONS.values()}


def test_every_event_can_happen() -> None:
    assert {event for _, event in TRANSITIONS} == set(Event)
    assert {event for _, event in PAYOUT_TRANSITIONS} == set(PayoutEvent)


def test_nobody_decides_where_it_is_decided_already() -> None:
    assert {state for state, event in TRANSITIONS if event is Event.APPROVED} == UNDECIDED


def test_a_payout_is_under_way_or_arrived_or_gave_its_money_back() -> None:
    assert set(PayoutState) == UNDER_WAY | {PayoutState.SUCCEEDED} | GAVE_BACK
    assert not UNDER_WAY & GAVE_BACK


def test_a_payout_that_was_sent_again_is_still_only_requested() -> None:
    assert move_payout(PayoutState.REQUESTED, PayoutEvent.SENT) is PayoutState.REQUESTED


def test_nobody_approves_without_a_decision_against_being_possible_too() -> None:
    for state in CaseState:
        assert ((state, Event.APPROVED) in TRANSITIONS) == ((state, Event.REJECTED) in TRANSITIONS)


def test_an_appeal_opens_a_rejected_case_again() -> None:
    assert CaseState.REJECTED not in OPEN
    assert move(CaseState.REJECTED, Event.APPEALED) in OPEN


def test_the_states_that_are_not_open_are_those_of_the_database_index() -> None:
    assert set(CaseState) - OPEN == {"rejected", "withdrawn", "closed"}
    assert set(UNDER_WAY) == {"requested", "submitted", "pending", "needs_customer_details"}
