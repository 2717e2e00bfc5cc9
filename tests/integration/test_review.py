"""What a person decides about a case beside approving it: the days, the notice, and refusals that write nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from refunds.cases.case import Case
from refunds.cases.lifecycle import CaseState
from refunds.database import Database
from refunds.errors import NotFound, RefundsError, TransitionRefused
from refunds.money import Money
from refunds.policy.request import Claim
from refunds.review import Review, ReviewRefused
from tests.integration.filing_world import NOW
from tests.integration.payout_rows import all_at_once, euros
from tests.integration.people_world import on_sqlite
from tests.integration.review_world import (
    AGENT,
    BOUGHT_TODAY,
    LATER,
    OTHER,
    ReviewDesk,
    opened_desk,
    sandbox_of_reviews,
)

BY: dict[str, Any] = {"who": AGENT, "now": LATER}
A_DAY_LATER = NOW + timedelta(days=1)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with sandbox_of_reviews(tmp_path_factory.mktemp("sandbox")) as url:
        yield url


@pytest.fixture
def desk(database: Database, sandbox: str) -> Iterator[ReviewDesk]:
    with opened_desk(database, sandbox) as opened:
        yield opened


def refused(desk: ReviewDesk, case: Case, act: Callable[[], Any]) -> str:
    """Why ``act`` is refused; nothing at all was written."""
    before = desk.everything(case)
    with pytest.raises(RefundsError) as caught:
        act()
    assert desk.everything(case) == before
    assert isinstance(caught.value, ReviewRefused | TransitionRefused)
    return str(caught.value)


def last(case: Case) -> tuple[str, str, str]:
    event = case.events[-1]
    return event.what, event.who, event.why


def outcomes(desk: ReviewDesk, case: Case) -> dict[str, list[str | None]]:
    """How the case's promises ended, by kind."""
    return {kind: [each.outcome for each in given] for kind, given in desk.promises(case).items()}


def rejected(desk: ReviewDesk, case: Case) -> Case:
    return desk.review.reject(case.case_id, reason="It was solved in time.", clause="P1.b", **BY)


def test_a_submitted_case_is_taken_up_once(desk: ReviewDesk) -> None:
    filed = desk.filed()
    case = desk.review.start(filed.case_id, **BY)
    assert desk.case(filed) == case
    assert (case.state, last(case)) == (CaseState.VERIFYING, ("verification_started", AGENT, "taken up"))
    assert desk.open_days(case) == desk.open_days(filed)
    assert "cannot be" in refused(desk, case, lambda: desk.review.start(case.case_id, **BY))


def test_a_rejection_names_its_clause_and_ends_what_was_promised(desk: ReviewDesk) -> None:
    case = rejected(desk, desk.filed())
    assert desk.case(case) == case
    assert (case.state, last(case)) == (CaseState.REJECTED, ("rejected", AGENT, "P1.b: It was solved in time."))
    assert outcomes(desk, case) == {"verify_by": ["kept"], "pay_by": ["void"]}
    assert [each.occasion for each in desk.notices(case)] == ["received", "rejected"]
    assert "It was solved in time." in desk.lines()[-1]
    assert "P1.b" in desk.lines()[-1]


def test_a_rejection_without_a_clause_of_the_policy_or_without_a_reason_is_refused(desk: ReviewDesk) -> None:
    case = desk.filed()
    by_no_clause = refused(desk, case, lambda: desk.review.reject(case.case_id, reason="no", clause="P9", **BY))
    assert "'P9'" in by_no_clause
    for_no_reason = refused(desk, case, lambda: desk.review.reject(case.case_id, reason=" ", clause="P1.b", **BY))
    assert "reason" in for_no_reason


def test_a_case_that_is_rejected_is_not_rejected_again(desk: ReviewDesk) -> None:
    case = rejected(desk, desk.filed())
    refused(desk, case, lambda: rejected(desk, case))


def test_asking_stops_the_day_of_payment_until_the_customer_has_answered(desk: ReviewDesk) -> None:
    filed = desk.filed()
    case = desk.review.ask(filed.case_id, items=["the log ", "", "when it began"], **BY)
    assert desk.case(filed) == case
    asked = ("information_asked", AGENT, "the log; when it began")
    assert (case.state, last(case)) == (CaseState.INFO_REQUESTED, asked)
    assert outcomes(desk, case) == {"verify_by": ["kept"], "pay_by": ["void"]}
    assert [each.occasion for each in desk.notices(case)] == ["received", "information_needed"]
    assert "the log" in desk.lines()[-1]
    assert "when it began" in desk.lines()[-1]


def test_asking_for_nothing_is_refused(desk: ReviewDesk) -> None:
    case = desk.filed()
    for nothing in ([], [" "]):
        refused(desk, case, lambda items=nothing: desk.review.ask(case.case_id, items=items, **BY))  # type: ignore[misc]


def test_an_answer_begins_the_check_again_with_new_days(desk: ReviewDesk) -> None:
    filed = desk.filed()
    desk.review.ask(filed.case_id, items=["the log"], **BY)
    case = desk.review.give_information(filed.case_id, "error 507 ", who="customer", now=A_DAY_LATER)
    assert (case.state, last(case)) == (CaseState.VERIFYING, ("information_given", "customer", "error 507 "))
    assert desk.open_days(case) == {"verify_by": "2026-11-27", "pay_by": "2026-12-02"}
    assert desk.case(case).payout_due.isoformat() == "2026-12-02"
    assert [each.occasion for each in desk.notices(case)] == ["received", "information_needed"]


def test_an_answer_that_nobody_asked_for_or_without_words_is_refused(desk: ReviewDesk) -> None:
    case = desk.filed()
    refused(desk, case, lambda: desk.review.give_information(case.case_id, "x", who="customer", now=LATER))
    desk.review.ask(case.case_id, items=["the log"], **BY)
    refused(desk, case, lambda: desk.review.give_information(case.case_id, " ", who="customer", now=LATER))


def test_another_amount_needs_a_reason_and_is_written_down(desk: ReviewDesk) -> None:
    filed = desk.filed()
    refused(desk, filed, lambda: desk.review.change_amount(filed.case_id, euros("1.00"), reason="", **BY))
    case = desk.review.change_amount(filed.case_id, euros("120.50"), reason="half the term was used", **BY)
    assert desk.case(filed) == case
    assert (case.state, case.amount) == (CaseState.SUBMITTED, euros("120.50"))
    assert last(case) == ("amount_changed", AGENT, "240.00 EUR to 120.50 EUR: half the term was used")
    assert desk.open_days(case) == desk.open_days(filed)


@pytest.mark.parametrize("wrong", [euros("0.00"), euros("-1.00"), euros("240.01"), Money.of("100.00", "USD")], ids=str)
@on_sqlite
def test_an_amount_that_was_not_paid_is_refused(desk: ReviewDesk, wrong: Money) -> None:
    case = desk.filed()
    refused(desk, case, lambda: desk.review.change_amount(case.case_id, wrong, reason="so", **BY))


def test_the_amount_of_an_approved_case_stays(desk: ReviewDesk) -> None:
    case = desk.review.approve(desk.filed().case_id, **BY)
    refused(desk, case, lambda: desk.review.change_amount(case.case_id, euros("1.00"), reason="so", **BY))


def test_a_request_that_is_taken_back_promises_nothing_more(desk: ReviewDesk) -> None:
    case = desk.review.withdraw(desk.filed().case_id, reason="changed their mind", **BY)
    assert desk.case(case) == case
    assert (case.state, last(case)) == (CaseState.WITHDRAWN, ("withdrawn", AGENT, "changed their mind"))
    assert outcomes(desk, case) == {"verify_by": ["void"], "pay_by": ["void"]}
    assert [each.occasion for each in desk.notices(case)] == ["received", "withdrawn"]


def test_money_on_its_way_is_not_taken_back(desk: ReviewDesk) -> None:
    case = desk.review.approve(desk.filed().case_id, **BY)
    refused(desk, case, lambda: desk.review.withdraw(case.case_id, reason="so", **BY))


def test_an_appeal_has_the_case_checked_again_with_new_days(desk: ReviewDesk) -> None:
    filed = rejected(desk, desk.filed())
    case = desk.review.appeal(filed.case_id, reason="it was not solved", who="customer", now=A_DAY_LATER)
    assert (case.state, last(case)) == (CaseState.APPEALED, ("appealed", "customer", "it was not solved"))
    assert desk.open_days(case) == {"verify_by": "2026-11-27", "pay_by": "2026-12-02"}
    assert [each.occasion for each in desk.notices(case)] == ["received", "rejected", "appealed"]
    assert desk.review.approve(case.case_id, who=OTHER, now=A_DAY_LATER).state is CaseState.APPROVED


def test_only_a_rejection_is_appealed(desk: ReviewDesk) -> None:
    case = desk.filed()
    refused(desk, case, lambda: desk.review.appeal(case.case_id, reason="no", **BY))


def test_an_appeal_beside_another_open_case_of_the_order_is_refused(desk: ReviewDesk) -> None:
    first = rejected(desk, desk.filed())
    desk.filed(message="again")
    words = refused(desk, first, lambda: desk.review.appeal(first.case_id, reason="no", **BY))
    assert f"order {first.order_id} has another open case" in words


def test_the_law_s_day_is_kept_until_a_refusal_and_again_from_an_appeal(desk: ReviewDesk) -> None:
    filed = desk.filed(BOUGHT_TODAY, Claim.WITHDRAWAL)
    assert filed.statutory_due is not None
    assert filed.statutory_due.isoformat() == "2026-12-08"
    (given,) = desk.promises(filed)["statutory_by"]
    assert given.basis.startswith("P1.c: the right stands in Directive 2011/83/EU")
    desk.review.ask(filed.case_id, items=["the log"], **BY)
    assert desk.open_days(filed) == {"statutory_by": "2026-12-08"}
    desk.review.give_information(filed.case_id, "here", who="customer", now=LATER)
    assert outcomes(desk, rejected(desk, filed))["statutory_by"] == ["void"]
    desk.review.appeal(filed.case_id, reason="the law says so", **BY)
    assert desk.open_days(filed)["statutory_by"] == "2026-12-08"
    desk.review.approve(filed.case_id, **BY)
    assert desk.open_days(filed)["statutory_by"] == "2026-12-08"


Decision = Callable[[Review, str, int], Any]
DECISIONS: dict[str, Decision] = {
    "start": lambda review, case_id, version: review.start(case_id, version=version, **BY),
    "reject": lambda review, case_id, version: review.reject(
        case_id, reason="no", clause="P2.b", version=version, **BY
    ),
    "ask": lambda review, case_id, version: review.ask(case_id, items=["x"], version=version, **BY),
    "give_information": lambda review, case_id, version: review.give_information(case_id, "x", version=version, **BY),
    "change_amount": lambda review, case_id, version: review.change_amount(
        case_id, euros("1.00"), reason="so", version=version, **BY
    ),
    "withdraw": lambda review, case_id, version: review.withdraw(case_id, reason="so", version=version, **BY),
    "appeal": lambda review, case_id, version: review.appeal(case_id, reason="so", version=version, **BY),
}


@pytest.mark.parametrize("decide", DECISIONS.values(), ids=DECISIONS)
@on_sqlite
def test_no_decision_overwrites_what_changed_meanwhile(desk: ReviewDesk, decide: Decision) -> None:
    case = desk.filed()
    desk.review.change_amount(case.case_id, euros("100.00"), reason="half", who=OTHER, now=NOW)
    assert "changed meanwhile" in refused(desk, case, lambda: decide(desk.review, case.case_id, case.version))


@pytest.mark.parametrize("decide", DECISIONS.values(), ids=DECISIONS)
@on_sqlite
def test_no_decision_finds_a_case_that_does_not_exist(desk: ReviewDesk, decide: Decision) -> None:
    with pytest.raises(NotFound):
        decide(desk.review, "R-22222", 1)


def test_of_different_decisions_at_the_same_moment_one_counts(desk: ReviewDesk) -> None:
    case = desk.filed()
    acts = (
        lambda: desk.review.approve(case.case_id, version=case.version, **BY),
        lambda: desk.review.reject(case.case_id, reason="no", clause="P2.b", version=case.version, **BY),
        lambda: desk.review.withdraw(case.case_id, reason="so", version=case.version, **BY),
    )
    ended = all_at_once(3, lambda number: acts[number]())
    (counted,) = [each for each in ended if isinstance(each, Case)]
    assert desk.case(case) == counted
    assert len(counted.events) == 2
