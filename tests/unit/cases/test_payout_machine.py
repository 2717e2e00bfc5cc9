"""A case with its payouts, moved by the two tables together: what people and billing do in any order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from refunds.cases.lifecycle import (
    GAVE_BACK,
    INITIAL,
    PAYOUT_INITIAL,
    PAYOUT_TRANSITIONS,
    TRANSITIONS,
    UNDER_WAY,
    CaseState,
    Event,
    PayoutEvent,
    PayoutState,
    move,
    move_payout,
)
from refunds.errors import TransitionRefused

# What a payout does to its case; people cause all other events.
FOLLOWS: dict[PayoutEvent, Event] = {
    PayoutEvent.SUCCEEDED: Event.PAID,
    PayoutEvent.FAILED: Event.PAYOUT_FAILED,
    PayoutEvent.CANCELLED: Event.PAYOUT_FAILED,
    PayoutEvent.REVERSED: Event.PAYOUT_REVERSED,
}
BY_PEOPLE = sorted(set(Event) - set(FOLLOWS.values()))
ENDED = frozenset({CaseState.WITHDRAWN, CaseState.CLOSED})
CAPTURED = 3


@dataclass(frozen=True)
class Standing:
    """A case, its payouts (state and amount), and what was reserved of a payment."""

    case: CaseState = INITIAL
    payouts: tuple[tuple[PayoutState, int], ...] = ()
    reserved: int = 0

    @property
    def states(self) -> list[PayoutState]:
        return [state for state, _ in self.payouts]

    @property
    def busy(self) -> bool:
        return any(state in UNDER_WAY for state in self.states)


def by_people(now: Standing, event: Event, amount: int = 1) -> Standing | None:
    """What a person's ``event`` makes of it; None where it is refused. A case is not closed while money moves."""
    try:
        after = move(now.case, event)
    except TransitionRefused:
        return None
    if event is Event.CLOSED and now.busy:
        return None
    moved = replace(now, case=after)
    return plan(moved, amount) if event is Event.APPROVED else moved


def plan(now: Standing, amount: int) -> Standing | None:
    """Another payout; None where one is under way, arrived, or would take more than was captured."""
    spent = now.case is not CaseState.APPROVED or now.busy or PayoutState.SUCCEEDED in now.states
    if spent or now.reserved + amount > CAPTURED:
        return None
    return replace(now, payouts=(*now.payouts, (PAYOUT_INITIAL, amount)), reserved=now.reserved + amount)


def by_billing(now: Standing, number: int, event: PayoutEvent) -> Standing | None:
    """What billing's word about a payout makes of it: where the payout can move, its case must be able to follow."""
    state, amount = now.payouts[number]
    try:
        after = move_payout(state, event)
    except TransitionRefused:
        return None
    payouts = (*now.payouts[:number], (after, amount), *now.payouts[number + 1 :])
    reserved = now.reserved - (amount if after in GAVE_BACK else 0)
    follows = event in FOLLOWS and now.case is not CaseState.WITHDRAWN
    return replace(
        now, case=move(now.case, FOLLOWS[event]) if follows else now.case, payouts=payouts, reserved=reserved
    )


class CaseWithPayouts(RuleBasedStateMachine):
    """People and billing act in any order; refused acts change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.now = Standing()

    @rule(event=st.sampled_from(BY_PEOPLE), amount=st.integers(1, CAPTURED + 1))
    def somebody_acts(self, event: Event, amount: int) -> None:
        ended = self.now.case in ENDED
        after = by_people(self.now, event, amount)
        assert not (ended and after), "something happened to a case that had ended"
        self.now = after or self.now

    @rule(amount=st.integers(1, CAPTURED + 1))
    def it_is_paid_again(self, amount: int) -> None:
        self.now = plan(self.now, amount) or self.now

    @precondition(lambda self: self.now.payouts)
    @rule(data=st.data(), event=st.sampled_from(PayoutEvent))
    def billing_tells(self, data: st.DataObject, event: PayoutEvent) -> None:
        number = data.draw(st.integers(0, len(self.now.payouts) - 1))
        before = self.now
        self.now = by_billing(before, number, event) or before
        if before.case in ENDED and self.now.case is not before.case:
            assert (before.case, event) == (CaseState.CLOSED, PayoutEvent.REVERSED)

    @invariant()
    def no_two_payouts_are_under_way(self) -> None:
        assert sum(state in UNDER_WAY for state in self.now.states) <= 1

    @invariant()
    def a_paid_case_has_the_money_once_and_no_other_on_its_way(self) -> None:
        if self.now.case is CaseState.PAID:
            assert self.now.states.count(PayoutState.SUCCEEDED) == 1
            assert not self.now.busy

    @invariant()
    def money_that_arrived_belongs_to_a_case_that_is_paid(self) -> None:
        if PayoutState.SUCCEEDED in self.now.states:
            assert self.now.case in {CaseState.PAID, CaseState.CLOSED}

    @invariant()
    def what_did_not_come_back_is_reserved_and_never_above_what_was_captured(self) -> None:
        out = sum(amount for state, amount in self.now.payouts if state not in GAVE_BACK)
        assert out == self.now.reserved <= CAPTURED

    @invariant()
    def money_moves_only_for_a_case_that_was_approved(self) -> None:
        if self.now.payouts:
            assert self.now.case in {CaseState.APPROVED, CaseState.PAID, CaseState.CLOSED}
        if self.now.busy:
            assert self.now.case is CaseState.APPROVED


TestCaseWithPayouts = CaseWithPayouts.TestCase


def everything_reachable(payouts: int) -> set[Standing]:
    """Every standing that can be reached with so many payouts of one unit each."""
    found, ahead = {Standing()}, [Standing()]
    while ahead:
        for after in _after(ahead.pop(), payouts):
            if after not in found:
                found.add(after)
                ahead.append(after)
    return found


def _after(now: Standing, payouts: int) -> list[Standing]:
    told = [by_billing(now, number, event) for number in range(len(now.payouts)) for event in PayoutEvent]
    again = [plan(now, 1)] if len(now.payouts) < payouts else []
    return [each for each in (*(by_people(now, event) for event in BY_PEOPLE), *told, *again) if each is not None]


def test_every_state_of_both_is_reached_together_and_every_row_is_used() -> None:
    found = everything_reachable(payouts=2)
    assert {now.case for now in found} == set(CaseState)
    assert {state for now in found for state in now.states} == set(PayoutState)
    rows = {(now.case, event) for now in found for event in BY_PEOPLE if (now.case, event) in TRANSITIONS}
    rows |= {
        (now.case, FOLLOWS[event])
        for now in found
        for state in now.states
        for event in FOLLOWS
        if (state, event) in PAYOUT_TRANSITIONS
    }
    assert rows == set(TRANSITIONS)


def test_no_approved_case_is_at_a_dead_end() -> None:
    for now in everything_reachable(payouts=2):
        if now.case is CaseState.APPROVED and not now.busy:
            assert plan(now, 1) or len(now.payouts) == 2, f"no way on from {now}"


def test_a_payout_under_way_can_still_end_well_and_badly() -> None:
    for state in UNDER_WAY:
        assert {PayoutState.SUCCEEDED, *GAVE_BACK} - {PayoutState.REVERSED} <= payout_states_after(state)


def test_money_that_went_nowhere_stays_there_and_a_new_payout_is_made() -> None:
    for state in GAVE_BACK:
        assert payout_states_after(state) == {state}


def payout_states_after(state: PayoutState) -> set[PayoutState]:
    """``state`` and all that can follow it."""
    found, ahead = {state}, [state]
    while ahead:
        here = ahead.pop()
        for (before, _), after in PAYOUT_TRANSITIONS.items():
            if before is here and after not in found:
                found.add(after)
                ahead.append(after)
    return found
