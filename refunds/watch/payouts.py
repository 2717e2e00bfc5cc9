"""Payouts of which nothing is heard: billing is asked, and after the last day a person is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from refunds import outbox
from refunds.cases.case import Case
from refunds.cases.expected import window_of, zone_of
from refunds.cases.lifecycle import PayoutState
from refunds.cases.payout import Payout
from refunds.cases.receipt import read_receipt
from refunds.cases.tasks import open_task
from refunds.cases.timetable import payment_country, payout_day
from refunds.cases.watching import WITH_BILLING, with_quiet_payout, with_unsent_payout
from refunds.days import BankCalendars, local_day
from refunds.payouts.planning import FOLLOW, SEND
from refunds.policy.book import PolicyBook

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# Asking is cheap, and webhooks and looks of our own come long before.
QUIET = timedelta(days=2)
# Between a request and its row nothing can lie but a mistake of ours; a crash cannot part them.
UNSENT = timedelta(minutes=15)


class QuietPayouts:
    """What billing has and tells nothing about: asked once a day, and given to a person after the last day."""

    def __init__(self, policy: PolicyBook, calendars: BankCalendars) -> None:
        self._policy = policy
        self._calendars = calendars

    def find(self, session: Session, now: datetime) -> Iterable[str]:
        """Cases with a payout that has been quiet for two days."""
        return with_quiet_payout(session, now - QUIET, _asked_on(now))

    def see_to(self, session: Session, case: Case, now: datetime) -> None:
        """Have the worker ask billing today; open a task after the last day of arrival and the target for a payout."""
        payout = case.payouts[-1]
        if payout.state not in WITH_BILLING or payout.updated_at > now - QUIET:
            return
        payload = {"payout_id": payout.payout_id}
        outbox.write(session, FOLLOW, f"{_asked_on(now)}{payout.payout_id}", payload, now)
        if self._is_without_end(case, payout, now):
            key = f"payout_without_news:{payout.payout_id}"
            details = {"payout_id": payout.payout_id, "refund_id": payout.refund_id, "state": payout.state.value}
            open_task(session, "payout_without_news", key, now, case_id=case.case_id, **details)

    def _is_without_end(self, case: Case, payout: Payout, now: datetime) -> bool:
        zone = zone_of(case, self._policy)
        latest = window_of(case, payout, self._policy, self._calendars, zone).latest
        country = payment_country(read_receipt(case.receipt).records)
        last = payout_day(datetime.combine(latest, time(12), zone), zone, country, self._policy, self._calendars)
        return local_day(now, zone) > last


class UnsentPayouts:
    """A requested payout that nothing will send cannot be, by the transaction that requests it; this is the net."""

    def find(self, session: Session, now: datetime) -> Iterable[str]:
        """Cases with such a payout."""
        return with_unsent_payout(session, now - UNSENT, SEND)

    def see_to(self, session: Session, case: Case, now: datetime) -> None:
        """Open a task for a person, once a payout."""
        if case.case_id not in self.find(session, now):
            return
        payout = next(payout for payout in case.payouts if payout.state is PayoutState.REQUESTED)
        key = f"payout_not_sent:{payout.payout_id}"
        open_task(session, "payout_not_sent", key, now, case_id=case.case_id, payout_id=payout.payout_id)


def _asked_on(now: datetime) -> str:
    """With the payout's id, the key of the row that asks about it on this day."""
    return f"{FOLLOW}:{now.date()}:"
