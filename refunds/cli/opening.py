"""What a command opens. Rooms are imported where they are needed, so that ``refunds arrival`` stays quick."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from refunds.errors import DatabaseUnavailable
from refunds.settings import Settings

if TYPE_CHECKING:
    from refunds.backoffice.client import BackOffice
    from refunds.database import Database
    from refunds.filing import Filing
    from refunds.policy.book import PolicyBook


@contextmanager
def opened_database(settings: Settings) -> Iterator[Database]:
    """The installation's database; raises ``DatabaseUnavailable`` where it does not answer or was not migrated."""
    from sqlalchemy.exc import DBAPIError

    from refunds.database import Database

    database = Database(settings.database_url)
    try:
        yield database
    except (DatabaseUnavailable, DBAPIError) as error:
        raise DatabaseUnavailable("the database does not answer, or `refunds migrate` was not run") from error
    finally:
        database.close()


def opened_policy(settings: Settings) -> PolicyBook:
    """The policy of the installation's folder."""
    from refunds.policy_files import load_policy

    return load_policy(settings.policy_folder)


@contextmanager
def opened_backoffice(settings: Settings) -> Iterator[BackOffice]:
    """The client of the back office; what it logs goes to stderr, for stdout is the command's answer."""
    import structlog

    from refunds.backoffice.client import BackOffice

    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    backoffice = BackOffice(settings.backoffice_url, settings.backoffice_token)
    try:
        yield backoffice
    finally:
        backoffice.close()


@contextmanager
def opened_filing(settings: Settings) -> Iterator[Filing]:
    """Filing with all that it needs."""
    from refunds.bank_days import HolidayCalendars
    from refunds.filing import Filing

    with opened_database(settings) as database, opened_backoffice(settings) as backoffice:
        yield Filing(database, backoffice, opened_policy(settings), HolidayCalendars())
