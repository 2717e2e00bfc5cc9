"""Approving: what billing forbids, who may, along which route, and what follows in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from refunds.backoffice.client import BackOffice
from refunds.cases.case import Case
from refunds.cases.lifecycle import CaseState, PayoutState
from refunds.cases.payout import Payout
from refunds.database import Database
from refunds.days import CalendarDays
from refunds.errors import BackOfficeUnavailable, NotFound, TransitionRefused
from refunds.policy.request import Claim
from refunds.review import ReviewRefused
from tests.integration.filing_world import NOW, POLICY
from tests.integration.payout_rows import all_at_once, euros
from tests.integration.people_world import on_sqlite
from tests.integration.review_world import (
    AGENT,
    CLOSED,
    LARGE,
    LATER,
    ORDINARY,
    OTHER,
    PARTLY,
    UNCERTAIN,
    UNPAID,
    ReviewDesk,
    opened_desk,
    sandbox_of_reviews,
)

AUTOMATIC = replace(
    POLICY,
    version="with a limit",
    settings=replace(POLICY.settings, automatic_approval_limit={"EUR": euros("240.00")}),
)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with sandbox_of_reviews(tmp_path_factory.mktemp("sandbox")) as url:
        yield url


@pytest.fixture
def desk(database: Database, sandbox: str) -> Iterator[ReviewDesk]:
    with opened_desk(database, sandbox) as opened:
        yield opened


def refused(desk: ReviewDesk, case: Case, *, who: str = AGENT, route: str | None = None) -> str:
    """Why ``case`` may not be approved; nothing at all was written."""
    before = desk.everything(case)
    with pytest.raises(ReviewRefused) as caught:
        desk.review.approve(case.case_id, who=who, now=LATER, route=route)
    assert desk.everything(case) == before
    return str(caught.value)


def the_payout(case: Case) -> Payout:
    (payout,) = case.payouts
    return payout


def test_an_approval_requests_the_payout_gives_new_days_and_tells_the_customer(desk: ReviewDesk) -> None:
    filed = desk.filed()
    case = desk.review.approve(filed.case_id, who=AGENT, now=LATER)
    assert desk.case(filed) == case
    assert (case.state, case.events[-1].who, case.events[-1].at) == (CaseState.APPROVED, AGENT, LATER)
    payout = the_payout(case)
    assert (payout.amount, payout.route, payout.original_route) == (euros("240.00"), "card", True)
    assert (payout.state, payout.happenings[0].who) == (PayoutState.REQUESTED, AGENT)
    assert desk.outbox("payout_send") == [{"payout_id": payout.payout_id}]
    assert case.payout_due.isoformat() == "2026-11-27"  # three business days after today, a Tuesday
    assert desk.open_days(case).keys() == {"pay_by", "arrive_by"}
    assert desk.open_days(case)["pay_by"] == "2026-11-27"
    assert [each.outcome for each in desk.promises(case)["verify_by"]] == ["kept"]
    assert [each.outcome for each in desk.promises(case)["pay_by"]] == ["replaced", None]
    assert [each.occasion for each in desk.notices(case)] == ["received", "approved"]
    assert filed.case_id in desk.lines()[-1]


def test_the_money_reaches_billing(desk: ReviewDesk) -> None:
    case = desk.review.approve(desk.filed().case_id, who=AGENT, now=LATER)
    desk.payouts.send(the_payout(case).payout_id, LATER)
    (refund,) = desk.backoffice.refunds_of(case.payment_id)
    assert (refund.amount, refund.reference) == (euros("240.00"), the_payout(case).payout_id)


def test_a_second_approval_is_refused_and_pays_nothing_more(desk: ReviewDesk) -> None:
    case = desk.review.approve(desk.filed().case_id, who=AGENT, now=LATER)
    before = desk.everything(case)
    with pytest.raises(TransitionRefused, match="approved cannot be approved"):
        desk.review.approve(case.case_id, who=OTHER, now=LATER)
    assert desk.everything(case) == before


def test_of_approvals_at_the_same_moment_one_counts(desk: ReviewDesk) -> None:
    case = desk.filed()
    ended = all_at_once(4, lambda number: desk.review.approve(case.case_id, who=f"{AGENT} {number}", now=LATER))
    assert [type(each) for each in ended].count(Case) == 1
    assert all(isinstance(each, Case | TransitionRefused) for each in ended)
    the_payout(desk.case(case))
    assert len(desk.outbox("payout_send")) == 1


def test_an_approval_of_what_changed_meanwhile_is_refused(desk: ReviewDesk) -> None:
    case = desk.filed()
    desk.review.change_amount(case.case_id, euros("100.00"), reason="half of it", who=OTHER, now=NOW)
    before = desk.everything(case)
    with pytest.raises(TransitionRefused, match="changed meanwhile"):
        desk.review.approve(case.case_id, who=AGENT, now=LATER, version=case.version)
    assert desk.everything(case) == before
    assert desk.review.approve(case.case_id, who=AGENT, now=LATER, version=before[0].version).amount == euros("100.00")


def test_a_case_that_does_not_exist_is_not_found(desk: ReviewDesk) -> None:
    with pytest.raises(NotFound):
        desk.review.approve("R-22222", who=AGENT, now=LATER)


def test_a_disputed_payment_is_not_paid_twice(desk: ReviewDesk) -> None:
    case = desk.filed()
    desk.dispute(ORDINARY)
    assert "disputed" in refused(desk, case)


def test_a_payment_that_was_never_captured_gives_nothing_back(desk: ReviewDesk) -> None:
    case = desk.filed(UNPAID, appeal=True)
    desk.review.change_amount(case.case_id, euros("240.00"), reason="as paid", who=AGENT, now=NOW)
    assert "never captured" in refused(desk, case)


def test_what_went_back_outside_this_system_is_named(desk: ReviewDesk) -> None:
    case = desk.filed(PARTLY)
    assert case.amount == euros("140.00")
    desk.review.change_amount(case.case_id, euros("150.00"), reason="a mistake", who=AGENT, now=NOW)
    words = refused(desk, case)
    for part in ("140.00 EUR of 240.00 EUR", "RF-OUTSIDE of 100.00 EUR on 2026-11-22", "ARN 74537604221431003881234"):
        assert part in words


def test_a_refund_made_by_hand_since_the_case_was_filed_is_found(desk: ReviewDesk) -> None:
    case = desk.filed()
    desk.refund_by_hand(ORDINARY, "0.01")
    assert "239.99 EUR of 240.00 EUR" in refused(desk, case)


def test_what_is_left_beside_a_refund_outside_can_go_back(desk: ReviewDesk) -> None:
    case = desk.review.approve(desk.filed(PARTLY).case_id, who=AGENT, now=LATER)
    assert the_payout(case).amount == euros("140.00")


def test_money_that_another_payout_holds_is_not_promised_again(desk: ReviewDesk) -> None:
    """The first case was closed while billing had not heard of its payout: only our own reservation knows."""
    first = desk.review.approve(desk.filed().case_id, who=AGENT, now=LATER)
    desk.end(first)
    second = desk.filed(message="again")
    assert second.case_id != first.case_id
    assert "less than 240.00 EUR is left" in refused(desk, second)


def test_a_case_without_an_amount_gets_one_first(desk: ReviewDesk) -> None:
    case = desk.filed(UNCERTAIN, Claim.WRONG_CHARGE)
    assert case.amount is None
    assert refused(desk, case).startswith(f"set the amount first: refunds case amount {case.case_id} ")
    desk.review.change_amount(case.case_id, euros("24.00"), reason="charged twice", who=AGENT, now=NOW)
    assert the_payout(desk.review.approve(case.case_id, who=AGENT, now=LATER)).amount == euros("24.00")


def test_a_back_office_that_does_not_answer_leaves_the_case_as_it_is(desk: ReviewDesk) -> None:
    case = desk.filed()
    before = desk.everything(case)
    unreachable = replace(desk, backoffice=BackOffice("http://127.0.0.1:9"))
    with pytest.raises(BackOfficeUnavailable):
        unreachable.review.approve(case.case_id, who=AGENT, now=LATER)
    assert desk.everything(case) == before


def test_an_amount_above_the_limit_needs_two_people(desk: ReviewDesk) -> None:
    case = desk.filed(LARGE)
    first = desk.review.approve(case.case_id, who=AGENT, now=LATER)
    assert (first.state, first.first_approver, first.payouts) == (CaseState.VERIFYING, AGENT, ())
    assert [each.occasion for each in desk.notices(case)] == ["received"]
    assert desk.open_days(case).keys() == {"verify_by", "pay_by"}
    for same in (AGENT, f" {AGENT.upper()} "):
        assert "needs two people" in refused(desk, case, who=same)
    second = desk.review.approve(case.case_id, who=OTHER, now=LATER)
    assert (second.state, second.first_approver) == (CaseState.APPROVED, AGENT)
    assert the_payout(second).amount == euros("1500.00")
    assert second.events[-1].why == "1500.00 EUR to go back, after Kim"


def test_the_limit_itself_needs_one_person(desk: ReviewDesk) -> None:
    case = desk.filed(LARGE)
    desk.review.change_amount(case.case_id, euros("1000.00"), reason="the used part", who=AGENT, now=NOW)
    assert desk.review.approve(case.case_id, who=AGENT, now=LATER).state is CaseState.APPROVED


def test_a_first_approval_does_not_outlive_what_it_approved(desk: ReviewDesk) -> None:
    case = desk.filed(LARGE)
    desk.review.approve(case.case_id, who=AGENT, now=LATER)
    desk.review.change_amount(case.case_id, euros("1400.00"), reason="a part was used", who=OTHER, now=LATER)
    assert desk.case(case).first_approver is None
    assert desk.review.approve(case.case_id, who=OTHER, now=LATER).first_approver == OTHER
    desk.review.ask(case.case_id, items=["the log"], who=AGENT, now=LATER)
    assert desk.case(case).first_approver is None
    desk.review.approve(case.case_id, who=OTHER, now=LATER)
    desk.review.reject(case.case_id, reason="no", clause="P2.b", who=AGENT, now=LATER)
    assert desk.case(case).first_approver is None


def test_of_two_first_approvals_at_the_same_moment_none_counts_as_the_second(desk: ReviewDesk) -> None:
    case = desk.filed(LARGE)
    ended = all_at_once(2, lambda number: desk.review.approve(case.case_id, who=(AGENT, OTHER)[number], now=LATER))
    stored = desk.case(case)
    assert [type(each) for each in ended].count(Case) == 1 + bool(stored.payouts)
    assert stored.first_approver in {AGENT, OTHER}
    if stored.payouts:  # one came after the other was done
        assert stored.events[-1].who != stored.first_approver


def test_a_closed_route_waits_for_another_one(desk: ReviewDesk) -> None:
    filed = desk.filed(CLOSED)
    case = desk.review.approve(filed.case_id, who=AGENT, now=LATER)
    assert (case.state, case.payouts, desk.outbox("payout_send")) == (CaseState.APPROVED, (), [])
    (task,) = desk.tasks()
    assert (task.kind, task.case_id) == ("agree_route", case.case_id)
    assert "arrive_by" not in desk.open_days(case)
    assert [each.occasion for each in desk.notices(case)] == ["received", "approved"]


@pytest.mark.parametrize("route", ["account_credit", "bank_transfer"])
@on_sqlite
def test_a_route_may_be_agreed_with_the_approval(desk: ReviewDesk, route: str) -> None:
    case = desk.review.approve(desk.filed(CLOSED).case_id, who=AGENT, now=LATER, route=route)
    assert desk.case(case) == case
    assert (case.agreed_route, [event.what for event in case.events[-2:]]) == (route, ["approved", "route_agreed"])
    assert (the_payout(case).route, the_payout(case).original_route) == (route, False)
    assert desk.tasks() == []


@on_sqlite
def test_a_route_that_closed_since_the_case_was_filed_is_closed(desk: ReviewDesk) -> None:
    card = replace(POLICY.arrival.methods["card"], refund_window=CalendarDays(5))
    arrival = replace(POLICY.arrival, methods={**POLICY.arrival.methods, "card": card})
    case = desk.filed()
    later = replace(desk, policy=replace(POLICY, arrival=arrival))
    assert later.review.approve(case.case_id, who=AGENT, now=LATER).payouts == ()


@on_sqlite
def test_no_other_route_while_the_original_one_is_open(desk: ReviewDesk) -> None:
    case = desk.filed()
    assert "P3.a" in refused(desk, case, route="account_credit")
    assert "no route that can be agreed" in refused(desk, case, route="cash")


@on_sqlite
def test_a_first_approval_names_no_route(desk: ReviewDesk) -> None:
    assert "second one names the route" in refused(desk, desk.filed(LARGE), route="account_credit")


@on_sqlite
@pytest.mark.parametrize("nobody", ["", "  ", "x" * 81])
def test_a_decision_has_a_name(desk: ReviewDesk, nobody: str) -> None:
    assert "name" in refused(desk, desk.filed(), who=nobody)


def test_an_approval_by_the_policy_pays_in_the_same_transaction(database: Database, sandbox: str) -> None:
    with opened_desk(database, sandbox, AUTOMATIC) as desk:
        case = desk.filed()
        assert desk.case(case) == case
        assert (case.state, case.events[-1].who, case.payout_due.isoformat()) == ("approved", "policy", "2026-11-27")
        assert the_payout(case).happenings[0].who == "policy"
        assert desk.outbox("payout_send") == [{"payout_id": the_payout(case).payout_id}]
        assert [each.occasion for each in desk.notices(case)] == ["approved", "received"]
        assert desk.open_days(case).keys() == {"pay_by", "arrive_by"}


def test_the_policy_leaves_money_that_another_payout_holds_to_a_person(database: Database, sandbox: str) -> None:
    with opened_desk(database, sandbox, AUTOMATIC) as desk:
        desk.end(desk.filed())
        second = desk.filed(message="again")
        assert (second.state, second.payouts) == (CaseState.SUBMITTED, ())
        assert desk.case(second) == second
