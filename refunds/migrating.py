"""Bringing a database to the shape that this version of the code needs."""

from __future__ import annotations

from alembic import command
from alembic.config import Config

from refunds.database import Database
from refunds.settings import ROOT


def migrate(database: Database) -> None:
    """Run the migrations that ``database`` has not had yet, all or none of them; none is no error."""
    command.upgrade(alembic_config(database), "head")


def alembic_config(database: Database) -> Config:
    """Alembic's configuration for ``database``, the same from any folder."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["database"] = database
    return config
