"""What a command opens. Rooms are imported where they are needed, so that ``refunds arrival`` stays quick."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from refunds.errors import DatabaseUnavailable
from refunds.settings import Settings

if TYPE_CHECKING:
    from refunds.backoffice.client import BackOffice
    from refunds.database import Database
    from refunds.filing import Filing
    from refunds.payouts import Payouts
    from refunds.policy.book import PolicyBook
    from refunds.review import Review
    from refunds.words import Words


@dataclass(frozen=True)
class ReviewRoom:
    """What a command about a case works with."""

    database: Database
    policy: PolicyBook
    words: Words
    payouts: Payouts
    review: Review
    filing: Filing


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
    """The policy in force; before the first start that of the installation's folder. Raises ``DatabaseUnavailable``."""
    from refunds.database import is_there
    from refunds.policy_activation import policy_in_force
    from refunds.policy_files import load_policy

    shipped = load_policy(settings.policy_folder)
    if not is_there(settings.database_url):
        return shipped
    with opened_database(settings) as database:
        return policy_in_force(database, shipped)


@contextmanager
def opened_backoffice(settings: Settings) -> Iterator[BackOffice]:
    """The client of the back office; what it logs goes to stderr, for stdout is the command's answer."""
    import structlog

    from refunds.backoffice.client import BackOffice

    # Looked up at each line: in tests a command's stderr is closed before its process ends.
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    backoffice = BackOffice(settings.backoffice_url, settings.backoffice_token)
    try:
        yield backoffice
    finally:
        backoffice.close()


@contextmanager
def opened_review(settings: Settings) -> Iterator[ReviewRoom]:
    """Review and filing with all that they need."""
    from refunds.bank_days import HolidayCalendars
    from refunds.filing import Filing
    from refunds.notify.notices import Notices
    from refunds.payouts import Payouts
    from refunds.review import Review
    from refunds.words import Words

    policy, words, calendars = opened_policy(settings), Words.load(settings.words_folder), HolidayCalendars()
    with opened_database(settings) as database, opened_backoffice(settings) as backoffice:
        notices = Notices(words, policy, calendars)
        payouts = Payouts(database, backoffice, policy, calendars, notices)
        parts = (database, backoffice, policy, calendars, payouts, notices)
        yield ReviewRoom(database, policy, words, payouts, Review(*parts), Filing(*parts))
