"""Databases for tests: each test gets one of its own, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

import refunds.tables  # noqa: F401 - rows must be known before tables are made
from refunds.database import Base, Database

POSTGRES = os.environ.get("REFUNDS_TEST_POSTGRES", "postgresql://postgres@127.0.0.1/test")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database: a file, or a PostgreSQL schema that is dropped afterwards."""
    with empty_database(request.param, tmp_path) as url:
        yield url


@contextmanager
def empty_database(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database of that kind, ``sqlite`` or ``postgresql``."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / f'{secrets.token_hex(8)}.sqlite'}"
        return
    schema = f"test_{secrets.token_hex(8)}"
    with _postgres() as connection:
        connection.execute(f'CREATE SCHEMA "{schema}"')
        yield f"{POSTGRES}?options=-csearch_path%3D{schema}"
        connection.execute(f'DROP SCHEMA "{schema}" CASCADE')


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with all tables, empty."""
    opened = Database(database_url)
    Base.metadata.create_all(opened.engine)
    yield opened
    opened.close()


def _postgres() -> psycopg.Connection[tuple[object, ...]]:
    try:
        return psycopg.connect(POSTGRES, connect_timeout=3, autocommit=True)
    except psycopg.OperationalError:
        pytest.skip("PostgreSQL does not answer; start it or set REFUNDS_TEST_POSTGRES")
