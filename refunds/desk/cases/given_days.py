"""Days that agents give customers by word of mouth: noted with the case, and kept, or told before they slip."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from refunds.cases import store
from refunds.cases.expected import zone_of
from refunds.cases.promises import PromiseKind, PromiseOutcome, end_promise, promise, promises_of
from refunds.database import Database
from refunds.days import local_day
from refunds.desk.accounts import Agent
from refunds.desk.audit import Audit
from refunds.policy.book import PolicyBook
from refunds.review import ReviewRefused

FARTHEST = timedelta(days=365)
LONGEST_MATTER = 200


class GivenDays:
    """Notes such a day, and that it was kept. One is open for a case; another one takes its place."""

    def __init__(self, database: Database, audit: Audit, policy: PolicyBook) -> None:
        self._database = database
        self._audit = audit
        self._policy = policy

    def give(self, agent: Agent, case_id: str, day: date, matter: str, now: datetime) -> None:
        """Note that ``agent`` told the customer to do ``matter`` by ``day``, a day where the customer lives.

        Raises ``NotFound``, and ``ReviewRefused`` for a day that is over or far off and without a matter.
        """
        matter = " ".join(matter.split())
        if not matter or len(matter) > LONGEST_MATTER:
            raise ReviewRefused(f"say in at most {LONGEST_MATTER} characters what is done by that day")
        with self._database.transaction() as session:
            case = store.get(session, case_id)
            zone = zone_of(case, self._policy)
            today = local_day(now, zone)
            if not today <= day <= today + FARTHEST:
                raise ReviewRefused("the day is over for the customer, or more than a year away")
            promise(session, case_id, PromiseKind.ANSWER_BY, day, zone.key, f"{agent.name}: {matter}", now)
            about = {"case_id": case_id, "customer_id": case.customer_id}
            self._audit.note(session, agent, "give_day", now, **about, day=day, matter=matter)

    def keep(self, agent: Agent, case_id: str, now: datetime) -> None:
        """Note that what was to be done by the open day was done; raises ``NotFound`` and ``ReviewRefused``."""
        with self._database.transaction() as session:
            case = store.get(session, case_id)
            given = [each for each in promises_of(session, case_id) if each.kind is PromiseKind.ANSWER_BY]
            if all(each.ended_at for each in given):
                raise ReviewRefused("no such day is open: it was kept, or it slipped and the customer was told")
            end_promise(session, case_id, PromiseKind.ANSWER_BY, PromiseOutcome.KEPT, now)
            about = {"case_id": case_id, "customer_id": case.customer_id}
            self._audit.note(session, agent, "keep_day", now, **about)
