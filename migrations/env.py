"""Alembic's environment: runs the migrations on the database that the caller or the settings name."""

from typing import Any, Literal

from alembic import context

import refunds.tables  # noqa: F401 - rows must be known to be compared
from refunds.database import Base, Database, UtcTime
from refunds.settings import read_settings


def _run(database: Database) -> None:
    with database.engine.begin() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=database.is_sqlite,
            compare_type=True,
            render_item=_render,
        )
        with context.begin_transaction():
            context.run_migrations()


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations outlive our own types: they name the column's plain type."""
    return f"sa.{item.impl!r}" if kind == "type" and isinstance(item, UtcTime) else False


given = context.config.attributes.get("database")
_run(given if given is not None else Database(read_settings().database_url))
