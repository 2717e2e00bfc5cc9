"""The queue of cases as the desk reads it, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from refunds.cases.case import Case
from refunds.database import Database
from refunds.desk.cases.assignment import assign, assignable, assigned_agent, left_behind
from refunds.desk.cases.filters import FilterRefused, forget_filter, save_filter, saved_filters
from refunds.desk.cases.queue import QueuedCase, counts, queue_page
from refunds.desk.cases.wanted import Due, Group, SeenToBy, Wanted
from refunds.errors import NotFound
from refunds.policy.request import Claim
from refunds.tables import AgentRow
from tests.integration.filing_world import NOW
from tests.integration.review_world import (
    BOUGHT_TODAY,
    LARGE,
    LATER,
    ORDINARY,
    ReviewDesk,
    opened_desk,
    sandbox_of_reviews,
)

TODAY = NOW.date()
ANN, LEO, ADA = "a" * 32, "b" * 32, "c" * 32


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with sandbox_of_reviews(tmp_path_factory.mktemp("queue")) as url:
        yield url


@pytest.fixture
def desk(database: Database, sandbox: str) -> Iterator[ReviewDesk]:
    with opened_desk(database, sandbox) as opened:
        with database.transaction() as session:
            for agent_id, name, role in ((ANN, "Ann", "agent"), (LEO, "Leo", "lead"), (ADA, "Ada", "auditor")):
                row = AgentRow(agent_id=agent_id, login=f"{name}@x".lower(), name=name, role=role)
                row.made_at = row.seen_at = NOW
                session.add(row)
        yield opened


def found(desk: ReviewDesk, wanted: Wanted = Wanted(), me: str = ANN, **more: str) -> list[QueuedCase]:  # noqa: B008
    with desk.database.reading() as session:
        return queue_page(session, wanted, me=me, today=TODAY, **more).cases


def numbers(desk: ReviewDesk, wanted: Wanted, **more: str) -> list[str]:
    return [each.case_id for each in found(desk, wanted, **more)]


def given(desk: ReviewDesk, case: Case, agent_id: str | None) -> list[str]:
    with desk.database.transaction() as session:
        return assign(session, [case.case_id], agent_id, NOW)


def test_the_day_that_the_law_sets_comes_before_a_later_target(desk: ReviewDesk) -> None:
    ours = desk.filed(ORDINARY)
    withdrawal = desk.filed(BOUGHT_TODAY, Claim.WITHDRAWAL)
    rows = {each.case_id: each for each in found(desk)}
    assert rows[ours.case_id].due == ours.verification_due
    assert withdrawal.statutory_due is not None
    assert rows[withdrawal.case_id].due == min(withdrawal.verification_due, withdrawal.statutory_due)
    assert numbers(desk, Wanted(due=Due.LAW)) == [withdrawal.case_id]


def test_a_case_that_waits_for_its_customer_is_in_their_group_and_has_no_day_of_ours(desk: ReviewDesk) -> None:
    case = desk.filed()
    desk.review.ask(case.case_id, items=["a log"], who="Ann", now=LATER)
    (row,) = found(desk, Wanted(group=Group.CUSTOMER))
    assert (row.due, row.due_by_law) == (None, False)
    assert found(desk, Wanted(group=Group.CHECK)) == []


def test_an_approved_case_is_due_when_its_money_is(desk: ReviewDesk) -> None:
    approved = desk.review.approve(desk.filed().case_id, who="Ann", now=LATER)
    (row,) = found(desk, Wanted(group=Group.MONEY))
    assert (row.due, row.due_by_law) == (approved.payout_due, False)


def test_only_what_is_over_is_overdue(desk: ReviewDesk) -> None:
    case = desk.filed()
    with desk.database.reading() as session:
        on_the_day = queue_page(session, Wanted(due=Due.OVERDUE), me=ANN, today=case.verification_due)
        after = queue_page(session, Wanted(due=Due.OVERDUE), me=ANN, today=case.verification_due + timedelta(days=1))
    assert (on_the_day.found, after.found) == (0, 1)


@pytest.mark.parametrize("search", ["{case}", "10002", "c-1 ada", "EXAMPLE.com", "ada example"])
def test_a_case_is_found_by_number_order_customer_name_and_mail(desk: ReviewDesk, search: str) -> None:
    case = desk.filed(LARGE)
    assert numbers(desk, Wanted(search=search.format(case=case.case_id.lower()))) == [case.case_id]


@pytest.mark.parametrize("search", ["nobody", "%", "_", "ada nobody", "' or 1=1 --"])
def test_words_that_are_nowhere_find_nothing(desk: ReviewDesk, search: str) -> None:
    desk.filed(LARGE)
    assert found(desk, Wanted(search=search)) == []


def test_a_customer_whose_mail_has_changed_is_found_by_the_back_offices_word(desk: ReviewDesk) -> None:
    case = desk.filed()
    wanted = Wanted(search="new@example.org")
    assert numbers(desk, wanted) == []
    assert numbers(desk, wanted, customer_id="C-1") == [case.case_id]


def test_a_case_is_given_taken_back_and_filtered_by_who_sees_to_it(desk: ReviewDesk) -> None:
    case, other = desk.filed(ORDINARY), desk.filed(LARGE)
    assert given(desk, case, ANN) == [case.case_id]
    assert given(desk, case, ANN) == []
    assert numbers(desk, Wanted(seen_to_by=SeenToBy.ME)) == [case.case_id]
    assert numbers(desk, Wanted(seen_to_by=SeenToBy.NOBODY)) == [other.case_id]
    assert numbers(desk, Wanted(seen_to_by=LEO)) == []
    assert {each.agent for each in found(desk)} == {"Ann", None}
    assert given(desk, case, None) == [case.case_id]
    assert desk.case(case).version == case.version


def test_nobody_but_those_who_decide_can_be_given_a_case(desk: ReviewDesk) -> None:
    case = desk.filed()
    for agent_id in (ADA, "nobody"):
        with pytest.raises(NotFound):
            given(desk, case, agent_id)
    with desk.database.reading() as session:
        assert [name for _, name in assignable(session)] == ["Ann", "Leo"]
        assert assigned_agent(session, case.case_id) is None


def test_cases_of_who_is_away_or_gone_are_left_behind(desk: ReviewDesk) -> None:
    case = desk.filed()
    given(desk, case, ANN)
    with desk.database.transaction() as session:
        assert left_behind(session, NOW) == []
        assert left_behind(session, NOW + timedelta(minutes=1)) == [(case.case_id, ANN, "Ann")]
        session.get_one(AgentRow, ANN).is_away = True
    with desk.database.reading() as session:
        assert left_behind(session, NOW) == [(case.case_id, ANN, "Ann")]


def test_what_is_given_to_who_is_not_at_the_desk_waits_as_long_for_them(desk: ReviewDesk) -> None:
    case = desk.filed()
    with desk.database.transaction() as session:
        session.get_one(AgentRow, ANN).seen_at = None  # never signed in
        session.get_one(AgentRow, LEO).seen_at = NOW - timedelta(hours=8)
    for agent_id, name in ((ANN, "Ann"), (LEO, "Leo")):
        given(desk, case, agent_id)
        with desk.database.reading() as session:
            assert left_behind(session, NOW - timedelta(minutes=29)) == []
            assert left_behind(session, NOW + timedelta(seconds=1)) == [(case.case_id, agent_id, name)]


def test_cases_of_one_state_are_found_alone(desk: ReviewDesk) -> None:
    fresh, taken = desk.filed(ORDINARY), desk.filed(LARGE)
    desk.review.start(taken.case_id, who="Ann", now=LATER)
    assert numbers(desk, Wanted(group=Group.SUBMITTED)) == [fresh.case_id]
    assert numbers(desk, Wanted(group=Group.VERIFYING)) == [taken.case_id]
    assert numbers(desk, Wanted(group=Group.APPEALED)) == []
    with desk.database.reading() as session:
        assert counts(session)[Group.SUBMITTED] == 1


def test_an_ended_case_is_nobodys_to_be_given(desk: ReviewDesk) -> None:
    case = desk.filed()
    desk.review.withdraw(case.case_id, reason="found it", who="Ann", now=LATER)
    assert given(desk, case, ANN) == []
    with desk.database.reading() as session:
        assert counts(session)[Group.ENDED] == 1
        assert counts(session)[Group.OPEN] == 0


def test_filters_are_saved_replaced_and_forgotten_by_their_agent_alone(desk: ReviewDesk) -> None:
    mine = Wanted(group=Group.CHECK, search="acme", page=3)
    with desk.database.transaction() as session:
        save_filter(session, ANN, "  Acme ", mine, NOW)
        save_filter(session, ANN, "Acme", replace(mine, due=Due.TODAY), NOW)
        save_filter(session, LEO, "Acme", mine, NOW)
        with pytest.raises(FilterRefused):
            save_filter(session, ANN, " ", mine, NOW)
    with desk.database.transaction() as session:
        assert saved_filters(session, ANN) == {"Acme": replace(mine, due=Due.TODAY, page=1)}
        forget_filter(session, ANN, "Acme")
    with desk.database.reading() as session:
        assert (saved_filters(session, ANN), list(saved_filters(session, LEO))) == ({}, ["Acme"])


def test_a_page_past_the_end_is_the_last_one(desk: ReviewDesk) -> None:
    case = desk.filed()
    with desk.database.reading() as session:
        page = queue_page(session, Wanted(page=9), me=ANN, today=date(2026, 11, 24))
    assert ([each.case_id for each in page.cases], page.pages) == ([case.case_id], 1)
