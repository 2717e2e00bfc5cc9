"""Payouts between a real database and a real sandbox: sent once, followed, failed, stopped, and paid another way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Update, update

from refunds.cases.lifecycle import CaseState, PayoutState
from refunds.cases.promises import PromiseKind, PromiseOutcome, end_promise, promises_of
from refunds.cases.reservations import AboveCaptured
from refunds.database import Database
from refunds.errors import BackOfficeUnavailable, TransitionRefused
from refunds.money import Money
from refunds.tables import CaseRow
from tests.integration.people_world import on_sqlite
from tests.payout_house import PAYMENT, payout_house


def test_an_approved_case_is_paid_once_and_told_with_its_trace_id(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path) as house:
        case = house.approved()
        house.work()
        assert house.payout(case).state is PayoutState.SUBMITTED
        house.later(seconds=6)
        house.work()
        payout = house.payout(case)
        (refund,) = house.refunds()
        assert payout.state is PayoutState.SUCCEEDED
        assert house.case(case.case_id).state is CaseState.PAID
        assert (payout.refund_id, payout.trace_value) == (refund["refund_id"], refund["trace"]["value"])
        assert refund["reference"] == payout.payout_id
        assert house.occasions() == ["paid"]
        assert refund["trace"]["value"] in house.told()[-1]
        assert house.reserved() == 24000


@on_sqlite
def test_sending_and_following_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path) as house:
        case = house.approved()
        house.work()
        house.later(seconds=6)
        house.work()
        before = house.payout(case)
        for _ in range(3):
            house.payouts.send(before.payout_id, house.now)
            house.payouts.follow(before.payout_id, house.now)
            house.payouts.look(before.payout_id, 1, house.now)
        assert house.payout(case) == before
        assert len(house.refunds()) == 1
        assert house.occasions() == ["paid"]


@pytest.mark.parametrize("fault", ["500", "500_after", "429"])
def test_a_failing_billing_is_asked_before_it_is_asked_again(database: Database, tmp_path: Path, fault: str) -> None:
    with payout_house(database, tmp_path) as house:
        case = house.approved()
        house.change_payment(faults=[fault] * 3)  # as many as the client tries in one go
        house.work()
        assert house.payout(case).state is PayoutState.REQUESTED
        assert house.payout(case).first_sent_at == house.now  # the intent was stored before the call
        house.later(seconds=10)
        house.work()
        house.later(seconds=10)
        house.work()
        assert house.payout(case).state is PayoutState.SUCCEEDED
        assert len(house.refunds()) == 1


@on_sqlite
def test_an_answer_that_got_lost_is_found_by_our_reference(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path) as house:
        case = house.approved()
        house.change_payment(faults=["500_after"] * 3)
        house.work()
        assert len(house.refunds()) == 1
        sends = house.payout(case).sends
        house.later(seconds=6)
        house.work()
        assert house.payout(case).state is PayoutState.SUCCEEDED
        assert house.payout(case).sends == sends  # found, not sent once more


@on_sqlite
def test_a_stored_failure_ends_with_a_person_and_a_new_key_only_after_a_pause(
    database: Database, tmp_path: Path
) -> None:
    with payout_house(database, tmp_path) as house:
        case = house.approved()
        house.change_payment(faults=["500_stored"])
        for _ in range(9):
            house.work()
            house.later(hours=1)
        assert house.dead_rows() == 1
        assert [task.kind for task in house.tasks()] == ["outbox_dead"]
        house.clock[0] = house.payout(case).last_sent_at or house.now
        with pytest.raises(TransitionRefused, match="ten minutes"):
            house.payouts.pay_again(case.case_id, route=None, who="ann", now=house.now)
        house.later(minutes=11)
        house.payouts.pay_again(case.case_id, route=None, who="ann", now=house.now)
        house.work()
        house.later(seconds=6)
        house.work()
        given_up, paid = house.case(case.case_id).payouts
        assert (given_up.state, given_up.reason) == (PayoutState.CANCELLED, "never_made")
        assert paid.state is PayoutState.SUCCEEDED
        assert paid.idempotency_key != given_up.idempotency_key
        assert len(house.refunds()) == 1
        assert house.reserved() == 24000


def test_a_card_that_cannot_take_it_goes_to_a_person_and_then_along_the_agreed_route(
    database: Database, tmp_path: Path
) -> None:
    with payout_house(database, tmp_path, sandbox_refund="fail:expired_or_canceled_card") as house:
        case = house.approved()
        house.work()
        house.later(seconds=6)
        house.work()
        failed = house.payout(case)
        assert (failed.state, failed.reason) == (PayoutState.FAILED, "expired_or_canceled_card")
        assert house.case(case.case_id).state is CaseState.APPROVED
        assert house.occasions() == ["failed"]
        assert [task.kind for task in house.tasks()] == ["agree_route"]
        assert house.reserved() == 0
        house.payouts.pay_again(case.case_id, route="account_credit", who="ann", now=house.now)
        house.work()
        house.later(seconds=6)
        house.work()
        assert house.payout(case).state is PayoutState.SUCCEEDED
        assert house.payout(case).route == "account_credit"
        assert house.tasks() == []
        assert house.reserved() == 24000


@on_sqlite
def test_a_bank_transfer_waits_for_the_details_that_billing_asks_for(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path, sandbox_refund="fail:account_closed") as house:
        case = house.approved()
        house.work()
        house.later(seconds=6)
        house.work()
        house.later(minutes=1)
        house.payouts.pay_again(case.case_id, route="bank_transfer", who="ann", now=house.now)
        house.work()
        payout = house.payout(case)
        assert payout.state is PayoutState.NEEDS_CUSTOMER_DETAILS
        assert house.occasions() == ["failed", "details_needed"]
        assert payout.refund_id is not None
        house.give_details(payout.refund_id)
        house.later(seconds=6)
        house.work()
        house.later(minutes=1)
        house.work()
        assert house.payout(case).state is PayoutState.SUCCEEDED


@on_sqlite
def test_our_own_lack_of_funds_is_tried_again_by_itself_and_then_goes_to_a_person(
    database: Database, tmp_path: Path
) -> None:
    with payout_house(database, tmp_path, sandbox_refund="fail:insufficient_funds") as house:
        case = house.approved()
        for _ in range(60):
            house.work()
            house.later(hours=1)
        payouts = house.case(case.case_id).payouts
        assert [payout.state for payout in payouts] == [PayoutState.FAILED] * 3
        assert len({payout.idempotency_key for payout in payouts}) == 3
        assert [task.kind for task in house.tasks()] == ["payout_failed"]
        assert house.reserved() == 0


@on_sqlite
def test_a_wait_is_told_with_its_reason_once(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path, sandbox_refund="pending:insufficient_funds") as house:
        case = house.approved()
        for _ in range(5):
            house.work()
            house.later(hours=7)
        assert house.payout(case).state is PayoutState.PENDING
        assert house.payout(case).reason == "insufficient_funds"
        assert house.occasions() == ["delayed"]


@on_sqlite
def test_a_dispute_that_opens_before_the_money_is_sent_stops_it(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path) as house:
        case = house.approved()
        house.change_payment(disputed=True)
        house.work()
        assert (house.payout(case).state, house.payout(case).reason) == (PayoutState.CANCELLED, "disputed")
        assert house.occasions() == ["stopped"]
        assert house.refunds() == []
        assert house.reserved() == 0
        with pytest.raises(TransitionRefused, match="disputed"):
            house.payouts.pay_again(case.case_id, route=None, who="ann", now=house.now)
        house.change_payment(disputed=False)
        house.payouts.pay_again(case.case_id, route=None, who="ann", now=house.now)
        house.work()
        house.later(seconds=6)
        house.work()
        assert house.payout(case).state is PayoutState.SUCCEEDED


@on_sqlite
def test_money_that_billing_sent_by_hand_meanwhile_is_not_sent_again(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path) as house:
        case = house.approved()
        house.refund_by_hand("240.00")
        house.later(seconds=6)
        house.work()
        assert (house.payout(case).state, house.payout(case).reason) == (PayoutState.CANCELLED, "refunded_elsewhere")
        assert house.case(case.case_id).state is CaseState.CLOSED
        assert house.occasions() == ["closed_elsewhere"]
        assert len(house.refunds()) == 1


@on_sqlite
def test_a_part_sent_by_hand_leaves_the_rest_to_a_person(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path) as house:
        case = house.approved()
        house.refund_by_hand("10.00")
        house.work()
        assert house.payout(case).state is PayoutState.CANCELLED
        assert house.case(case.case_id).state is CaseState.APPROVED
        assert house.occasions() == ["stopped"]
        assert [task.kind for task in house.tasks()] == ["payout_failed"]


def test_payouts_together_never_promise_more_than_was_captured(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path) as house:
        first = house.approved()
        house.work()
        with pytest.raises(TransitionRefused, match="on its way already"):
            house.payouts.pay_again(first.case_id, route=None, who="ann", now=house.now)
        with house.database.transaction() as session:  # the order's first case ends, so that a second may be open
            session.execute(_closed(first.case_id))
        with pytest.raises(AboveCaptured):
            house.approved(2, amount=Money.of("0.01", "EUR"))
        assert house.reserved() == 24000


@on_sqlite
def test_money_that_comes_back_after_success_is_told_and_may_be_paid_again(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path, sandbox_refund="reverse:account_closed") as house:
        case = house.approved()
        house.work()
        house.later(seconds=3)
        house.payouts.follow(house.payout(case).payout_id, house.now)
        assert house.case(case.case_id).state is CaseState.PAID
        house.later(days=1)
        house.work()
        assert house.payout(case).state is PayoutState.REVERSED
        assert house.case(case.case_id).state is CaseState.APPROVED
        assert house.occasions() == ["paid", "reversed"]
        assert house.reserved() == 0


@on_sqlite
def test_money_that_comes_back_after_the_case_was_closed_opens_it_again(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path, sandbox_refund="reverse:account_closed") as house:
        case = house.approved()
        house.work()
        house.later(seconds=3)
        house.payouts.follow(house.payout(case).payout_id, house.now)
        with database.transaction() as session:
            session.execute(_closed(case.case_id))
        house.later(days=1)
        house.work()
        assert house.case(case.case_id).state is CaseState.APPROVED
        house.payouts.pay_again(case.case_id, route="account_credit", who="ann", now=house.now)
        house.work()
        house.later(seconds=6)
        house.work()
        assert house.payout(case).state is PayoutState.SUCCEEDED


@on_sqlite
def test_a_trace_id_that_comes_days_after_the_success_is_told_once(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path) as house:
        case = house.approved()
        house.work()
        house.later(seconds=6)
        payout = house.payout(case)
        (billed,) = house.backoffice.refunds_of(PAYMENT)
        records = house.backoffice.records_for(case.order_id)
        untraced = replace(billed, trace_type=None, trace_value=None)
        for refund in (untraced, billed, billed):
            with database.transaction() as session:
                house.learning.learn(session, payout.payout_id, refund, records, house.now)
            house.later(days=1)
        assert house.occasions() == ["paid", "traced"]
        assert "no reference number" in house.told()[0]
        assert f"ARN {billed.trace_value}" in house.told()[1]
        assert house.payout(case).trace_value == billed.trace_value


@on_sqlite
def test_a_reversal_of_a_charge_that_had_not_settled_has_no_trace_id(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path, settled_at="+3d") as house:
        case = house.approved()
        house.work()
        house.later(seconds=6)
        house.work()
        assert (house.payout(case).kind, house.payout(case).trace_value) == ("reversal", None)
        assert "drops off" in house.told()[-1]


@on_sqlite
def test_the_days_that_were_given_are_kept_when_the_money_is_sent(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path) as house:
        case = house.approved()
        house.work()
        with house.database.reading() as session:
            promised = {each.kind: each for each in promises_of(session, case.case_id) if each.ended_at is None}
        assert set(promised) == {PromiseKind.ARRIVE_BY}
        assert "business days" in promised[PromiseKind.ARRIVE_BY].basis


@on_sqlite
def test_money_that_leaves_late_is_expected_from_the_day_it_left(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path) as house:
        case = house.approved()
        house.work()
        expected = house.promised(case, PromiseKind.ARRIVE_BY)
        house.later(days=20)
        with database.transaction() as session:
            end_promise(session, case.case_id, PromiseKind.ARRIVE_BY, PromiseOutcome.SLIPPED, house.now)
        house.work()
        later = house.promised(case, PromiseKind.ARRIVE_BY)
        assert later.day > expected.day
        assert later.day > house.now.date()


@on_sqlite
@pytest.mark.parametrize(("days_left", "outcome"), [(1, PromiseOutcome.KEPT), (-1, PromiseOutcome.SLIPPED)])
def test_a_legal_day_is_kept_only_by_money_sent_until_then(
    database: Database, tmp_path: Path, days_left: int, outcome: PromiseOutcome
) -> None:
    with payout_house(database, tmp_path) as house:
        due = house.now.date() + timedelta(days=days_left)
        case = house.approved(statutory_due=due)
        house.work()
        with database.reading() as session:
            (legal,) = (p for p in promises_of(session, case.case_id) if p.kind is PromiseKind.STATUTORY_BY)
        assert (legal.day, legal.outcome) == (due, outcome)


@on_sqlite
def test_billing_that_is_down_loses_nothing(database: Database, tmp_path: Path) -> None:
    with payout_house(database, tmp_path) as house:
        case = house.approved()
        payout = house.payout(case)
    with pytest.raises(BackOfficeUnavailable):  # its sandbox is gone
        house.payouts.send(payout.payout_id, house.now)
    assert house.payout(case).state is PayoutState.REQUESTED


def _closed(case_id: str) -> Update:
    return update(CaseRow).where(CaseRow.case_id == case_id).values(state="closed")
