"""What a person sees of tasks and of the outbox on the command line, and what they can do there."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from refunds import outbox
from refunds.cases.tasks import open_task
from refunds.cli import main
from refunds.database import Database
from refunds.settings import ROOT
from refunds.words import Words
from tests.integration.filing_world import NOW
from tests.integration.people_world import on_sqlite

WORDS = Words.load(ROOT / "data" / "responses")
# Every kind that is opened, with the details that always come with it.
STATED = {
    "said_at": "2026-11-24T09:30+00:00", "said": "I withdraw", "conversation_id": "c", "customer_id": "C-1",
    "order_id": "ORD-10001",
}  # fmt: skip
DETAILS: dict[str, dict[str, Any]] = {
    "agree_route": {},
    "correction": {"said": "sorry, it was Tuesday"},
    "outbox_dead": {"outbox_id": "o", "effect": "payout_send", "error": "MailFailed", "payload": {}},
    "overdue_payout": {"day": "2026-12-01"},
    "overdue_verification": {"day": "2026-11-26"},
    "overdue_answer": {"day": "2026-11-26"},
    "payout_disagrees": {"payout_id": "p", "refund_id": "RF-1", "status": "succeeded"},
    "payout_failed": {"payout_id": "p", "reason": None, "route": "card"},
    "payout_not_sent": {"payout_id": "p"},
    "payout_without_news": {"payout_id": "p", "refund_id": "RF-1", "state": "pending"},
    "statutory_due": {"day": "2026-12-08"},
    "trace": {"payout_id": "p", "trace_type": None, "trace_value": None},
    "withdrawal_beside_case": STATED,
    "withdrawal_unsettled": STATED,
    "watch_failed": {"watched": "LateArrivals", "error": "KeyError"},
}


@dataclass(frozen=True)
class Printed:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Printed]


@pytest.fixture
def run(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Run]:
    """Runs ``refunds`` with the arguments given, on the test's database."""
    monkeypatch.setenv("REFUNDS_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("REFUNDS_DATABASE_URL", database.url)

    def command(*arguments: str) -> Printed:
        monkeypatch.setattr(sys, "argv", ["refunds", *arguments])
        try:
            main()
            code = 0
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 0
        captured = capsys.readouterr()
        return Printed(code, captured.out, captured.err)

    yield command
    structlog.reset_defaults()


def opened(database: Database, kind: str, **details: Any) -> None:
    with database.transaction() as session:
        open_task(session, kind, kind, NOW, **details)


def dead_row(database: Database) -> str:
    """The id of a row that nobody tries any more."""
    with database.transaction() as session:
        outbox.write(session, "payout_send", "k", {"payout_id": "p"}, NOW)
    for number in range(1, outbox.ATTEMPTS + 1):
        now = NOW + timedelta(hours=2 * number)
        (claimed,) = outbox.claim(database, now, limit=1)
        outbox.failed(database, claimed, "BackOfficeUnavailable", now)
    return claimed.outbox_id


def test_a_task_is_listed_with_what_happened_and_the_next_step(run: Run, database: Database) -> None:
    opened(database, "outbox_dead", **DETAILS["outbox_dead"])
    (listed,) = run("task", "list", "--json").json
    assert listed["words"].startswith("payout_send failed again and again, the last time with MailFailed")
    assert "refunds outbox retry o --as NAME" in listed["words"]
    assert {name: listed[name] for name in ("kind", "case_id", "details", "opened_at", "done_at", "done_by")} == {
        "kind": "outbox_dead",
        "case_id": None,
        "details": DETAILS["outbox_dead"],
        "opened_at": NOW.isoformat(),
        "done_at": None,
        "done_by": None,
    }


def test_a_task_reads_well_for_people_too(run: Run, database: Database) -> None:
    opened(database, "trace", **DETAILS["trace"])
    first, second, third = run("task", "list").out.splitlines()
    assert re.fullmatch(r"[0-9a-f]{8}  2026-11-24T09:30  -  trace", first)
    assert "Have billing trace the payout" in second
    assert third.strip() == "payout_id=p, trace_type=None, trace_value=None"


def test_a_task_that_was_done_is_listed_with_who_did_it_and_cannot_be_done_again(run: Run, database: Database) -> None:
    opened(database, "trace", **DETAILS["trace"])
    (listed,) = run("task", "list", "--json").json
    done = run("task", "done", listed["task_id"], "--as", "Kim")
    assert (done.code, done.out) == (0, f"task {listed['task_id']} is done\n")
    assert run("task", "list", "--json").json == []
    assert [task["done_by"] for task in run("task", "list", "--done", "--json").json] == ["Kim"]
    assert "done by Kim" in run("task", "list", "--done").out
    again = run("task", "done", listed["task_id"], "--as", "Lee")
    assert again.code == 2
    assert "done by Kim already" in again.err


def test_a_task_that_is_not_there_is_said_so(run: Run) -> None:
    printed = run("task", "done", "nothing", "--as", "Kim")
    assert (printed.code, printed.err) == (1, "there is no task nothing\n")


@on_sqlite
def test_every_kind_of_task_has_words_of_its_own(run: Run, database: Database) -> None:
    for kind, details in DETAILS.items():
        opened(database, kind, **details)
    told = {task["kind"]: task["words"] for task in run("task", "list", "--json").json}
    assert sorted(told) == sorted(DETAILS)
    assert not [words for words in told.values() if "See the details" in words or "{" in words]


def test_no_words_are_kept_for_a_kind_that_nothing_opens() -> None:
    kinds = {name.removeprefix("task_") for name in WORDS.wordings if name.startswith("task_")}
    code = "".join(file.read_text() for file in (ROOT / "refunds").rglob("*.py"))
    assert kinds == {*DETAILS, "other"}
    assert [kind for kind in DETAILS if f'"{kind}"' not in code] == []


@on_sqlite
def test_a_kind_that_has_no_words_yet_is_shown_all_the_same(run: Run, database: Database) -> None:
    opened(database, "brand_new")
    (listed,) = run("task", "list", "--json").json
    assert listed["words"] == "Case unknown: brand_new. See the details."


def test_a_dead_row_is_listed_and_tried_again(run: Run, database: Database) -> None:
    outbox_id = dead_row(database)
    (listed,) = run("outbox", "list", "--dead", "--json").json
    assert (listed["outbox_id"], listed["kind"], listed["payload"]) == (outbox_id, "payout_send", {"payout_id": "p"})
    assert (listed["attempts"], listed["last_error"]) == (8, "BackOfficeUnavailable")
    assert outbox_id in run("outbox", "list").out
    retried = run("outbox", "retry", outbox_id, "--as", "Kim")
    assert (retried.code, retried.out) == (0, f"row {outbox_id} is tried again\n")
    assert run("outbox", "list", "--dead", "--json").json == []
    assert [row["attempts"] for row in run("outbox", "list", "--json").json] == [0]
    assert [task["done_by"] for task in run("task", "list", "--done", "--json").json] == ["Kim"]
    assert run("outbox", "retry", outbox_id, "--as", "Kim").code == 2


def test_lists_of_nothing_are_empty(run: Run) -> None:
    for group in ("task", "outbox"):
        assert run(group, "list", "--json").json == []
        assert run(group, "list").out.startswith("no ")
