"""The refunds made through the sandbox, in a small SQLite file: a killed sandbox finds its ledger again."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """A refund asked for through the API. It stays pending until ``due_at``, then ``fate`` holds.

    ``fate`` is ``succeed``, ``fail:<reason>`` or ``pending:<reason>``. ``value`` is a decimal number as text.
    """

    refund_id: str
    idempotency_key: str
    payment_id: str
    value: str
    currency: str
    reason: str
    kind: str
    fate: str
    created_at: datetime
    due_at: datetime


_COLUMNS = ", ".join(field.name for field in fields(RefundOrder))
_CREATE = f"CREATE TABLE IF NOT EXISTS refund_orders ({_COLUMNS}, PRIMARY KEY (refund_id), UNIQUE (idempotency_key))"


class Ledger:
    """One connection, one writer at a time; every change is on disk before it is answered."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None, timeout=5)
        self._connection.execute(_CREATE)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A transaction in which nobody else reads or writes: look, decide, add."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def add(self, order: RefundOrder) -> None:
        """Keep a new refund order."""
        row = [value.isoformat() if isinstance(value, datetime) else value for value in astuple(order)]
        places = ", ".join("?" * len(row))
        self._run(f"INSERT INTO refund_orders ({_COLUMNS}) VALUES ({places})", *row)

    def of_payment(self, payment_id: str) -> list[RefundOrder]:
        """The refund orders of a payment, oldest first."""
        return self._select("payment_id = ? ORDER BY created_at, refund_id", payment_id)

    def of_key(self, idempotency_key: str) -> RefundOrder | None:
        """The refund order first asked for with this key."""
        return next(iter(self._select("idempotency_key = ?", idempotency_key)), None)

    def find(self, refund_id: str) -> RefundOrder | None:
        """The refund order of that id."""
        return next(iter(self._select("refund_id = ?", refund_id)), None)

    def empty(self) -> None:
        """Forget every refund order."""
        self._run("DELETE FROM refund_orders")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def _select(self, condition: str, *values: str) -> list[RefundOrder]:
        return [_from_row(row) for row in self._run(f"SELECT {_COLUMNS} FROM refund_orders WHERE {condition}", *values)]

    def _run(self, statement: str, *values: str) -> list[tuple[str, ...]]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()


def _from_row(row: tuple[str, ...]) -> RefundOrder:
    refund_id, key, payment_id, value, currency, reason, kind, fate, *times = row
    created_at, due_at = map(datetime.fromisoformat, times)
    return RefundOrder(refund_id, key, payment_id, value, currency, reason, kind, fate, created_at, due_at)
