from __future__ import annotations

from datetime import date

from refunds.cases.promises import (
    Promise,
    PromiseKind,
    PromiseOutcome,
    end_promise,
    open_promises_by,
    promise,
    promises_of,
)
from refunds.database import Database
from tests.integration.payout_rows import CASE, all_at_once, minutes, stored_case

FRIDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 30)


def given(database: Database, day: date, later: float = 0, kind: PromiseKind = PromiseKind.PAY_BY) -> None:
    with database.transaction() as session:
        promise(session, CASE.case_id, kind, day, "Europe/Berlin", "P4.a: payout_target", minutes(later))


def ended(database: Database, outcome: PromiseOutcome, kind: PromiseKind = PromiseKind.PAY_BY) -> None:
    with database.transaction() as session:
        end_promise(session, CASE.case_id, kind, outcome, minutes(9))


def promises(database: Database) -> list[Promise]:
    with database.reading() as session:
        return promises_of(session, CASE.case_id)


def test_a_day_is_kept_with_what_it_rests_on(database: Database) -> None:
    stored_case(database)
    given(database, FRIDAY)
    (kept,) = promises(database)
    assert (kept.kind, kept.day, kept.zone, kept.basis) == (
        PromiseKind.PAY_BY,
        FRIDAY,
        "Europe/Berlin",
        "P4.a: payout_target",
    )
    assert (kept.given_at, kept.ended_at, kept.outcome) == (minutes(0), None, None)


def test_the_same_day_for_the_same_reason_is_no_new_promise(database: Database) -> None:
    stored_case(database)
    given(database, FRIDAY)
    given(database, FRIDAY, later=1)
    assert [each.given_at for each in promises(database)] == [minutes(0)]


def test_another_day_replaces_the_one_before_and_both_are_kept(database: Database) -> None:
    stored_case(database)
    given(database, FRIDAY)
    given(database, MONDAY, later=1)
    assert [(each.day, each.outcome, each.ended_at) for each in promises(database)] == [
        (FRIDAY, PromiseOutcome.REPLACED, minutes(1)),
        (MONDAY, None, None),
    ]


def test_a_promise_ends_once_and_the_next_of_its_kind_is_a_new_one(database: Database) -> None:
    stored_case(database)
    given(database, FRIDAY)
    ended(database, PromiseOutcome.KEPT)
    ended(database, PromiseOutcome.SLIPPED)
    given(database, MONDAY, later=10)
    assert [(each.day, each.outcome) for each in promises(database)] == [
        (FRIDAY, PromiseOutcome.KEPT),
        (MONDAY, None),
    ]


def test_kinds_stand_side_by_side(database: Database) -> None:
    stored_case(database)
    given(database, FRIDAY)
    given(database, MONDAY, kind=PromiseKind.ARRIVE_BY)
    ended(database, PromiseOutcome.VOID, PromiseKind.ARRIVE_BY)
    assert {each.kind: each.outcome for each in promises(database)} == {
        PromiseKind.PAY_BY: None,
        PromiseKind.ARRIVE_BY: PromiseOutcome.VOID,
    }


def test_open_promises_are_found_from_their_day_on_the_earliest_first(database: Database) -> None:
    stored_case(database)
    given(database, MONDAY)
    given(database, FRIDAY, kind=PromiseKind.VERIFY_BY)
    with database.reading() as session:
        assert open_promises_by(session, date(2026, 11, 26)) == []
        assert [each.day for each in open_promises_by(session, FRIDAY)] == [FRIDAY]
        assert [each.day for each in open_promises_by(session, date(2026, 12, 1))] == [FRIDAY, MONDAY]
    ended(database, PromiseOutcome.KEPT, PromiseKind.VERIFY_BY)
    with database.reading() as session:
        assert [each.day for each in open_promises_by(session, MONDAY)] == [MONDAY]


def test_many_who_give_the_same_day_at_once_make_one_promise(database: Database) -> None:
    stored_case(database)
    assert all_at_once(6, lambda place: given(database, FRIDAY)) == [None] * 6
    assert len(promises(database)) == 1


def test_many_who_give_another_day_at_once_leave_one_open(database: Database) -> None:
    stored_case(database)
    given(database, FRIDAY)
    assert all_at_once(6, lambda place: given(database, date(2026, 12, 1 + place))) == [None] * 6
    assert sum(each.ended_at is None for each in promises(database)) == 1
