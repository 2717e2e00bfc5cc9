"""Where the money of a case is told to be: every state that can be reached has a place, a step and no false hope."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refunds.cases.case import Case, CaseEvent
from refunds.cases.following import DETAILS_WINDOW, Following, NextStep, Place, last_event, milestones, whereabouts
from refunds.cases.lifecycle import GAVE_BACK, UNDECIDED, UNDER_WAY, CaseState, Event, PayoutState
from refunds.cases.payout import Payout, PayoutHappening
from refunds.cases.payout_failures import known_reasons
from refunds.money import Money
from refunds.policy.arrival import ArrivalWindow, arrival
from refunds.policy.decision import Outcome
from tests.strategies import SHIPPED

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = NOW.date()
AMOUNT = Money.of("240.00", "EUR")
STATES_WITHOUT_PAYOUT = frozenset(CaseState) - {CaseState.PAID}
REACHABLE: list[tuple[CaseState, PayoutState | None]] = [
    *((state, None) for state in sorted(STATES_WITHOUT_PAYOUT)),
    *((CaseState.APPROVED, state) for state in PayoutState if state is not PayoutState.SUCCEEDED),
    (CaseState.PAID, PayoutState.SUCCEEDED),
    *((CaseState.CLOSED, state) for state in (PayoutState.SUCCEEDED, *sorted(GAVE_BACK))),
]


class Weekdays:
    """Banks that work from Monday to Friday."""

    def is_business_day(self, calendar: str, day: date) -> bool:
        """Whether it is no weekend."""
        return day.weekday() < 5

    def is_published(self, calendar: str, day: date) -> bool:
        """Weekdays are known for ever."""
        return True


def window(submitted: datetime = NOW, method: str = "card") -> ArrivalWindow:
    """The days of a card refund sent then."""
    return arrival(method, None, "DE", submitted, SHIPPED, Weekdays(), ZoneInfo("UTC"))


def case(state: CaseState, *payouts: Payout, **fields: Any) -> Case:
    """A case of 240 EUR in ``state``; what happened to it is its filing and how it came to that state."""
    ours: dict[str, Any] = {
        "case_id": "R-7K2MQ",
        "order_id": "ORD-1",
        "customer_id": "C-1",
        "payment_id": "PAY-1",
        "payment_method": "card",
        "state": state,
        "outcome": Outcome.ELIGIBLE,
        "clauses": ("P1.a",),
        "amount": AMOUNT,
        "currency": "EUR",
        "words": "",
        "evidence": (),
        "policy_version": "v",
        "receipt": {},
        "receipt_hash": "",
        "channel": "rest",
        "conversation_id": "c",
        "filing_key": "k",
        "verification_due": TODAY + timedelta(days=2),
        "payout_due": TODAY + timedelta(days=5),
        "filed_at": NOW - timedelta(days=3),
        "updated_at": NOW,
        "events": (event("filed", NOW - timedelta(days=3)),),
        "payouts": payouts,
    }
    return Case(**{**ours, **fields})


def event(what: str, at: datetime = NOW, why: str = "") -> CaseEvent:
    """Something that happened to a case."""
    return CaseEvent(at, "ada", what, None, CaseState.SUBMITTED, why, "v")


def payout(state: PayoutState, *, attempt: int = 1, sent: datetime = NOW, **fields: Any) -> Payout:
    """A card payout of 240 EUR in ``state``, sent now where it was sent."""
    with_billing = None if state is PayoutState.REQUESTED else sent
    ours: dict[str, Any] = {
        "payout_id": f"po-{attempt}",
        "case_id": "R-7K2MQ",
        "attempt": attempt,
        "payment_id": "PAY-1",
        "route": "card",
        "original_route": True,
        "amount": AMOUNT,
        "state": state,
        "idempotency_key": str(attempt),
        "requested_at": sent,
        "updated_at": sent,
        "submitted_at": with_billing,
        "succeeded_at": sent if state in (PayoutState.SUCCEEDED, PayoutState.REVERSED) else None,
    }
    return Payout(**{**ours, **fields})


def followed(state: CaseState, money: Payout | None = None, *, today: date = TODAY, **fields: Any) -> Following:
    """Where the money of such a case is, with a window by its payout."""
    payouts = (money,) if money else ()
    sent = money.submitted_at if money and money.submitted_at else NOW + timedelta(days=5)
    return whereabouts(case(state, *payouts, **fields), today, window(sent))


@given(
    st.sampled_from(REACHABLE),
    st.sampled_from([*sorted(known_reasons()), "processing", "unheard_of", None]),
    st.sampled_from(["card", "paypal", "account_credit", "bank_transfer"]),
    st.sampled_from(["refund", "reversal"]),
    st.integers(1, 4),
    st.integers(-20, 90),
)
def test_every_reachable_state_has_a_place_a_step_and_only_days_to_come(  # noqa: PLR0917 - one a dimension
    states: tuple[CaseState, PayoutState | None], reason: str | None, route: str, kind: str, count: int, later: int
) -> None:
    case_state, payout_state = states
    today = TODAY + timedelta(days=later)
    earlier = [payout(PayoutState.FAILED, attempt=n, route=route, reason=reason) for n in range(1, count)]
    newest = payout(payout_state, attempt=count, route=route, kind=kind, reason=reason) if payout_state else None
    money = (*earlier, newest) if newest else ()
    told = whereabouts(case(case_state, *money), today, window())
    assert told.place in Place
    assert told.step in NextStep
    assert told.due is None or told.due >= today
    assert told.missed is None or told.missed < today
    promised = told.window is not None and (newest is None or newest.state is not PayoutState.SUCCEEDED)
    if promised and told.window:
        assert told.window.latest >= today
    if told.place is Place.WITH_BANK:
        assert newest
        assert newest.succeeded_at
        assert newest.state is PayoutState.SUCCEEDED
    if told.late:
        assert newest
        assert newest.kind == "refund"
        assert newest.state is PayoutState.SUCCEEDED
    assert {name for name, _ in milestones(case(case_state, *money), told)}


@pytest.mark.parametrize("state", sorted(UNDECIDED - {CaseState.INFO_REQUESTED}))
def test_an_undecided_case_waits_for_a_colleague_until_the_day_promised(state: CaseState) -> None:
    told = followed(state)
    assert (told.place, told.step) == (Place.NOT_SENT, NextStep.AGENT_CHECKS)
    assert told.due == TODAY + timedelta(days=2)


def test_a_check_that_is_late_is_told_as_missed_and_promises_no_arrival() -> None:
    told = followed(CaseState.SUBMITTED, today=TODAY + timedelta(days=3))
    assert (told.due, told.missed, told.window) == (None, TODAY + timedelta(days=2), None)


def test_asked_for_information_the_customer_is_next() -> None:
    assert followed(CaseState.INFO_REQUESTED).step is NextStep.CUSTOMER_INFORMS


def test_approved_without_a_payout_another_route_is_to_be_agreed() -> None:
    told = followed(CaseState.APPROVED)
    assert (told.place, told.step, told.window) == (Place.WITH_US, NextStep.AGREE_ROUTE, None)


@pytest.mark.parametrize("state", [CaseState.REJECTED, CaseState.WITHDRAWN, CaseState.CLOSED])
def test_after_an_end_without_money_nothing_comes_next(state: CaseState) -> None:
    told = followed(state)
    assert (told.place, told.step, told.window) == (Place.NOT_SENT, NextStep.NONE, None)


def test_a_requested_payout_is_with_us_until_the_day_promised() -> None:
    told = followed(CaseState.APPROVED, payout(PayoutState.REQUESTED))
    assert (told.place, told.step, told.due) == (Place.WITH_US, NextStep.WE_SEND, TODAY + timedelta(days=5))
    assert told.window is not None


@pytest.mark.parametrize("state", [PayoutState.SUBMITTED, PayoutState.PENDING])
def test_a_sent_payout_is_with_the_processor(state: PayoutState) -> None:
    told = followed(CaseState.APPROVED, payout(state))
    assert (told.place, told.step) == (Place.WITH_PROCESSOR, NextStep.PROVIDER_SENDS)
    assert told.window is not None


def test_a_payout_that_waits_beyond_its_window_has_no_day_any_more() -> None:
    told = followed(CaseState.APPROVED, payout(PayoutState.PENDING), today=TODAY + timedelta(days=40))
    assert (told.place, told.window) == (Place.WITH_PROCESSOR, None)


def test_bank_details_are_awaited_for_45_days_from_sending() -> None:
    details = payout(PayoutState.NEEDS_CUSTOMER_DETAILS)
    told = followed(CaseState.APPROVED, details, today=DETAILS_WINDOW.after(TODAY))
    assert (told.step, told.due) == (NextStep.CUSTOMER_GIVES_BANK_DETAILS, TODAY + timedelta(days=45))
    over = followed(CaseState.APPROVED, details, today=TODAY + timedelta(days=46))
    assert (over.due, over.missed) == (None, TODAY + timedelta(days=45))


def test_paid_money_is_with_the_bank_until_the_day_to_worry() -> None:
    paid = payout(PayoutState.SUCCEEDED, trace_type="arn", trace_value="745")
    days = window()
    told = followed(CaseState.PAID, paid, today=days.latest)
    assert (told.place, told.step, told.due, told.late) == (Place.WITH_BANK, NextStep.BANK_BOOKS, days.latest, False)
    assert told.trace == ("arn", "745")
    late = followed(CaseState.PAID, paid, today=days.worry_from)
    assert (late.place, late.step, late.due, late.late) == (Place.WITH_BANK, NextStep.CUSTOMER_ASKS_BANK, None, True)


def test_between_the_last_day_and_the_day_to_worry_it_is_neither_promised_nor_late() -> None:
    paid = payout(PayoutState.SUCCEEDED)
    told = whereabouts(case(CaseState.PAID, paid), TODAY, replace(window(), latest=TODAY - timedelta(days=1)))
    assert (told.step, told.due, told.late) == (NextStep.BANK_BOOKS, None, False)


def test_a_reversed_charge_has_no_window_no_trace_and_is_never_late() -> None:
    told = followed(CaseState.PAID, payout(PayoutState.SUCCEEDED, kind="reversal"), today=TODAY + timedelta(days=60))
    assert (told.step, told.window, told.trace, told.late) == (NextStep.NONE, None, None, False)


def test_account_credit_is_there_at_once() -> None:
    told = followed(CaseState.PAID, payout(PayoutState.SUCCEEDED, route="account_credit", original_route=False))
    assert (told.place, told.step) == (Place.CREDITED, NextStep.NONE)


@pytest.mark.parametrize(
    ("reason", "step"),
    [
        ("expired_or_canceled_card", NextStep.AGREE_ROUTE),
        ("insufficient_funds", NextStep.WE_SEND),
        ("disputed", NextStep.AGENT_CHECKS),
        (None, NextStep.AGENT_CHECKS),
    ],
)
def test_money_that_did_not_get_through_is_back_with_us_and_its_reason_says_what_is_next(
    reason: str | None, step: NextStep
) -> None:
    told = followed(CaseState.APPROVED, payout(PayoutState.FAILED, reason=reason, trace_type="arn", trace_value="1"))
    assert (told.place, told.step, told.window, told.trace) == (Place.BACK_WITH_US, step, None, None)


def test_after_three_failures_along_a_route_a_person_looks() -> None:
    failed = [payout(PayoutState.FAILED, attempt=n, reason="insufficient_funds") for n in (1, 2, 3)]
    assert whereabouts(case(CaseState.APPROVED, *failed), TODAY, None).step is NextStep.AGENT_CHECKS


def test_money_that_came_back_after_success_takes_another_way() -> None:
    told = followed(CaseState.APPROVED, payout(PayoutState.REVERSED, reason="insufficient_funds"))
    assert (told.place, told.step) == (Place.BACK_WITH_US, NextStep.AGREE_ROUTE)


def test_money_that_came_back_after_its_case_was_closed_is_a_persons_matter() -> None:
    told = followed(CaseState.CLOSED, payout(PayoutState.REVERSED))
    assert (told.place, told.step) == (Place.BACK_WITH_US, NextStep.AGENT_CHECKS)


def test_a_case_closed_as_the_money_went_elsewhere_has_nothing_on_its_way() -> None:
    told = followed(CaseState.CLOSED, payout(PayoutState.CANCELLED, reason="refunded_elsewhere"))
    assert (told.place, told.step) == (Place.NOT_SENT, NextStep.NONE)


@pytest.mark.parametrize("state", sorted(UNDER_WAY))
def test_only_the_newest_payout_counts(state: PayoutState) -> None:
    failed = payout(PayoutState.FAILED, reason="declined")
    told = whereabouts(case(CaseState.APPROVED, failed, payout(state, attempt=2)), TODAY, window())
    assert told.payout
    assert told.payout.attempt == 2
    assert told.place is not Place.BACK_WITH_US


def test_the_last_event_is_the_newest_of_case_and_money_and_leaves_out_what_is_internal() -> None:
    def happened(what: str, at: datetime) -> PayoutHappening:
        return PayoutHappening(at, "billing", what, None, PayoutState.REQUESTED, None)

    minute = timedelta(minutes=1)
    approved = event(Event.APPROVED.value)
    requested = payout(PayoutState.REQUESTED, happenings=(happened("requested", NOW), happened("sent", NOW + minute)))
    events = (event("filed", NOW - minute), approved)
    assert last_event(case(CaseState.APPROVED, requested, events=events)).name == "case_approved"
    accepted = replace(requested, happenings=(*requested.happenings, happened("accepted", NOW + 2 * minute)))
    assert last_event(case(CaseState.APPROVED, accepted, events=events)).name == "payout_accepted"


def test_of_two_events_at_one_moment_the_moneys_is_told() -> None:
    paid = PayoutHappening(NOW, "billing", "succeeded", None, PayoutState.SUCCEEDED, None)
    there = payout(PayoutState.SUCCEEDED, happenings=(paid,))
    assert last_event(case(CaseState.PAID, there, events=(event("paid"),))).name == "payout_succeeded"


@pytest.mark.parametrize(
    ("state", "money", "steps"),
    [
        (CaseState.SUBMITTED, None, [("filed", 1), ("checked", 0), ("sent", 0), ("arrived", 0)]),
        (CaseState.REJECTED, None, [("filed", 1), ("rejected", 1)]),
        (CaseState.WITHDRAWN, None, [("filed", 1), ("withdrawn", 1)]),
        (CaseState.APPROVED, None, [("filed", 1), ("checked", 1), ("sent", 0), ("arrived", 0)]),
        (CaseState.APPROVED, PayoutState.REQUESTED, [("filed", 1), ("checked", 1), ("sent", 0), ("arrived", 0)]),
        (CaseState.APPROVED, PayoutState.SUBMITTED, [("filed", 1), ("checked", 1), ("sent", 1), ("arrived", 0)]),
        (
            CaseState.APPROVED,
            PayoutState.NEEDS_CUSTOMER_DETAILS,
            [("filed", 1), ("checked", 1), ("details", 0), ("arrived", 0)],
        ),
        (CaseState.APPROVED, PayoutState.FAILED, [("filed", 1), ("checked", 1), ("came_back", 1), ("sent_again", 0)]),
        (CaseState.PAID, PayoutState.SUCCEEDED, [("filed", 1), ("checked", 1), ("sent", 1), ("arrived", 1)]),
        (CaseState.CLOSED, PayoutState.SUCCEEDED, [("filed", 1), ("checked", 1), ("sent", 1), ("arrived", 1)]),
        (CaseState.CLOSED, PayoutState.CANCELLED, [("filed", 1), ("closed", 1)]),
    ],
)
def test_a_cards_steps_follow_the_case_and_its_money(
    state: CaseState, money: PayoutState | None, steps: list[tuple[str, int]]
) -> None:
    payouts = (payout(money),) if money else ()
    asked = case(state, *payouts)
    assert milestones(asked, whereabouts(asked, TODAY, window())) == [(name, bool(done)) for name, done in steps]
