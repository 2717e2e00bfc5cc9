"""Days that customers were given: whoever cannot have theirs hears it before it is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.lifecycle import UNDECIDED, UNDER_WAY
from refunds.cases.promises import (
    Promise,
    PromiseKind,
    PromiseOutcome,
    end_promise,
    open_promises_by,
    promise,
    promises_of,
)
from refunds.cases.tasks import open_task
from refunds.cases.watching import move_due_day, with_payout_under_way
from refunds.days import BankCalendars, local_day
from refunds.notify.notices import Notices, Occasion
from refunds.policy.book import PolicyBook
from refunds.review import Targets

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SLIPS_FROM = 15  # o'clock where the customer lives, on the day itself
NEW_DAYS = 2  # of a kind for a case; after that only a person can say more
LEGAL_WARNING = timedelta(days=3)
_TARGETS = frozenset({PromiseKind.VERIFY_BY, PromiseKind.PAY_BY})
_TASKS = {
    PromiseKind.VERIFY_BY: "overdue_verification",
    PromiseKind.PAY_BY: "overdue_payout",
    PromiseKind.ANSWER_BY: "overdue_answer",
}
_SLIPPING = frozenset({*_TASKS, PromiseKind.ARRIVE_BY})


class SlippingDays:
    """A day that will not be kept ends; the customer hears it, with a new day where one can be given."""

    def __init__(self, policy: PolicyBook, calendars: BankCalendars, notices: Notices) -> None:
        self._targets = Targets(policy, calendars)
        self._notices = notices

    def find(self, session: Session, now: datetime) -> Iterable[str]:
        """Cases with such a day."""
        slipping = [each for each in _open_promises(session, now) if _slips(each, now)]
        under_way = with_payout_under_way(session)
        return [each.case_id for each in slipping if _is_ours(each, each.case_id in under_way)]

    def see_to(self, session: Session, case: Case, now: datetime) -> None:
        """End each day that slips, give another where that is honest, tell the customer and wake a person."""
        under_way = any(payout.state in UNDER_WAY for payout in case.payouts)
        for slipping in promises_of(session, case.case_id):
            if slipping.ended_at is None and _slips(slipping, now) and _is_ours(slipping, under_way):
                self._slip(session, store.get(session, case.case_id), slipping, now)

    def _slip(self, session: Session, case: Case, slipping: Promise, now: datetime) -> None:
        kind, was = slipping.kind, slipping.day.isoformat()
        end_promise(session, case.case_id, kind, PromiseOutcome.SLIPPED, now)
        day = self._new_day(session, case, slipping, now)
        if day is not None:
            case = move_due_day(session, case, kind, day, now)
            basis = f"the target again from {_today(slipping, now)}, as {was} could not be kept"
            promise(session, case.case_id, kind, day, slipping.zone, basis, now)
        self._notices.tell(
            session,
            case,
            Occasion.SLIPPING,
            key=f"slipping:{slipping.promise_id}",
            now=now,
            kind=kind.value,
            was=was,
            day=day and day.isoformat(),
        )
        if kind in _TASKS:
            key = f"{_TASKS[kind]}:{slipping.promise_id}"
            open_task(session, _TASKS[kind], key, now, case_id=case.case_id, day=was)

    def _new_day(self, session: Session, case: Case, slipping: Promise, now: datetime) -> date | None:
        """The policy's target counted again from today; None where that would be a guess, or one guess too many."""
        kind = slipping.kind
        given = [each for each in promises_of(session, case.case_id) if each.kind is kind]
        if sum(each.outcome is PromiseOutcome.SLIPPED for each in given) > NEW_DAYS:
            return None
        if case.state in UNDECIDED and kind in _TARGETS:
            targets = self._targets.of_check(case, now)
            return targets.verification_due if kind is PromiseKind.VERIFY_BY else targets.payout_due
        if kind is PromiseKind.PAY_BY and case.payouts and case.payouts[-1].state in UNDER_WAY:
            return self._targets.of_payout(case, now)
        return None


class LegalDays:
    """The last day on which a law wants money sent: a person is woken three days before, and on the day."""

    def find(self, session: Session, now: datetime) -> Iterable[str]:
        """Cases with such a day near, or over."""
        return [each.case_id for each in _open_promises(session, now) if _is_near(each, now)]

    def see_to(self, session: Session, case: Case, now: datetime) -> None:
        """Open the task of the three days before, or of the day itself; each is opened once."""
        for near in promises_of(session, case.case_id):
            if near.ended_at is None and _is_near(near, now):
                when = "soon" if _today(near, now) < near.day else "now"
                key = f"statutory_due:{near.promise_id}:{when}"
                open_task(session, "statutory_due", key, now, case_id=case.case_id, day=near.day.isoformat())


def _open_promises(session: Session, now: datetime) -> list[Promise]:
    """Those whose day is near or over in any zone of the Earth."""
    return open_promises_by(session, (now + LEGAL_WARNING).date() + timedelta(days=1))


def _slips(given: Promise, now: datetime) -> bool:
    local = now.astimezone(ZoneInfo(given.zone))
    if given.kind not in _SLIPPING:
        return False
    return local.date() > given.day or (local.date() == given.day and local.hour >= SLIPS_FROM)


def _is_ours(given: Promise, payout_under_way: bool) -> bool:
    """Whether we have to keep it: once the money was sent, its arrival is the bank's, and late is another matter."""
    return given.kind is not PromiseKind.ARRIVE_BY or payout_under_way


def _is_near(given: Promise, now: datetime) -> bool:
    return given.kind is PromiseKind.STATUTORY_BY and _today(given, now) >= given.day - LEGAL_WARNING


def _today(given: Promise, now: datetime) -> date:
    return local_day(now, ZoneInfo(given.zone))
