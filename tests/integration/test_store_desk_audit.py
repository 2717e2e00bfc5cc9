"""The audit log on SQLite and PostgreSQL: it only grows, and shows what was done to it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from refunds.database import Database
from refunds.desk.accounts import Agent
from refunds.desk.audit import SAME_LOOK, Audit, Wanted
from refunds.desk.permissions import Role

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ANN = Agent("a1", "ann@desk.example", "Ann", Role.AGENT, False, None)
BEN = Agent("a2", "ben@desk.example", "Ben", Role.LEAD, False, None)


@pytest.fixture
def audit(database: Database) -> Audit:
    return Audit(database)


def filled(audit: Audit, rows: int = 5) -> Audit:
    for number in range(rows):
        audit.did(ANN, "wrote", NOW + timedelta(seconds=number), conversation_id="c1", line=number)
    return audit


def test_a_log_that_nobody_touched_is_whole(audit: Audit) -> None:
    checked = filled(audit).check()
    assert (checked.count, checked.broken_at) == (5, None)
    assert audit.check((5, checked.head)).broken_at is None


@pytest.mark.parametrize(
    ("change", "broken_at"),
    [
        ("UPDATE audit SET who = 'Ben' WHERE number = 3", 3),
        ("UPDATE audit SET details = '{\"line\": 9}' WHERE number = 2", 2),
        ("UPDATE audit SET customer_id = 'C-1' WHERE number = 5", 5),
        ("DELETE FROM audit WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number = 4", 4),
        ("UPDATE audit SET digest = 'x' WHERE number = 2", 2),
    ],
)
def test_a_row_that_was_changed_or_taken_out_shows(
    audit: Audit, database: Database, change: str, broken_at: int
) -> None:
    filled(audit)
    with database.transaction() as session:
        session.execute(text(change.replace(":", r"\:")))
    assert audit.check().broken_at == broken_at


def test_rows_missing_at_the_end_show_against_an_end_that_was_noted_down(audit: Audit, database: Database) -> None:
    head = filled(audit).check().head
    with database.transaction() as session:
        session.execute(text("DELETE FROM audit WHERE number = 5"))
    assert audit.check().broken_at is None
    assert audit.check((5, head)).broken_at == 5
    audit.did(BEN, "wrote", NOW)
    assert audit.check((5, head)).broken_at == 5


def test_many_append_at_once_without_breaking_the_chain(database: Database) -> None:
    processes = [Audit(Database(database.url)) for _ in range(4)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: processes[number % 4].did(ANN, "saw", NOW, line=number), range(60)))
    checked = Audit(database).check()
    assert (checked.count, checked.broken_at) == (60, None)
    for each in processes:
        each._database.close()


def test_an_act_that_did_not_happen_leaves_no_row(audit: Audit, database: Database) -> None:
    def act() -> None:
        with database.transaction() as session:
            audit.note(session, ANN, "took", NOW, conversation_id="c1")
            raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        act()
    assert audit.entries(Wanted(), 10) == []


def test_an_open_page_that_refreshes_itself_is_one_look(audit: Audit) -> None:
    for minutes in (0, 1, 4):
        audit.seen(ANN, "saw_chat", NOW + timedelta(minutes=minutes), conversation_id="c1")
    audit.seen(ANN, "saw_chat", NOW, conversation_id="c2")
    audit.seen(BEN, "saw_chat", NOW, conversation_id="c1")
    audit.seen(ANN, "saw_chat", NOW + SAME_LOOK, conversation_id="c1")
    assert [(entry.who, entry.conversation_id) for entry in audit.entries(Wanted(), 10)] == [
        ("Ann", "c1"),
        ("Ben", "c1"),
        ("Ann", "c2"),
        ("Ann", "c1"),
    ]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), [4, 3, 2, 1]),
        (Wanted(who="Ben"), [4, 2]),
        (Wanted(act="decided"), [3, 2]),
        (Wanted(customer_id="C-1"), [2]),
        (Wanted(case_id="R-K7M2X"), [3]),
        (Wanted(conversation_id="c1"), [1]),
        (Wanted(since=NOW + timedelta(minutes=2)), [4, 3]),
        (Wanted(until=NOW + timedelta(minutes=2)), [2, 1]),
        (Wanted(before=3), [2, 1]),
        (Wanted(who="Ben", act="decided"), [2]),
    ],
)
def test_entries_are_found_by_who_what_whose_and_when(audit: Audit, wanted: Wanted, found: list[int]) -> None:
    audit.did(ANN, "took", NOW, conversation_id="c1")
    audit.did(BEN, "decided", NOW + timedelta(minutes=1), customer_id="C-1")
    audit.did(ANN, "decided", NOW + timedelta(minutes=2), case_id="R-K7M2X")
    audit.did(BEN, "closed", NOW + timedelta(minutes=3))
    assert [entry.number for entry in audit.entries(wanted, 10)] == found


def test_nothing_of_the_log_changes_or_takes_out_a_row() -> None:
    public = {name for name in vars(Audit) if not name.startswith("_")}
    assert public == {"note", "did", "seen", "entries", "check"}
