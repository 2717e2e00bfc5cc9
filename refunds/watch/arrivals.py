"""Money that billing has sent: whether it is late at the customer's bank, and when its case is over.

No bank tells us that money arrived. So the day of arrival stays open after it has passed: it is kept when the case is
closed and nobody missed the money, and it slipped when the customer says that it is not there (actions, status).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.expected import window_of
from refunds.cases.lifecycle import CaseState, Event, PayoutState
from refunds.cases.payout import Payout
from refunds.cases.promises import Promise, PromiseKind, PromiseOutcome, end_promise, promises_of
from refunds.cases.tasks import finish_tasks_of, list_tasks, open_task
from refunds.cases.watching import paid_long_ago, with_money_due
from refunds.days import BankCalendars, local_day
from refunds.notify.notices import Notices, Occasion
from refunds.policy.book import PolicyBook

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

OVERDUE = "overdue:"  # with the payout's id, the key of the notice
TRACE = "trace"
# A failure may show up to 30 days after a refund was asked for (refund facts, S9).
CLOSED_AFTER = timedelta(days=30)


class LateArrivals:
    """On the first day to worry the customer gets a text for their bank, and a trace is opened unasked."""

    def __init__(self, policy: PolicyBook, calendars: BankCalendars, notices: Notices) -> None:
        self._policy = policy
        self._calendars = calendars
        self._notices = notices

    def find(self, session: Session, now: datetime) -> Iterable[str]:
        """Cases whose day of arrival is over, and who were not told so."""
        return with_money_due(session, now.date() + timedelta(days=1), OVERDUE)

    def see_to(self, session: Session, case: Case, now: datetime) -> None:
        """Tell once, and open one trace."""
        payout, given = case.payouts[-1], _arrival_of(session, case)
        if payout.state is not PayoutState.SUCCEEDED or given.ended_at is not None:
            return
        zone = ZoneInfo(given.zone)
        window = window_of(case, payout, self._policy, self._calendars, zone)
        day = max(window.worry_from, given.day + timedelta(days=1))  # never the day that was promised
        if local_day(now, zone) >= day:
            self._tell(session, case, payout, day, now)

    def _tell(self, session: Session, case: Case, payout: Payout, day: date, now: datetime) -> None:
        key = f"{OVERDUE}{payout.payout_id}"
        self._notices.tell(session, case, Occasion.OVERDUE, key=key, now=now, payout=payout, day=day.isoformat())
        open_task(
            session,
            TRACE,
            f"{TRACE}:{payout.payout_id}",
            now,
            case_id=case.case_id,
            payout_id=payout.payout_id,
            trace_type=payout.trace_type,
            trace_value=payout.trace_value,
        )


class SettledCases:
    """A paid case is closed when nothing can be heard of it any more."""

    def find(self, session: Session, now: datetime) -> Iterable[str]:
        """Cases that have been paid for long enough."""
        return paid_long_ago(session, now - CLOSED_AFTER)

    def see_to(self, session: Session, case: Case, now: datetime) -> None:
        """Close it; a trace that only we asked for ends with it, and the money counts as arrived."""
        given = _arrival_of(session, case)
        is_over = local_day(now, ZoneInfo(given.zone)) > given.day + CLOSED_AFTER
        if case.state is not CaseState.PAID or not is_over or _is_missed(session, case, given):
            return
        why = f"paid, and nothing was heard for {CLOSED_AFTER.days} days after the last day of arrival"
        store.change(session, case, Event.CLOSED, who="policy", why=why, now=now)
        end_promise(session, case.case_id, PromiseKind.ARRIVE_BY, PromiseOutcome.KEPT, now)
        finish_tasks_of(session, case.case_id, frozenset({TRACE}), who="policy", now=now)


def _arrival_of(session: Session, case: Case) -> Promise:
    """The day of arrival that counts, open or slipped: planning a payout gives one, billing's yes may replace it."""
    arrivals = [each for each in promises_of(session, case.case_id) if each.kind is PromiseKind.ARRIVE_BY]
    counting = [each for each in arrivals if each.outcome in (None, PromiseOutcome.SLIPPED)]
    return max(counting, key=lambda each: each.given_at)


def _is_missed(session: Session, case: Case, given: Promise) -> bool:
    """Whether the customer said that the money is not there, and nobody has found it yet."""
    traces = [task for task in list_tasks(session) if task.kind == TRACE and task.case_id == case.case_id]
    return given.outcome is PromiseOutcome.SLIPPED and bool(traces)
