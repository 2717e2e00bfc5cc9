from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from refunds.cli import policy
from refunds.database import Database
from refunds.settings import ROOT, read_settings
from refunds.tables import ConversationRow
from tests.integration.command_line import Run, runner
from tests.integration.filing_world import CONFIRMED, NOW, REQUEST, RecordsOffice, filing, records
from tests.world import incident, sandbox_thread, world, write_world

WHEN = ("--from", "2026-11-21T10:00+00:00", "--to", "2026-11-21T11:00+00:00", "--now", NOW.isoformat())


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Run]:
    """Runs ``refunds`` with the arguments given, in a folder that holds nothing."""
    monkeypatch.setenv("REFUNDS_VAR", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)

    yield runner(monkeypatch, capsys)
    structlog.reset_defaults()


@pytest.fixture
def used(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The database that the commands use."""
    monkeypatch.setenv("REFUNDS_DATABASE_URL", database.url)
    return database


@pytest.fixture
def world_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A sandbox with a gross fault on 21 November; gives the world file."""
    fault = incident(started_at="2026-11-21T09:00:00Z", ended_at="2026-11-21T20:00:00Z")
    order_dates = {"purchased_at": "2026-11-12T09:30:00Z", "term_start": "2026-11-12T09:30:00Z"}
    content = world(incidents=[fault])
    content["orders"][0].update(order_dates, term_end="2026-12-12T09:30:00Z")
    file = write_world(tmp_path / "world.json", content)
    with sandbox_thread(file, tmp_path / "ledger.sqlite") as url:
        monkeypatch.setenv("REFUNDS_BACKOFFICE_URL", url)
        yield file


def filed(database: Database) -> str:
    office = RecordsOffice()
    shown = filing(database, office).assess(REQUEST, customer_id="C-1", conversation_id="conversation", now=NOW)
    return filing(database, office).file(REQUEST, **CONFIRMED, confirmed_digest=shown.digest, now=NOW).case_id


def test_a_case_is_listed_and_shown(run: Run, used: Database) -> None:
    case_id = filed(used)
    (listed,) = run("case", "list", "--json").json
    shown = run("case", "show", case_id.lower(), "--json").json
    promises, notices = shown.pop("promises"), shown.pop("notices")
    assert shown == listed
    assert [(each["kind"], each["day"], each["outcome"]) for each in promises] == [
        ("pay_by", "2026-12-01", None),
        ("verify_by", "2026-11-26", None),
    ]
    assert [each["occasion"] for each in notices] == ["received"]
    assert (shown["case_id"], shown["order_id"], shown["amount"]) == (case_id, "ORD-10001", "240.00")
    assert (shown["clauses"], shown["payouts"]) == (["P1.a"], [])
    assert [event["what"] for event in shown["events"]] == ["filed"]


def test_a_case_reads_well_for_people_too(run: Run, used: Database) -> None:
    case_id = filed(used)
    assert case_id in run("case", "list").out
    shown = run("case", "show", case_id).out
    assert "order id:         ORD-10001" in shown
    assert "filed by customer: confirmed what was shown" in shown
    assert "verify_by 2026-11-26, open (P2.b: " in shown
    assert "told: received" in shown


def test_a_case_is_explained_from_its_stored_facts(run: Run, used: Database) -> None:
    case_id = filed(used)
    explained = run("case", "explain", case_id, "--json")
    assert explained.code == 0
    assert explained.json["same"] is True
    assert explained.json["outcome"] == "eligible"
    assert explained.json["reasons"][0]["clause"] == "P1.a"
    assert "incident INC-1" in run("case", "explain", case_id).out


def test_a_case_that_does_not_exist_is_said_without_a_traceback(run: Run, used: Database) -> None:
    for command in ("show", "explain"):
        printed = run("case", command, "R-22222", "--json")
        assert (printed.code, printed.out) == (1, "")
        assert printed.err == "there is no case R-22222\n"


def test_assessments_are_listed(run: Run, used: Database) -> None:
    office = RecordsOffice({"ORD-10001": records(status="authorized")})
    filing(used, office).assess(REQUEST, customer_id="C-1", conversation_id="conversation", now=NOW)
    (listed,) = run("assessment", "list", "--json").json
    assert (listed["order_id"], listed["outcome"], listed["clauses"]) == ("ORD-10001", "not_eligible", ["P3.a"])
    assert "ORD-10001" in run("assessment", "list").out


def test_conversations_are_listed(run: Run, used: Database) -> None:
    with used.transaction() as session:
        times = {"created_at": NOW, "updated_at": NOW}
        session.add(ConversationRow(conversation_id="c", channel="rest", address="amara", **times))
    (listed,) = run("chat", "list", "--json").json
    assert listed == {
        "conversation_id": "c",
        "channel": "rest",
        "address": "amara",
        "owner": "assistant",
        "reason": None,
        "customer_id": None,
    }
    assert "amara" in run("chat", "list").out


def test_lists_of_nothing_are_empty(run: Run, used: Database) -> None:
    for group in ("case", "assessment", "chat"):
        assert run(group, "list", "--json").json == []
        assert run(group, "list").out.startswith("no ")


def test_a_database_that_was_not_migrated_is_said_so(
    run: Run, bare_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFUNDS_DATABASE_URL", bare_database_url)
    printed = run("case", "list", "--json")
    assert printed.code == 3
    assert "refunds migrate" in printed.err


def test_migrate_makes_a_database_usable_and_may_be_repeated(
    run: Run, bare_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFUNDS_DATABASE_URL", bare_database_url)
    assert [run("migrate").code for _ in range(2)] == [0, 0]
    assert run("case", "list", "--json").json == []


@pytest.mark.usefixtures("world_served")
def test_a_decision_tells_its_reasons_and_keeps_nothing(run: Run) -> None:
    decided = run("decide", "ORD-10001", "--claim", "failure", *WHEN, "--json").json
    assert (decided["outcome"], decided["clauses"], decided["amount"]) == ("eligible", ["P1.a"], "240.00")
    assert decided["missing"] == []
    assert decided["reasons"][0]["rule"] == "p1a_vendor_fault"
    assert "INC-1" in [fact["value"] for fact in decided["reasons"][0]["facts"]]
    assert decided["policy_version"]
    assert not (Path("var") / "refunds.sqlite").exists()


@pytest.mark.usefixtures("world_served")
def test_a_decision_reads_well_for_people_too(run: Run) -> None:
    printed = run("decide", "ORD-10001", "--claim", "failure", *WHEN).out
    assert "outcome:          eligible" in printed
    assert "incident INC-1" in printed


@pytest.mark.usefixtures("world_served")
def test_a_decision_that_lacks_a_detail_names_it(run: Run) -> None:
    decided = run("decide", "ORD-10001", "--claim", "failure", "--now", NOW.isoformat(), "--json").json
    assert decided["outcome"] == "incomplete"
    assert decided["missing"] == [{"detail": "time", "offers": ["INC-1"]}]


@pytest.mark.usefixtures("world_served")
def test_a_time_that_is_not_known_is_an_answer(run: Run) -> None:
    asked = ("decide", "ORD-10001", "--claim", "failure", "--time-unknown", "--now", NOW.isoformat(), "--json")
    assert run(*asked).json["outcome"] == "needs_review"


@pytest.mark.usefixtures("world_served")
def test_an_order_that_does_not_exist_is_not_found(run: Run) -> None:
    printed = run("decide", "ORD-99999", "--json")
    assert (printed.code, printed.out, printed.err) == (1, "", "there is no order ORD-99999\n")


@pytest.mark.parametrize(
    "wrong",
    [
        ("--from", "yesterday"),
        ("--to", "2026-11-21"),
        ("--from", "2026-11-21", "--to", "2026-11-20"),
        ("--claim", "boredom"),
        ("--now", "soon"),
    ],
)
def test_bad_input_is_refused(run: Run, wrong: tuple[str, ...]) -> None:
    printed = run("decide", "ORD-10001", *wrong, "--json")
    assert (printed.code, printed.out) == (2, "")
    assert "Traceback" not in printed.err


def test_a_back_office_that_does_not_answer_is_said_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFUNDS_BACKOFFICE_URL", "http://127.0.0.1:9")
    printed = run("decide", "ORD-10001", "--json")
    assert (printed.code, printed.out) == (3, "")
    assert "Traceback" not in printed.err


def test_arrival_tells_the_window(run: Run) -> None:
    asked = ("arrival", "--method", "sepa_debit", "--country", "de", "--from", "2026-12-01")
    window = run(*asked, "--json").json
    assert window.keys() >= {"earliest", "typical", "latest", "unit", "basis", "provisional", "worry_from"}
    assert "2026-12-01" < window["earliest"] <= window["typical"] <= window["latest"] < window["worry_from"]
    assert window["latest"] in run(*asked).out


def test_arrival_refuses_what_is_no_day(run: Run) -> None:
    assert run("arrival", "--method", "card", "--country", "DE", "--from", "tomorrow").code == 2


def test_the_policy_of_this_installation_is_sound(run: Run) -> None:
    assert run("policy", "check").code == 0


def test_a_broken_policy_is_reported_by_file_and_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "policy", tmp_path / "policy")
    clauses = tmp_path / "policy" / "clauses.yml"
    lines = len(clauses.read_text().splitlines())
    clauses.write_text(clauses.read_text() + "stray: true\n")
    elsewhere = replace(read_settings(), policy_folder=tmp_path / "policy")
    monkeypatch.setattr(policy, "read_settings", lambda: elsewhere)
    printed = run("policy", "check")
    assert (printed.code, printed.out) == (2, "")
    assert f"clauses.yml:{lines + 1}: " in printed.err


def test_the_entry_point_offers_every_command() -> None:
    code = "from refunds.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--help"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True
    )
    for name in ("migrate", "decide", "arrival", "case", "assessment", "chat", "policy", "sandbox"):
        assert name in done.stdout


def test_what_if_shows_which_requests_a_change_would_decide_otherwise(run: Run, used: Database) -> None:
    case_id = filed(used)
    shown = run("policy", "what-if", "--set", "vendor_fault_levels=intentional", "--json").json
    (difference,) = shown["differences"]
    assert (difference["request"], difference["before"], difference["after"]) == (case_id, "eligible", "not_eligible")
    assert shown["costs"] == [
        {
            "currency": "EUR",
            "eligible_before": "240.00",
            "eligible_after": "0.00",
            "review_before": "0.00",
            "review_after": "0.00",
            "more": "-240.00",
        }
    ]
    assert run("case", "show", case_id, "--json").json["state"] == "submitted"


def test_what_if_asks_what_to_change(run: Run, used: Database) -> None:
    printed = run("policy", "what-if")
    assert (printed.code, "say what to change" in printed.err) == (2, True)
