"""Databases for tests: each test starts with an empty one, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

import refunds.tables  # noqa: F401 - rows must be known before tables are made
from refunds.database import Base, Database

POSTGRES = os.environ.get("REFUNDS_TEST_POSTGRES", "postgresql://postgres@127.0.0.1/test")
KINDS = ["sqlite", "postgresql"]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with all tables, empty."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with all tables, empty."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_with_tables")
        _empty(url)
        return url
    file = tmp_path / "refunds.sqlite"
    shutil.copyfile(request.getfixturevalue("sqlite_with_tables"), file)
    return f"sqlite:///{file}"


@pytest.fixture(params=KINDS)
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    with bare_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables to copy: making them takes longer than most tests."""
    file = tmp_path_factory.mktemp("sqlite") / "tables.sqlite"
    make_tables(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A schema with all tables, which tests of this process use one after the other."""
    with bare_database("postgresql", tmp_path_factory.mktemp("postgresql")) as url:
        make_tables(url)
        yield url


@contextmanager
def bare_database(kind: str, folder: Path) -> Iterator[str]:
    """The address of a database without tables: a file in ``folder``, or a PostgreSQL schema dropped afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / f'{secrets.token_hex(8)}.sqlite'}"
        return
    schema = f"test_{secrets.token_hex(8)}"
    with _postgres() as connection:
        connection.execute(f'CREATE SCHEMA "{schema}"')
        yield f"{POSTGRES}?options=-csearch_path%3D{schema}"
        connection.execute(f'DROP SCHEMA "{schema}" CASCADE')


def make_tables(url: str) -> None:
    """The tables as declared, in a database that has none."""
    opened = Database(url)
    Base.metadata.create_all(opened.engine)
    opened.close()


def _empty(url: str) -> None:
    deletes = "; ".join(f'DELETE FROM "{table.name}"' for table in reversed(Base.metadata.sorted_tables))
    with psycopg.connect(url, connect_timeout=3) as connection:
        # A test that left a transaction open must fail the next one, not hang it.
        connection.execute(f"SET lock_timeout = '5s'; {deletes}")


def _postgres() -> psycopg.Connection[tuple[object, ...]]:
    try:
        return psycopg.connect(POSTGRES, connect_timeout=3, autocommit=True)
    except psycopg.OperationalError:
        pytest.skip("PostgreSQL does not answer; start it or set REFUNDS_TEST_POSTGRES")
