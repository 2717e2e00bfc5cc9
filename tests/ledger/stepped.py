"""A database whose transactions are steps: before each, inside before its commit, and after it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import event
from sqlalchemy.orm import Session

from refunds.database import Database
from tests.ledger.actors import step

READ = "reads"


class SteppedDatabase(Database):
    """The real database with simulated time; a process that dies is a schedule's business, no power fails here."""

    def __init__(self, url: str, clock: Callable[[], datetime]) -> None:
        super().__init__(url)
        self._clock = clock
        self._open = threading.local()
        if self.is_sqlite:
            event.listen(self.engine, "connect", _trust_the_machine)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """As the real one, in three steps named after the function that asks for it."""
        place = _caller()
        step(f"before {place}")
        with self._opened(), super().transaction() as session:
            yield session
            session.flush()
            step(f"inside {place}", is_alone=True)
        step(f"after {place}")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """As the real one; others may act before what is done with what was read."""
        with super().reading() as session:
            yield session
        step(READ)

    def now(self, session: Session) -> datetime:
        """The schedule's time."""
        return self._clock()

    def is_in_transaction(self) -> bool:
        """Whether the current actor holds a transaction open."""
        return getattr(self._open, "transaction", False)

    @contextmanager
    def _opened(self) -> Iterator[None]:
        assert not self.is_in_transaction(), "a transaction within a transaction"
        self._open.transaction = True
        try:
            yield
        finally:
            self._open.transaction = False


def _trust_the_machine(connection: object, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]


def _caller() -> str:
    """The function of the product that asked: ``module.Class.function``."""
    frame = sys._getframe(2)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("refunds."):
            return f"{module.rpartition('.')[2]}.{frame.f_code.co_qualname}"
        frame = frame.f_back  # type: ignore[assignment]
    return "the test"
