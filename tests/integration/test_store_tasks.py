from __future__ import annotations

import pytest

from refunds.cases.tasks import Task, finish_task, finish_tasks_of, list_tasks, open_task
from refunds.database import Database
from refunds.errors import NotFound, TransitionRefused
from tests.integration.payout_rows import all_at_once, minutes, stored_case


def opened(database: Database, key: str = "k", kind: str = "payout_failed", case_id: str | None = None) -> None:
    with database.transaction() as session:
        open_task(session, kind, key, minutes(0), case_id=case_id, reason="account_closed")


def tasks(database: Database, *, done: bool = False) -> list[Task]:
    with database.reading() as session:
        return list_tasks(session, done=done)


def finished(database: Database, task_id: str, who: str = "Kim") -> None:
    with database.transaction() as session:
        finish_task(session, task_id, who=who, now=minutes(9))


def test_a_task_is_listed_with_what_it_is_about(database: Database) -> None:
    case = stored_case(database)
    opened(database, case_id=case.case_id)
    (task,) = tasks(database)
    assert (task.kind, task.case_id, task.details) == ("payout_failed", case.case_id, {"reason": "account_closed"})
    assert (task.opened_at, task.done_at, task.done_by) == (minutes(0), None, None)


def test_tasks_are_listed_oldest_first(database: Database) -> None:
    for later, key in ((2, "second"), (1, "first")):
        with database.transaction() as session:
            open_task(session, "dead_letter", key, minutes(later), row=key)
    assert [task.details["row"] for task in tasks(database)] == ["first", "second"]


def test_the_same_key_again_is_the_same_task_also_once_it_is_done(database: Database) -> None:
    opened(database)
    opened(database)
    (task,) = tasks(database)
    finished(database, task.task_id)
    opened(database)
    assert tasks(database) == []
    assert [each.task_id for each in tasks(database, done=True)] == [task.task_id]


def test_many_who_see_the_same_at_once_open_one_task(database: Database) -> None:
    assert all_at_once(6, lambda place: opened(database)) == [None] * 6
    assert len(tasks(database)) == 1


def test_a_task_dropped_with_its_transaction_was_never_opened(database: Database) -> None:
    with database.transaction() as session:
        open_task(session, "dead_letter", "k", minutes(0))
        session.rollback()
    assert tasks(database) == []


def test_a_task_is_done_by_one_person(database: Database) -> None:
    opened(database)
    (task,) = tasks(database)
    finished(database, task.task_id)
    with pytest.raises(TransitionRefused, match="done by Kim"):
        finished(database, task.task_id, who="Lee")
    (done,) = tasks(database, done=True)
    assert (done.done_at, done.done_by) == (minutes(9), "Kim")


def test_of_many_who_do_a_task_at_once_one_did_it(database: Database) -> None:
    opened(database)
    (task,) = tasks(database)
    ends = all_at_once(6, lambda place: finished(database, task.task_id, who=f"agent {place}"))
    assert ends.count(None) == 1
    assert sum(isinstance(end, TransitionRefused) for end in ends) == 5


def test_a_task_that_nobody_opened_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound, match="T-9"):
        finished(database, "T-9")


def test_what_happened_meanwhile_ends_a_case_s_tasks_of_that_kind_only(database: Database) -> None:
    case, other = stored_case(database), stored_case(database, "R-9ABCD")
    opened(database, "a", "route_to_agree", case.case_id)
    opened(database, "b", "trace", case.case_id)
    opened(database, "c", "route_to_agree", other.case_id)
    with database.transaction() as session:
        finish_tasks_of(session, case.case_id, frozenset({"route_to_agree"}), who="system", now=minutes(9))
    assert [(task.kind, task.case_id) for task in tasks(database, done=True)] == [("route_to_agree", case.case_id)]
    assert len(tasks(database)) == 2
