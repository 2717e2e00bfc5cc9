"""Tasks whose matter was settled some other way: nobody has to do them any more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.lifecycle import UNDECIDED, CaseState, PayoutState
from refunds.cases.tasks import Task, finish_task, list_tasks
from refunds.cases.watching import WITH_BILLING

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_WAITS_FOR_US = UNDECIDED - {CaseState.INFO_REQUESTED}


class AnsweredTasks:
    """Finishes what the watch asked of a person and time has answered."""

    def find(self, session: Session, now: datetime) -> Iterable[str]:
        """Cases with such a task."""
        for task in _asked(session):
            if task.case_id and not _STILL_TRUE[task.kind](store.get(session, task.case_id)):
                yield task.case_id

    def see_to(self, session: Session, case: Case, now: datetime) -> None:
        """Finish the tasks of ``case`` that do not hold any more."""
        for task in _asked(session):
            if task.case_id == case.case_id and not _STILL_TRUE[task.kind](case):
                finish_task(session, task.task_id, who="watch", now=now)


def _asked(session: Session) -> list[Task]:
    return [task for task in list_tasks(session) if task.kind in _STILL_TRUE]


def _is_unchecked(case: Case) -> bool:
    return case.state in _WAITS_FOR_US


def _is_unsent(case: Case) -> bool:
    sent = any(payout.state in WITH_BILLING for payout in case.payouts)
    return case.state in UNDECIDED | {CaseState.APPROVED} and not sent


def _is_quiet(case: Case) -> bool:
    return any(payout.state in WITH_BILLING for payout in case.payouts)


def _is_requested(case: Case) -> bool:
    return any(payout.state is PayoutState.REQUESTED for payout in case.payouts)


_STILL_TRUE: Mapping[str, Callable[[Case], bool]] = {
    "overdue_verification": _is_unchecked,
    "overdue_payout": _is_unsent,
    "statutory_due": _is_unsent,
    "payout_without_news": _is_quiet,
    "payout_not_sent": _is_requested,
}
