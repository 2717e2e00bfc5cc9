from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from refunds.database import Database
from refunds.desk.accounts import Accounts
from refunds.desk.audit import Audit, Wanted
from tests.integration.command_line import Run, runner

LOGIN = "ann@desk.example"
PASSWORD = "a password for tests"


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, sqlite_with_tables: Path
) -> Run:
    file = tmp_path / "refunds.sqlite"
    file.write_bytes(sqlite_with_tables.read_bytes())
    monkeypatch.setenv("REFUNDS_DATABASE_URL", f"sqlite:///{file}")
    monkeypatch.setenv("REFUNDS_VAR", str(tmp_path / "var"))
    return runner(monkeypatch, capsys)


@pytest.fixture
def database(tmp_path: Path, run: Run) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'refunds.sqlite'}")
    yield opened
    opened.close()


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def add(run: Run, monkeypatch: pytest.MonkeyPatch, *more: str) -> None:
    typed(monkeypatch, f"{PASSWORD}\n")
    assert run("desk", "add-agent", LOGIN, "--name", "Ann", "--password-stdin", *more).code == 0


def test_an_agent_added_with_a_password_from_standard_input_signs_in(
    run: Run, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    add(run, monkeypatch, "--role", "lead")
    agent = Accounts(database, Audit(database)).sign_in(LOGIN, PASSWORD, datetime.now(UTC))
    assert (agent.name, agent.role) == ("Ann", "lead")


def test_a_made_up_password_is_printed_once_and_kept_nowhere(
    run: Run, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    typed(monkeypatch, "")
    printed = run("desk", "add-agent", LOGIN, "--name", "Ann").out
    password = printed.splitlines()[0].rpartition(" ")[2]
    assert len(password) == 20
    details = [entry.details for entry in Audit(database).entries(Wanted(), 10)]
    assert password not in str(details)


def test_agents_are_listed_with_what_an_admin_asks_about(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "refunds desk add-agent" in run("desk", "list").out
    add(run, monkeypatch)
    (row,) = run("desk", "list", "--json").json
    assert (row["login"], row["role"], row["disabled"], row["password"]) == (LOGIN, "agent", False, True)


def test_an_agent_who_comes_by_the_identity_provider_has_no_password(run: Run) -> None:
    run("desk", "add-agent", LOGIN, "--name", "Ann", "--without-password")
    assert run("desk", "list", "--json").json[0]["password"] is False


def test_role_password_disable_and_enable_do_what_they_say_and_stand_in_the_log(
    run: Run, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    add(run, monkeypatch)
    assert run("desk", "role", LOGIN, "auditor").code == 0
    typed(monkeypatch, "another good password\n")
    assert run("desk", "password", LOGIN, "--password-stdin").code == 0
    assert run("desk", "disable", LOGIN).code == 0
    (row,) = run("desk", "list", "--json").json
    assert (row["role"], row["disabled"]) == ("auditor", True)
    assert run("desk", "enable", LOGIN).code == 0
    acts = [entry.act for entry in Audit(database).entries(Wanted(), 10)]
    assert acts == ["enabled_agent", "disabled_agent", "set_password", "changed_role", "added_agent"]


def test_a_login_that_is_taken_or_unknown_is_said_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    add(run, monkeypatch)
    typed(monkeypatch, f"{PASSWORD}\n")
    taken = run("desk", "add-agent", LOGIN, "--name", "Other", "--password-stdin")
    assert (taken.code, "already" in taken.err) == (2, True)
    assert run("desk", "disable", "nobody@desk.example").code == 1


def test_the_log_is_checked_from_the_command_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    add(run, monkeypatch)
    run("desk", "role", LOGIN, "lead")
    found = run("desk", "audit", "--check", "--json").json
    assert (found["count"], found["broken_at"]) == (2, None)
    assert run("desk", "audit", "--expect", found["end"]).code == 0
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit WHERE number = 2")
    assert run("desk", "audit", "--check").code == 0
    missing = run("desk", "audit", "--expect", found["end"])
    assert (missing.code, missing.err.strip()) == (1, "row 2 was changed or is missing")
