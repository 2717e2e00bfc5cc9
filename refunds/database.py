"""The database engine and ``transaction()``: the one way to read or write rows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from refunds.errors import DatabaseUnavailable, Unstorable

# How long a writer waits for the others before the database counts as unreachable.
PATIENCE_SECONDS = 10


class UtcTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC; a time without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """An aware time in UTC on its way in; raises ``ValueError`` for one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite gives times back without their zone; they were stored in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All rows of the project."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcTime}  # noqa: RUF012 - SQLAlchemy's own declaration


class Database:
    """One database. Write transactions are ``BEGIN IMMEDIATE`` on SQLite (design, "Database")."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self._writing = threading.RLock()

    @property
    def is_sqlite(self) -> bool:
        """Whether rows live in a file beside the processes."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose changes are committed at the end, or dropped whole on an error.

        Holds the write lock on SQLite: make no network call inside.
        Raises ``DatabaseUnavailable`` when the database cannot be reached, written or waited for any longer, and
        ``Unstorable`` for a value that PostgreSQL does not take.
        """
        with (
            self._turn_to_write(),
            _reached(),
            Session(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads; on SQLite it neither waits for nor blocks a writer.

        Raises ``DatabaseUnavailable`` as ``transaction`` does.
        """
        connection_options: dict[str, Any] = {"sqlite_begin": "DEFERRED"}
        with (
            _reached(),
            self.engine.connect().execution_options(**connection_options) as connection,
            Session(connection) as session,
        ):
            yield session

    def now(self, session: Session) -> datetime:
        """The database's clock: leases are judged by it, not by each process's own."""
        if self.is_sqlite:
            return datetime.now(UTC)  # the file's host is this host
        moment: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
        return moment.astimezone(UTC)

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        """On SQLite the writers of this process queue here: SQLite's own waiting is by pauses of up to 100 ms."""
        if not self.is_sqlite:
            yield
            return
        if not self._writing.acquire(timeout=PATIENCE_SECONDS):
            raise DatabaseUnavailable("the database does not answer")
        try:
            yield
        finally:
            self._writing.release()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolExhausted) as error:
        raise DatabaseUnavailable("the database does not answer") from error
    except DataError as error:
        raise Unstorable("a value holds a character that cannot be kept, or is too long") from error


def is_there(url: str) -> bool:
    """Whether there may be rows at ``url``: False only for an SQLite file that nobody made yet."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").exists()


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(
            parsed,
            connect_args={"connect_timeout": 5},
            pool_pre_ping=True,
            pool_size=20,
            max_overflow=60,
            hide_parameters=True,
        )
        event.listen(engine, "connect", _set_up_postgresql)
        return engine
    engine = create_engine(
        parsed,
        connect_args={"timeout": PATIENCE_SECONDS, "check_same_thread": False},
        pool_size=20,
        max_overflow=60,
        hide_parameters=True,  # errors are logged, and parameters are customers' details
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin by itself; _begin_sqlite does
    patience = f"busy_timeout={PATIENCE_SECONDS * 1000}"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", patience):
        connection.execute(f"PRAGMA {pragma}")


def _set_up_postgresql(connection: Any, _record: Any) -> None:
    connection.execute("SET lock_timeout = '10s'")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('sqlite_begin', 'IMMEDIATE')}")
