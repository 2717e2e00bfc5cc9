"""The worker: carries rows out, survives what fails, and repeats what a crash left open with the same effect."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from refunds import outbox, worker
from refunds.app import App
from refunds.chat.attachments import Attachments
from refunds.chat.links import ChatLinks
from refunds.database import Database
from refunds.notify import FileMailer
from refunds.notify.mails import NoticeMails
from refunds.settings import ROOT, read_settings
from refunds.tables import OutboxRow
from tests.integration.filing_world import NOW
from tests.integration.people_world import mails_in, on_sqlite, text_of
from tests.integration.watch_world import WORDS, WatchHouse


@dataclass
class Looks:
    """A watch that counts its looks, and breaks where it is told to."""

    at: list[datetime] = field(default_factory=list)
    error: Exception | None = None

    def tick(self, now: datetime) -> None:
        self.at.append(now)
        if self.error:
            raise self.error


@pytest.fixture
def house(database: Database) -> WatchHouse:
    return WatchHouse(database)


@pytest.fixture
def app(house: WatchHouse, tmp_path: Path) -> App:
    """What the worker uses of an app."""
    settings = read_settings({"REFUNDS_VAR": str(tmp_path / "var"), "REFUNDS_DATABASE_URL": house.database.url})
    unused = cast("dict[str, object]", dict.fromkeys(App.__dataclass_fields__))
    links = ChatLinks(settings.site_url, settings.secret)
    mailer, office = FileMailer(settings.mailbox, settings.mail_from), cast("Any", house.billing)
    parts = {
        "settings": settings,
        "database": house.database,
        "notices": house.notices,
        "notice_mails": NoticeMails(house.database, office, WORDS, mailer, links),
        "payouts": house.payouts,
        "attachments": Attachments(house.database, settings.attachments),
        "watch": Looks(),
        "presence": SimpleNamespace(put_back=lambda _now: 0),
        "waits": SimpleNamespace(tell=lambda _now: 0),
        "away_mails": SimpleNamespace(collect=lambda _now: 0),
        "opinions": SimpleNamespace(ask=lambda _now: 0),
        "case_acts": SimpleNamespace(put_back=lambda _now: 0),
    }
    return App(**{**unused, **parts})  # type: ignore[arg-type]


def rows(database: Database) -> dict[str, OutboxRow]:
    """Every row by its key."""
    with database.reading() as session:
        found = {row.key: row for row in session.scalars(select(OutboxRow))}
        session.expunge_all()
        return found


def row(database: Database) -> OutboxRow:
    """The only row."""
    (only,) = rows(database).values()
    return only


def note(database: Database, key: str = "k", kind: str = "note", *, written: datetime = NOW) -> None:
    with database.transaction() as session:
        outbox.write(session, kind, key, {}, written)


def make_due(database: Database) -> None:
    with database.transaction() as session:
        session.execute(update(OutboxRow).values(due_at=NOW, claimed_until=None))


def is_all_done(database: Database) -> bool:
    return all(each.done_at for each in rows(database).values())


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


def mails(app: App) -> list[EmailMessage]:
    return mails_in(app.settings.mailbox)


def as_before_notices(house: WatchHouse) -> None:
    """A filed case with the row that filing wrote when there were no notices."""
    house.file()
    with house.database.transaction() as session:
        outbox.write(session, "case_filed", "case_filed", {"case_id": house.case_id}, NOW)


def test_a_filed_case_is_told_by_mail_once_also_where_an_older_version_filed_it(app: App, house: WatchHouse) -> None:
    as_before_notices(house)
    run_until(app, lambda: is_all_done(app.database))
    (mail,) = mails(app)
    assert mail["To"] == "ada@example.com"
    assert house.case_id in mail["Subject"]
    for told in ("Ada", "ORD-10001", "€240.00", "26 Nov 2026", "1 Dec 2026"):
        assert told in text_of(mail)


def test_an_approved_payout_is_sent_and_looked_after_until_billing_has_paid(app: App, house: WatchHouse) -> None:
    house.file()
    house.approved()
    run_until(app, lambda: house.payout.state.value == "submitted")
    house.billing.tell(status="succeeded")
    make_due(app.database)
    run_until(app, lambda: house.state == "paid")
    assert house.payout.refund_id == "RF-1"


def test_news_of_a_payout_is_followed(app: App, house: WatchHouse) -> None:
    house.file()
    payout = house.submitted()
    house.billing.tell(status="failed", status_reason="declined")
    with app.database.transaction() as session:
        outbox.write(session, "payout_follow", "webhook", {"payout_id": payout.payout_id}, NOW)
    run_until(app, lambda: house.payout.state.value == "failed")


def test_a_crash_between_effect_and_done_repeats_the_same_mail(app: App, house: WatchHouse) -> None:
    as_before_notices(house)
    run_until(app, lambda: is_all_done(app.database))
    (before,) = mails(app)
    with app.database.transaction() as session:
        session.execute(update(OutboxRow).values(done_at=None))  # as if the first worker had died before its done
    run_until(app, lambda: is_all_done(app.database))
    (after,) = mails(app)
    assert after["Message-ID"] == before["Message-ID"]


def test_a_row_that_fails_is_kept_for_later_and_the_others_go_on(app: App, house: WatchHouse) -> None:
    with app.database.transaction() as session:
        outbox.write(session, "case_filed", "lost", {"case_id": "R-99999"}, NOW - timedelta(hours=1))
        outbox.write(session, "nobody knows this", "odd", {}, NOW - timedelta(hours=1))
    as_before_notices(house)
    run_until(app, lambda: errors_of_open(app) == {"lost": "NotFound", "odd": "KeyError"})
    assert len(mails(app)) == 1


def errors_of_open(app: App) -> dict[str, str | None]:
    return {key: each.last_error for key, each in rows(app.database).items() if each.done_at is None}


def test_a_mail_that_cannot_go_now_goes_later(app: App, house: WatchHouse) -> None:
    app.settings.mailbox.write_text("a file where the folder should be")
    as_before_notices(house)
    run_until(app, lambda: "MailFailed" in {each.last_error for each in rows(app.database).values()})
    app.settings.mailbox.unlink()
    make_due(app.database)
    run_until(app, lambda: is_all_done(app.database))
    assert len(mails(app)) == 1


@on_sqlite
def test_a_failure_is_logged_by_kind_and_id_and_nothing_else(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_app: App, _claimed: outbox.Claimed, _now: datetime) -> None:
        raise ValueError("Ada ada@example.com")

    monkeypatch.setattr(worker, "EFFECTS", {"note": fail})
    note(app.database)
    with capture_logs() as logged:
        run_until(app, lambda: row(app.database).last_error == "ValueError")
    (event,) = logged
    assert event["kind"] == "note"
    assert event["outbox_id"] == row(app.database).outbox_id
    assert set(event) == {"event", "kind", "outbox_id", "attempt", "log_level", "exc_info"}


@on_sqlite
def test_the_database_away_stops_nothing_for_good(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "EFFECTS", {"note": lambda *_: None})
    note(app.database)
    failures = iter([OSError("away"), OSError("away")])
    claim = outbox.claim

    def sometimes(*args: object, **named: object) -> object:
        for error in failures:
            raise error
        return claim(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "claim", sometimes)
    run_until(app, lambda: row(app.database).done_at is not None)


@on_sqlite
def test_the_watch_looks_by_the_database_s_clock_and_again_after_a_look_that_broke(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "WATCH_EVERY", timedelta(seconds=0.05))
    monkeypatch.setattr(worker, "EFFECTS", {"note": lambda *_: None})
    looks = Looks(error=ValueError("broken"))
    note(app.database)
    with capture_logs() as logged:
        run_until(replace(app, watch=cast("Any", looks)), lambda: len(looks.at) > 2)
    assert looks.at == sorted(looks.at)
    assert {event["event"] for event in logged} == {"watch_broke", "outbox_row_done"}


@on_sqlite
def test_an_effect_that_takes_long_does_not_keep_the_watch_from_looking(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, held = Looks(), threading.Event()
    monkeypatch.setattr(worker, "WATCH_EVERY", timedelta(seconds=0.05))
    monkeypatch.setattr(worker, "EFFECTS", {"note": lambda *_: held.wait(timeout=10)})
    note(app.database)

    def looked_meanwhile() -> bool:
        if len(looks.at) > 2:
            assert row(app.database).done_at is None
            held.set()
        return held.is_set()

    run_until(replace(app, watch=cast("Any", looks)), looked_meanwhile)
    assert row(app.database).done_at is not None


@on_sqlite
def test_what_was_done_long_ago_leaves_the_outbox(app: App) -> None:
    note(app.database, written=NOW - timedelta(days=400))
    (claimed,) = outbox.claim(app.database, NOW - timedelta(days=400), limit=1)
    outbox.done(app.database, claimed, NOW - timedelta(days=400))
    run_until(app, lambda: rows(app.database) == {})


@on_sqlite
def test_the_heartbeat_is_touched_while_the_worker_lives(app: App) -> None:
    run_until(app, (app.settings.var / "worker.heartbeat").exists)


@on_sqlite
def test_a_worker_whose_effect_hangs_gives_no_sign_of_life(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "HEARTBEAT_SECONDS", 0.0)
    begun, held = threading.Event(), threading.Event()

    def hang(*_: object) -> None:
        begun.set()
        held.wait(timeout=10)

    monkeypatch.setattr(worker, "EFFECTS", {"note": hang})
    note(app.database)
    heartbeat, looks = app.settings.var / "worker.heartbeat", cast("Looks", app.watch)
    monkeypatch.setattr(worker, "WATCH_EVERY", timedelta(seconds=0.05))

    def is_silent() -> bool:
        if begun.is_set() and not held.is_set():
            last, seen = heartbeat.stat().st_mtime_ns, len(looks.at)
            _until(lambda: len(looks.at) > seen + 2)
            assert heartbeat.stat().st_mtime_ns == last
            held.set()
        return held.is_set()

    run_until(app, is_silent)


def _until(reached: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(500):
        if reached():
            return
        pause.wait(0.02)
    raise AssertionError("not reached")


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

    monkeypatch.setattr(worker, "EFFECTS", {"note": take_long})
    note(app.database, "first")
    note(app.database, "next", written=NOW + timedelta(seconds=1))
    thread = threading.Thread(target=worker.run, args=(app, stop))
    thread.start()
    assert begun.wait(timeout=10)
    stop.set()
    thread.join(timeout=10)
    assert {key: each.done_at is not None for key, each in rows(app.database).items()} == {"first": True, "next": False}


@on_sqlite
def test_sigterm_ends_the_process_cleanly(database: Database, tmp_path: Path) -> None:
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


def test_a_signal_that_comes_just_as_the_worker_begins_to_wait_ends_it() -> None:
    stop = worker.set_by_signals()
    try:
        # Held by the main thread within ``wait``, where a handler may interrupt it.
        with stop._cond:  # type: ignore[attr-defined]
            signal.raise_signal(signal.SIGTERM)
        assert stop.wait(10)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
