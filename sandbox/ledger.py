"""What was done through the sandbox, in a small SQLite file: a killed sandbox finds its ledger again."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """A refund that was asked for. What becomes of it, and when, say ``fate`` and ``due_at`` (sandbox/fates.py).

    ``value`` is a decimal number as text, ``route`` the method key along which the money goes, ``details_at`` when the
    customer gave the account that a transfer needs.
    """

    refund_id: str
    idempotency_key: str
    payment_id: str
    value: str
    currency: str
    reason: str
    reference: str | None
    route: str
    kind: str
    fate: str
    made_in: str
    created_at: datetime
    due_at: datetime
    details_at: datetime | None = None


_COLUMNS = ", ".join(field.name for field in fields(RefundOrder))
_TABLES = {
    "refund_orders": f"{_COLUMNS}, PRIMARY KEY (refund_id), UNIQUE (idempotency_key)",
    "payment_changes": "payment_id PRIMARY KEY, faults, disputed",
    "failed_keys": "idempotency_key PRIMARY KEY",
    "announced": "refund_id PRIMARY KEY, told, is_final",
    "events": "number INTEGER PRIMARY KEY, body, attempts DEFAULT 0, due_at",
}
# Raised with every change of the tables: a ledger of other tables is one of a demo gone by, and begun anew.
_VERSION = 2


class Ledger:
    """One connection, one writer at a time; every change is on disk before it is answered."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None, timeout=5)
        with self.alone():
            self._set_up()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A transaction in which nobody else reads or writes: look, decide, add."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                # Also after a commit that failed, as on a full disk: else nobody could begin again.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def add(self, order: RefundOrder) -> None:
        """Keep a new refund order."""
        row = [_written(value) for value in astuple(order)]
        places = ", ".join("?" * len(row))
        self.run(f"INSERT INTO refund_orders ({_COLUMNS}) VALUES ({places})", *row)

    def give_details(self, refund_id: str, now: datetime) -> None:
        """Note that the customer gave their account at ``now``."""
        self.run("UPDATE refund_orders SET details_at = ? WHERE refund_id = ?", _written(now), refund_id)

    def of_payment(self, payment_id: str) -> list[RefundOrder]:
        """The refund orders of a payment, oldest first."""
        return self.select("payment_id = ? ORDER BY created_at, refund_id", payment_id)

    def of_key(self, idempotency_key: str) -> RefundOrder | None:
        """The refund order first asked for with this key."""
        return next(iter(self.select("idempotency_key = ?", idempotency_key)), None)

    def find(self, refund_id: str) -> RefundOrder | None:
        """The refund order of that id."""
        return next(iter(self.select("refund_id = ?", refund_id)), None)

    def empty(self) -> None:
        """Forget everything."""
        for table in _TABLES:
            self.run(f"DELETE FROM {table}")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def select(self, condition: str, *values: object) -> list[RefundOrder]:
        """The refund orders that fulfil an SQL ``condition``."""
        return [_from_row(row) for row in self.run(f"SELECT {_COLUMNS} FROM refund_orders WHERE {condition}", *values)]

    def run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Carry out one SQL statement; what is not inside ``alone`` is a transaction of its own."""
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def _set_up(self) -> None:
        ((version,),) = self.run("PRAGMA user_version")
        for table, columns in _TABLES.items():
            if version != _VERSION:
                self.run(f"DROP TABLE IF EXISTS {table}")
            self.run(f"CREATE TABLE IF NOT EXISTS {table} ({columns})")
        self.run(f"PRAGMA user_version = {_VERSION}")


def _written(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _from_row(row: tuple[Any, ...]) -> RefundOrder:
    told = dict(zip((field.name for field in fields(RefundOrder)), row, strict=True))
    times = {name: datetime.fromisoformat(told[name]) for name in ("created_at", "due_at", "details_at") if told[name]}
    return RefundOrder(**{**told, **times})
