"""The worker: carries rows out, survives what fails, and repeats what a crash left open with the same effect."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from refunds import outbox, worker
from refunds.app import App
from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.lifecycle import CaseState
from refunds.database import Database
from refunds.money import Money
from refunds.notify import FileMailer
from refunds.policy.decision import Outcome
from refunds.settings import ROOT, read_settings
from refunds.tables import OutboxRow, PolicyVersionRow
from refunds.words import Words
from tests.integration.people_world import AMARA, NOW, CustomersOffice, mails_in, on_sqlite, text_of

CASE = Case(
    case_id="R-7K2MQ",
    order_id="ORD-48213",
    customer_id=AMARA.customer_id,
    payment_id="PAY-48213",
    payment_method="card",
    state=CaseState.SUBMITTED,
    outcome=Outcome.ELIGIBLE,
    clauses=("P1.a",),
    amount=Money.of("240.00", "EUR"),
    currency="EUR",
    words="it was down",
    evidence=(),
    policy_version="v1",
    receipt={},
    receipt_hash="h",
    channel="rest",
    conversation_id=None,
    filing_key="f",
    verification_due=date(2026, 11, 26),
    payout_due=date(2026, 12, 1),
    filed_at=NOW,
    updated_at=NOW,
)


@pytest.fixture
def app(database: Database, tmp_path: Path) -> App:
    """What the worker uses of an app, over a database of its own and a back office that knows customers only."""
    settings = read_settings({"REFUNDS_VAR": str(tmp_path / "var"), "REFUNDS_DATABASE_URL": database.url})
    unused = cast("dict[str, object]", dict.fromkeys(App.__dataclass_fields__))
    parts = {
        "settings": settings,
        "database": database,
        "backoffice": CustomersOffice(),
        "words": Words.load(ROOT / "data" / "responses"),
        "mailer": FileMailer(settings.mailbox, settings.mail_from),
    }
    return App(**{**unused, **parts})  # type: ignore[arg-type]


def file_case(database: Database, case: Case = CASE) -> None:
    """A case with the outbox row that its filing writes."""
    with database.transaction() as session:
        session.add(PolicyVersionRow(version=case.policy_version, content={}, first_used_at=NOW))
        session.flush()
        store.add(session, case, who="customer", why="confirmed", decision={})
        outbox.write(session, "case_filed", f"case_filed:{case.case_id}", {"case_id": case.case_id}, NOW)


def row(database: Database) -> OutboxRow:
    with database.reading() as session:
        found = session.scalars(select(OutboxRow)).one()
        session.expunge(found)
        return found


def make_due(database: Database) -> None:
    with database.transaction() as session:
        session.execute(update(OutboxRow).values(due_at=NOW, claimed_until=NOW))


def run_until(app: App, reached: Callable[[], bool], seconds: float = 20) -> None:
    """Let a worker run until a state is reached."""
    stop, watched = threading.Event(), threading.Event()
    thread = threading.Thread(target=worker.run, args=(app, stop))
    thread.start()
    try:
        for _ in range(int(seconds / 0.02)):
            if reached():
                break
            watched.wait(0.02)
        assert reached()
    finally:
        stop.set()
        thread.join(timeout=10)
    assert not thread.is_alive()


def mail_of(app: App, **changed: object) -> str:
    file_case(app.database, replace(CASE, **changed))  # type: ignore[arg-type]
    run_until(app, lambda: row(app.database).done_at is not None)
    (mail,) = mails_in(app.settings.mailbox)
    return text_of(mail)


def test_a_filed_case_is_told_by_mail_once(app: App) -> None:
    file_case(app.database)
    run_until(app, lambda: row(app.database).done_at is not None)
    (mail,) = mails_in(app.settings.mailbox)
    assert mail["To"] == AMARA.email
    assert "R-7K2MQ" in mail["Subject"]
    for told in ("Amara Okafor", "ORD-48213", "€240.00", "26 Nov 2026", "1 Dec 2026"):
        assert told in text_of(mail)


@on_sqlite
def test_a_case_without_an_amount_promises_none(app: App) -> None:
    told = mail_of(app, amount=None)
    assert "for a colleague to say" in told
    assert "€" not in told


@on_sqlite
def test_an_approved_case_is_told_as_approved(app: App) -> None:
    assert "It is approved" in mail_of(app, state=CaseState.APPROVED)


def test_a_crash_between_effect_and_done_repeats_the_same_mail(app: App) -> None:
    file_case(app.database)
    (claimed,) = outbox.claim(app.database, NOW + timedelta(seconds=1), limit=1)
    worker.mail_case_filed(app, claimed, NOW)  # and here the first worker dies
    (before,) = mails_in(app.settings.mailbox)
    make_due(app.database)
    run_until(app, lambda: row(app.database).done_at is not None)
    (after,) = mails_in(app.settings.mailbox)
    assert after["Message-ID"] == before["Message-ID"]
    assert row(app.database).attempts == 2


def test_a_row_that_fails_is_kept_for_later_and_the_others_go_on(app: App) -> None:
    with app.database.transaction() as session:
        outbox.write(session, "case_filed", "lost", {"case_id": "R-99999"}, NOW - timedelta(hours=1))
        outbox.write(session, "nobody knows this", "odd", {}, NOW - timedelta(hours=1))
    file_case(app.database)
    run_until(app, lambda: len(mails_in(app.settings.mailbox)) == 1)
    with app.database.reading() as session:
        errors = {each.key: each.last_error for each in session.scalars(select(OutboxRow)) if each.done_at is None}
    assert errors == {"lost": "NotFound", "odd": "KeyError"}


def test_a_mail_that_cannot_go_now_goes_later(app: App) -> None:
    app.settings.mailbox.write_text("a file where the folder should be")
    file_case(app.database)
    run_until(app, lambda: row(app.database).last_error == "MailFailed")
    app.settings.mailbox.unlink()
    make_due(app.database)
    run_until(app, lambda: row(app.database).done_at is not None)
    assert len(mails_in(app.settings.mailbox)) == 1


@on_sqlite
def test_a_failure_is_logged_by_kind_and_id_and_nothing_else(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_app: App, _claimed: outbox.Claimed, _now: datetime) -> None:
        raise ValueError(f"{AMARA.name} {AMARA.email}")

    monkeypatch.setattr(worker, "EFFECTS", {"case_filed": fail})
    file_case(app.database)
    with capture_logs() as logged:
        run_until(app, lambda: row(app.database).last_error == "ValueError")
    (event,) = logged
    assert event["kind"] == "case_filed"
    assert event["outbox_id"] == row(app.database).outbox_id
    assert set(event) == {"event", "kind", "outbox_id", "attempt", "log_level", "exc_info"}


@on_sqlite
def test_the_database_away_stops_nothing_for_good(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    file_case(app.database)
    failures = iter([OSError("away"), OSError("away")])
    claim = outbox.claim

    def sometimes(*args: object, **named: object) -> object:
        for error in failures:
            raise error
        return claim(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "claim", sometimes)
    run_until(app, lambda: row(app.database).done_at is not None)


@on_sqlite
def test_the_heartbeat_is_touched_while_the_worker_lives(app: App) -> None:
    run_until(app, (app.settings.var / "worker.heartbeat").exists)


@on_sqlite
def test_many_rows_are_carried_out_without_waiting_between_them(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(worker, "EFFECTS", {"note": lambda _app, claimed, _now: done.append(claimed.key)})
    with app.database.transaction() as session:
        for number in range(20):
            outbox.write(session, "note", f"k{number:02}", {}, NOW + timedelta(microseconds=number))
    run_until(app, lambda: len(done) == 20)
    assert done == [f"k{number:02}" for number in range(20)]


@on_sqlite
def test_a_worker_that_is_told_to_stop_finishes_the_row_in_hand(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, begun = threading.Event(), threading.Event()

    def take_long(_app: App, _claimed: outbox.Claimed, _now: datetime) -> None:
        begun.set()
        stop.wait(timeout=10)

    monkeypatch.setattr(worker, "EFFECTS", {"case_filed": take_long})
    file_case(app.database)
    with app.database.transaction() as session:
        outbox.write(session, "case_filed", "next", {}, NOW + timedelta(seconds=1))
    thread = threading.Thread(target=worker.run, args=(app, stop))
    thread.start()
    assert begun.wait(timeout=10)
    stop.set()
    thread.join(timeout=10)
    with app.database.reading() as session:
        done = {each.key: each.done_at is not None for each in session.scalars(select(OutboxRow))}
    assert done == {"case_filed:R-7K2MQ": True, "next": False}


@on_sqlite
def test_sigterm_ends_the_process_cleanly(database: Database, tmp_path: Path) -> None:
    file_case(database)
    env = {**os.environ, "REFUNDS_VAR": str(tmp_path / "var"), "REFUNDS_DATABASE_URL": database.url}
    process = subprocess.Popen([sys.executable, "-m", "refunds.worker"], env=env, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert b"worker_started" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait(timeout=10)
    assert process.returncode == 0
    assert b"worker_stopped" in rest
