from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from alembic import command
from sqlalchemy import Engine, Table, insert, inspect, text
from sqlalchemy.exc import DBAPIError

from refunds.database import Base, Database
from refunds.desk.audit import Audit
from refunds.migrating import alembic_config, migrate
from refunds.tables import CasePersonRow, CaseRow, ConversationRow, PolicyVersionRow
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


def test_chats_of_the_version_before_keep_what_was_read(bare_database_url: str) -> None:
    opened = Database(bare_database_url)
    command.upgrade(alembic_config(opened), "0003")
    chat = "'c1', 'website', 'a1', 'assistant', 0, 5, 9, 7, '2026-11-24 10:00:00', '2026-11-24 10:00:00'"
    with opened.transaction() as session:
        columns = "conversation_id, channel, address, owner, epoch, last_position, last_number, delivered_number"
        session.execute(text(f"INSERT INTO conversations ({columns}, created_at, updated_at) VALUES ({chat})"))
        line = "'c1', 1, 'assistant', 'Hello', '2026-11-24 10:00:00'"
        session.execute(text(f"INSERT INTO lines (conversation_id, number, author, text, said_at) VALUES ({line})"))
    migrate(opened)
    with opened.reading() as session:
        assert session.get_one(ConversationRow, "c1").read_number == 7
    opened.close()


def test_cases_of_the_version_before_are_found_by_their_customer(bare_database_url: str) -> None:
    opened = Database(bare_database_url)
    command.upgrade(alembic_config(opened), "0004")
    moment = datetime(2026, 11, 24, tzinfo=UTC)
    person = {"records": {"customer": {"name": "Ada Example", "email": "Ada@example.com"}}}
    case = {
        "case_id": "R-7K2MQ",
        "order_id": "ORD-1",
        "customer_id": "C-1",
        "payment_id": "P",
        "payment_method": "card",
    }
    more = {"state": "submitted", "version": 1, "outcome": "eligible", "clauses": [], "currency": "EUR", "words": ""}
    days = {"verification_due": "2026-12-01", "payout_due": "2026-12-08", "filed_at": moment, "updated_at": moment}
    rest = {"evidence": [], "policy_version": "p", "receipt": person, "receipt_hash": "h", "channel": "rest"}
    with opened.transaction() as session:
        version = {"version": "p", "content": {}, "first_used_at": moment}
        session.execute(insert(cast("Table", PolicyVersionRow.__table__)).values(version))
        session.execute(
            insert(cast("Table", CaseRow.__table__)).values({**case, **more, **days, **rest, "filing_key": "k"})
        )
    migrate(opened)
    with opened.reading() as session:
        found = session.get_one(CasePersonRow, "R-7K2MQ")
        assert (found.name, found.words) == ("Ada Example", "r-7k2mq ord-1 c-1 ada example ada@example.com")
    opened.close()


@pytest.mark.parametrize("change", ["UPDATE audit SET who = 'Ben'", "DELETE FROM audit"])
def test_the_database_itself_refuses_to_change_the_audit_log(migrated: Database, change: str) -> None:
    audit = Audit(migrated)
    audit.did("Ann", "wrote", datetime(2026, 11, 24, tzinfo=UTC))
    with pytest.raises(DBAPIError, match="only grows"), migrated.transaction() as session:
        session.execute(text(change))
    audit.did("Ann", "wrote", datetime(2026, 11, 24, tzinfo=UTC))
    assert (audit.check().count, audit.check().broken_at) == (2, None)


def test_a_migration_can_be_taken_back(migrated: Database) -> None:
    command.downgrade(alembic_config(migrated), "base")
    assert shape(migrated.engine) == {}
    migrate(migrated)
    assert CaseRow.__tablename__ in shape(migrated.engine)
