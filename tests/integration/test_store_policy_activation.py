"""Which policy is in force: the first start's, then what one person puts forward and another signs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from refunds.cli import policy as commands
from refunds.database import Database
from refunds.errors import NotFound, TransitionRefused
from refunds.migrating import migrate
from refunds.policy_activation import (
    activate_first,
    activations,
    is_superseded,
    policy_in_force,
    propose,
    sign,
)
from refunds.policy_trial import with_setting
from refunds.settings import ROOT
from tests.integration.filing_world import NOW, POLICY
from tests.world import wait_until

OTHER = with_setting(POLICY, "problem_solution_period", "10")
NEXT = NOW + timedelta(hours=1)


def put_forward(database: Database, who: str = "ann") -> int:
    with database.transaction() as session:
        return propose(session, OTHER, who=who, why="ten days are usual", now=NEXT).number


def test_the_first_start_makes_the_shipped_policy_live_once(database: Database) -> None:
    with ThreadPoolExecutor(4) as starts:
        list(starts.map(lambda _: activate_first(database, POLICY, NOW), range(4)))
    with database.reading() as session:
        assert [(each.number, each.version) for each in activations(session)] == [(1, POLICY.version)]


def test_other_files_are_only_a_proposal(database: Database) -> None:
    activate_first(database, POLICY, NOW)
    activate_first(database, OTHER, NEXT)
    assert policy_in_force(database, OTHER) == POLICY


def test_what_another_person_signs_is_in_force_and_read_back_whole(database: Database) -> None:
    activate_first(database, POLICY, NOW)
    number = put_forward(database)
    assert policy_in_force(database, POLICY) == POLICY
    assert not is_superseded(database, POLICY)
    with database.transaction() as session:
        sign(session, number, who="leo", now=NEXT)
    assert policy_in_force(database, POLICY) == OTHER
    assert is_superseded(database, POLICY)


def test_nobody_signs_what_they_put_forward(database: Database) -> None:
    activate_first(database, POLICY, NOW)
    number = put_forward(database, "Ann")
    with pytest.raises(TransitionRefused, match="somebody else signs it"), database.transaction() as session:
        sign(session, number, who="ann", now=NEXT)
    assert policy_in_force(database, POLICY) == POLICY


def test_a_version_is_signed_once_and_only_the_newest_can_be(database: Database) -> None:
    activate_first(database, POLICY, NOW)
    first = put_forward(database)
    with database.transaction() as session:
        second = propose(session, with_setting(POLICY, "problem_solution_period", "12"), who="ann", why="x", now=NEXT)
    with pytest.raises(TransitionRefused, match="another version was put forward"), database.transaction() as session:
        sign(session, first, who="leo", now=NEXT)
    with database.transaction() as session:
        sign(session, second.number, who="leo", now=NEXT)
    with pytest.raises(TransitionRefused, match="signed before, by leo"), database.transaction() as session:
        sign(session, second.number, who="mia", now=NEXT)
    with pytest.raises(NotFound), database.transaction() as session:
        sign(session, 99, who="leo", now=NEXT)


def test_the_version_in_force_or_waiting_is_not_put_forward_again(database: Database) -> None:
    activate_first(database, POLICY, NOW)
    with pytest.raises(TransitionRefused, match="in force already"), database.transaction() as session:
        propose(session, POLICY, who="ann", why="x", now=NEXT)
    put_forward(database)
    with pytest.raises(TransitionRefused, match="waits for a signature"):
        put_forward(database)


def test_a_change_without_a_reason_is_refused(database: Database) -> None:
    with pytest.raises(TransitionRefused, match="say why"), database.transaction() as session:
        propose(session, OTHER, who="ann", why=" ", now=NEXT)


@pytest.mark.processes
def test_a_worker_leaves_in_order_once_another_version_is_in_force_and_starts_with_it(tmp_path: Path) -> None:
    environ = {**os.environ, "REFUNDS_VAR": str(tmp_path), "REFUNDS_DATABASE_URL": f"sqlite:///{tmp_path}/rows.sqlite"}
    database = Database(environ["REFUNDS_DATABASE_URL"])
    migrate(database)

    def started() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "refunds.worker"], cwd=ROOT, env=environ)

    worker = started()
    try:
        wait_until((tmp_path / "worker.heartbeat").exists, 60)
        number = put_forward(database)
        with database.transaction() as session:
            sign(session, number, who="leo", now=NEXT)
        assert worker.wait(timeout=60) == 0
        (tmp_path / "worker.heartbeat").unlink()
        worker = started()
        wait_until((tmp_path / "worker.heartbeat").exists, 60)
        assert worker.poll() is None
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=15)
        database.close()


def test_the_command_line_puts_forward_signs_and_shows(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("REFUNDS_DATABASE_URL", database.url)
    monkeypatch.setenv("REFUNDS_VAR", str(tmp_path))
    activate_first(database, with_setting(POLICY, "problem_solution_period", "9"), NOW)
    commands.propose(who="ann", why="back to seven days", folder=ROOT / "policy")
    commands.sign(2, who="leo")
    commands.versions(as_json=False)
    assert f"{POLICY.version} is in force" in capsys.readouterr().out
    assert policy_in_force(database, OTHER) == POLICY
