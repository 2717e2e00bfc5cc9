from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, inspect

from refunds.database import Base, Database
from refunds.migrating import alembic_config, migrate
from refunds.tables import CaseRow
from tests.databases import bare_database

VERSION_TABLE = "alembic_version"


def shape(engine: Engine) -> dict[str, Any]:
    """Every table's columns, keys, indexes and checks, as the database itself tells them."""
    looked_at = inspect(engine)
    return {
        table: {
            "columns": [{**column, "type": str(column["type"])} for column in looked_at.get_columns(table)],
            "primary key": looked_at.get_pk_constraint(table),
            "foreign keys": sorted(map(str, looked_at.get_foreign_keys(table))),
            "indexes": sorted(str(plain_index(index)) for index in looked_at.get_indexes(table)),
            "unique": sorted(map(str, looked_at.get_unique_constraints(table))),
            "checks": sorted(map(str, looked_at.get_check_constraints(table))),
        }
        for table in looked_at.get_table_names()
        if table != VERSION_TABLE
    }


def plain_index(index: Any) -> Any:
    """An index whose condition, if it has one, is text."""
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return {**index, "dialect_options": options}


@pytest.fixture
def migrated(bare_database_url: str) -> Any:
    opened = Database(bare_database_url)
    migrate(opened)
    yield opened
    opened.close()


def test_migrations_make_the_tables_that_the_code_declares(migrated: Database, tmp_path: Path) -> None:
    made = shape(migrated.engine)
    assert set(made) == set(Base.metadata.tables)
    with bare_database(migrated.engine.dialect.name, tmp_path) as url:
        declared = Database(url)
        Base.metadata.create_all(declared.engine)
        assert made == shape(declared.engine)
        declared.close()


def test_a_second_migration_changes_nothing(migrated: Database) -> None:
    before = shape(migrated.engine)
    migrate(migrated)
    assert shape(migrated.engine) == before


def test_a_migration_can_be_taken_back(migrated: Database) -> None:
    command.downgrade(alembic_config(migrated), "base")
    assert shape(migrated.engine) == {}
    migrate(migrated)
    assert CaseRow.__tablename__ in shape(migrated.engine)
