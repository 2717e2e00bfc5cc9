"""The worker: carries out what the outbox holds, one row at a time. ``python -m refunds.worker``."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import structlog

from refunds import outbox
from refunds.app import App, open_app
from refunds.cases import store
from refunds.database import Database
from refunds.logs import set_up_logs
from refunds.notify.occasions import case_letter
from refunds.outbox import Claimed
from refunds.settings import read_settings

log = structlog.get_logger()

IDLE_SECONDS = 0.5
HEARTBEAT_SECONDS = 2.0


def mail_case_filed(app: App, claimed: Claimed, now: datetime) -> None:
    """Tell the customer by mail that their case was filed: payload ``case_id``."""
    with app.database.reading() as session:
        case = store.get(session, claimed.payload["case_id"])
    customer = app.backoffice.customer(case.customer_id)
    app.mailer.send(customer.email, case_letter(app.words, case, customer), message_id=claimed.key, now=now)


Effect = Callable[[App, Claimed, datetime], None]

# Each may be carried out twice, after a crash: the effect must be the same as once.
EFFECTS: Mapping[str, Effect] = {"case_filed": mail_case_filed}


def run(app: App, stop: threading.Event) -> None:
    """Carry rows out until ``stop`` is set; the row in hand is finished first."""
    heartbeat = Heartbeat(app.settings.var / "worker.heartbeat")
    while not stop.is_set():
        heartbeat.beat()
        if not _carried_one_out(app):
            stop.wait(IDLE_SECONDS)


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
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda _number, _frame: stop.set())
    log.info("worker_started")
    run(app, stop)
    log.info("worker_stopped")


if __name__ == "__main__":
    main()
