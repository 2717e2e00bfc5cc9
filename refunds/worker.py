"""The worker: a scheduler ticks, the outbox is the queue. ``python -m refunds.worker``.

The scheduler keeps nothing: what is to be done stands in the database, and any number of workers may do it.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import SimpleQueue

import structlog
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]

from refunds import outbox, webhooks
from refunds.app import App, open_app
from refunds.cases import store
from refunds.database import Database
from refunds.logs import set_up_logs
from refunds.notify import Occasion
from refunds.outbox import Claimed
from refunds.policy_activation import leave_when_policy_changes
from refunds.settings import read_settings

log = structlog.get_logger()

HEARTBEAT_SECONDS = 2.0
OUTBOX_EVERY = timedelta(seconds=0.5)
WATCH_EVERY = timedelta(seconds=30)
ATTEND_EVERY = timedelta(seconds=10)
FORGET_EVERY = timedelta(hours=1)


def tell_received(app: App, claimed: Claimed, now: datetime) -> None:
    """Tell that a case was filed: rows that a version before notices wrote."""
    with app.database.transaction() as session:
        case = store.get(session, claimed.payload["case_id"])
        app.notices.tell(session, case, Occasion.RECEIVED, key=f"received:{case.case_id}", now=now)


def mail_notice(app: App, claimed: Claimed, now: datetime) -> None:
    """Mail what a customer was told."""
    app.notice_mails.send(claimed.payload["notice_id"], now)


def tell_held_notice(app: App, claimed: Claimed, now: datetime) -> None:
    """Tell what waited for the end of a customer's quiet hours."""
    with app.database.transaction() as session:
        app.notices.tell_held(session, claimed.payload["notice_id"], now)


def mail_opinion(app: App, claimed: Claimed, now: datetime) -> None:
    """Ask by mail how a case was handled."""
    app.opinion_mails.send(claimed.payload["case_id"], now)


def send_payout(app: App, claimed: Claimed, now: datetime) -> None:
    """Have billing pay."""
    app.payouts.send(claimed.payload["payout_id"], now)


def follow_payout(app: App, claimed: Claimed, now: datetime) -> None:
    """Ask billing where a payout stands."""
    app.payouts.follow(claimed.payload["payout_id"], now)


def look_at_payout(app: App, claimed: Claimed, now: datetime) -> None:
    """Ask billing unasked, and note when to ask again."""
    app.payouts.look(claimed.payload["payout_id"], claimed.payload["number"], now)


def look_up_address(app: App, claimed: Claimed, now: datetime) -> None:
    """See whether an account has the address that somebody gave who stated a withdrawal."""
    app.withdrawal_mails.look_up(claimed.payload["message_id"], claimed.payload["email"], now)


def mail_withdrawal(app: App, claimed: Claimed, now: datetime) -> None:
    """Acknowledge a withdrawal by mail."""
    app.withdrawal_mails.send(claimed.payload["message_id"], claimed.payload["customer_id"], now)


def look_at_withdrawal(app: App, claimed: Claimed, now: datetime) -> None:
    """See whether a case came of a withdrawal."""
    app.withdrawals.look(claimed.payload["message_id"], now)


def remind(app: App, claimed: Claimed, now: datetime) -> None:
    """Remind a customer in the chat."""
    app.reminders.tell(claimed.payload["reminder_id"], now)


def mail_reminder(app: App, claimed: Claimed, now: datetime) -> None:
    """Remind a customer by mail."""
    app.reminders.mail(claimed.payload["reminder_id"], now)


def mail_transcript(app: App, claimed: Claimed, now: datetime) -> None:
    """Mail a customer their chat."""
    app.transcript_mails.send(claimed.key, claimed.payload, now)


def mail_who_left(app: App, claimed: Claimed, now: datetime) -> None:
    """Mail what an agent wrote to a customer who does not read it in the chat."""
    app.away_mails.send(claimed.key, claimed.payload, now)


def mail_identity(app: App, claimed: Claimed, now: datetime) -> None:
    """Mail that an agent verified somebody by questions."""
    app.identity_mails.send(claimed.payload["check_id"], now)


Effect = Callable[[App, Claimed, datetime], None]

# Each may be carried out twice, after a crash: the effect must be the same as once.
EFFECTS: Mapping[str, Effect] = {
    "case_filed": tell_received,
    "notice_mail": mail_notice,
    "notice_later": tell_held_notice,
    "opinion_mail": mail_opinion,
    "transcript_mail": mail_transcript,
    "payout_send": send_payout,
    "payout_follow": follow_payout,
    "payout_look": look_at_payout,
    "withdrawal_address": look_up_address,
    "withdrawal_mail": mail_withdrawal,
    "withdrawal_look": look_at_withdrawal,
    "reminder": remind,
    "reminder_mail": mail_reminder,
    "away_mail": mail_who_left,
    "identity_mail": mail_identity,
}


def run(app: App, stop: threading.Event) -> None:
    """Tick until ``stop`` is set; the row in hand is finished first."""
    heartbeat = Heartbeat(app.settings.var / "worker.heartbeat")
    ticks: tuple[tuple[Callable[[], None], timedelta], ...] = (
        (lambda: carry_out_what_is_due(app, heartbeat, stop), OUTBOX_EVERY),
        (lambda: watch(app), WATCH_EVERY),
        (lambda: attend(app), ATTEND_EVERY),
        (lambda: forget(app), FORGET_EVERY),
    )
    # It warns whenever a tick takes longer than its interval, which many rows at once do.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(
        timezone=UTC, job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
    )
    for tick, every in ticks:
        at_once = datetime.now(UTC)
        scheduler.add_job(tick, "interval", seconds=every.total_seconds(), next_run_time=at_once)
    scheduler.start()
    stop.wait()
    scheduler.shutdown(wait=True)


class Heartbeat:
    """A file whose time says when the worker was last at work; it stops when the worker hangs."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._last = float("-inf")

    def beat(self) -> None:
        """Touch the file, every two seconds at most."""
        if time.monotonic() - self._last >= HEARTBEAT_SECONDS:
            self._file.touch()
            self._last = time.monotonic()


def carry_out_what_is_due(app: App, heartbeat: Heartbeat, stop: threading.Event) -> None:
    """One tick: rows one at a time, until none is due."""
    heartbeat.beat()
    while not stop.is_set() and _carried_one_out(app):
        heartbeat.beat()


def watch(app: App) -> None:
    """One tick: a look at everything that nobody asks for."""
    try:
        app.watch.tick(_now(app.database))
    except Exception as error:  # the process's edge: the next look may go well
        log.error("watch_broke", exc_info=error)


def attend(app: App) -> None:
    """One tick: chats and cases whose agent is gone, customers whom nobody answers or asks, answers nobody reads."""
    try:
        now = _now(app.database)
        if chats := app.presence.put_back(now):
            log.info("chats_put_back", chats=chats)
        if cases := app.case_acts.put_back(now):
            log.info("cases_put_back", cases=cases)
        app.waits.tell(now)
        app.away_mails.collect(now)
        app.opinions.ask(now)
    except Exception as error:  # the process's edge: the next tick does it
        log.error("chats_not_attended", exc_info=error)


def forget(app: App) -> None:
    """One tick: what was done long ago leaves the outbox, and files that were never sent go."""
    try:
        if files := app.attachments.forget_unsaid(_now(app.database)):
            log.info("files_forgotten", files=files)
        if rows := outbox.forget_done(app.database, _now(app.database)):
            log.info("outbox_forgot", rows=rows)
        if events := webhooks.forget_old(app.database, _now(app.database)):
            log.info("webhooks_forgot", events=events)
    except Exception as error:  # the process's edge: the next tick does it
        log.error("outbox_not_forgotten", exc_info=error)


def _carried_one_out(app: App) -> bool:
    """Whether there was something to do; more may be waiting then."""
    try:
        claimed = outbox.claim(app.database, _now(app.database), limit=1)
        for each in claimed:
            _carry_out(app, each)
    except Exception as error:  # noqa: BLE001 - the process's edge: the database may be away for a while
        log.error("outbox_out_of_reach", error=type(error).__name__)
        return False
    return bool(claimed)


def _carry_out(app: App, claimed: Claimed) -> None:
    row = log.bind(kind=claimed.kind, outbox_id=claimed.outbox_id, attempt=claimed.attempt)
    try:
        EFFECTS[claimed.kind](app, claimed, _now(app.database))
    except Exception as error:  # noqa: BLE001 - the process's edge: one row's failure must not stop the others
        outbox.failed(app.database, claimed, type(error).__name__, _now(app.database))
        row.error("outbox_row_dead" if claimed.attempt >= outbox.ATTEMPTS else "outbox_row_failed", exc_info=error)
    else:
        outbox.done(app.database, claimed, _now(app.database))
        row.info("outbox_row_done")


def _now(database: Database) -> datetime:
    """The database's clock: claims of workers on other machines are judged by the same one."""
    with database.reading() as session:
        return database.now(session)


def main() -> None:
    """Start, run until SIGTERM or SIGINT, and end with the row in hand."""
    settings = read_settings()
    set_up_logs("worker", settings)
    app = open_app(settings)
    leave_when_policy_changes(app.database, app.policy)
    stop = set_by_signals()
    log.info("worker_started")
    run(app, stop)
    log.info("worker_stopped")


def set_by_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set.

    A handler runs in the main thread, and that may hold the lock of the event just then, about to wait for it: setting
    it there would wait for ever. A queue may be put into at any moment; another thread sets the event.
    """
    stop = threading.Event()
    signals: SimpleQueue[int] = SimpleQueue()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda number, _frame: signals.put(number))

    def set_when_told() -> None:
        signals.get()
        stop.set()

    threading.Thread(target=set_when_told, name="signals", daemon=True).start()
    return stop


if __name__ == "__main__":
    main()
