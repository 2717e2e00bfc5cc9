"""One look at everything that is watched, as often as the worker ticks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import structlog

from refunds.cases.case import Case
from refunds.cases.tasks import open_task
from refunds.cases.watching import held
from refunds.database import Database
from refunds.days import BankCalendars
from refunds.errors import DatabaseUnavailable
from refunds.notify.notices import Notices
from refunds.policy.book import PolicyBook
from refunds.watch.answered import AnsweredTasks
from refunds.watch.arrivals import LateArrivals, SettledCases
from refunds.watch.days import LegalDays, SlippingDays
from refunds.watch.payouts import QuietPayouts, UnsentPayouts

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_log = structlog.get_logger()


class Watched(Protocol):
    """One thing that is watched. Both methods may be called again and again, by several workers at once."""

    def find(self, session: Session, now: datetime) -> Iterable[str]:
        """The cases that need something at ``now``."""

    def see_to(self, session: Session, case: Case, now: datetime) -> None:
        """Do what ``case`` needs: nobody else can change it meanwhile, but what was found may be done already."""


class Watch:
    """Looks at all that is watched; what a case needs is done in a transaction of its own, once."""

    def __init__(self, database: Database, policy: PolicyBook, calendars: BankCalendars, notices: Notices) -> None:
        self._database = database
        self._watched: tuple[Watched, ...] = (
            SlippingDays(policy, calendars, notices),
            LegalDays(),
            LateArrivals(policy, calendars, notices),
            QuietPayouts(policy, calendars),
            UnsentPayouts(),
            SettledCases(),
            AnsweredTasks(),
        )

    def tick(self, now: datetime) -> None:
        """One look at everything; a case that cannot be seen to is a task for a person and stops no other.

        Raises ``DatabaseUnavailable``.
        """
        for watched in self._watched:
            with self._database.reading() as session:
                case_ids = sorted(set(watched.find(session, now)))
            for case_id in case_ids:
                self._see_to(watched, case_id, now)

    def _see_to(self, watched: Watched, case_id: str, now: datetime) -> None:
        try:
            with self._database.transaction() as session:
                watched.see_to(session, held(session, case_id), now)
        except DatabaseUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one case that is broken must not leave the others unwatched
            self._give_to_a_person(watched, case_id, error, now)

    def _give_to_a_person(self, watched: Watched, case_id: str, error: Exception, now: datetime) -> None:
        name = type(watched).__name__
        _log.error("watch_failed", watched=name, case_id=case_id, exc_info=error)
        with self._database.transaction() as session:
            key = f"watch_failed:{name}:{case_id}"
            open_task(session, "watch_failed", key, now, case_id=case_id, error=type(error).__name__, watched=name)
