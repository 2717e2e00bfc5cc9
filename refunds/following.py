"""What a customer asks for while following a refund: a trace of missing money, another way for money that came back."""

from __future__ import annotations

from datetime import datetime

from refunds.cases.case import Case
from refunds.cases.payout import Payout
from refunds.cases.payout_failures import OTHER_ROUTES
from refunds.cases.promises import PromiseKind, PromiseOutcome, end_promise
from refunds.cases.tasks import open_task
from refunds.database import Database
from refunds.errors import TransitionRefused


def report_missing(database: Database, payout: Payout, now: datetime) -> None:
    """Have a person trace a payout that its customer still misses; told again, or traced already, it is one task.

    The day of arrival that the customer was given did not hold, so that the case stays open until it is traced.
    """
    with database.transaction() as session:
        end_promise(session, payout.case_id, PromiseKind.ARRIVE_BY, PromiseOutcome.SLIPPED, now)
        open_task(
            session,
            "trace",
            f"trace:{payout.payout_id}",
            now,
            case_id=payout.case_id,
            payout_id=payout.payout_id,
            trace_type=payout.trace_type,
            trace_value=payout.trace_value,
        )


def add_to_case(database: Database, case: Case, words: str, message_id: str, now: datetime) -> None:
    """Have whoever checks ``case`` see what its customer corrects or adds; the same message is one task."""
    with database.transaction() as session:
        open_task(session, "correction", f"correction:{message_id}", now, case_id=case.case_id, said=words)


def wish_route(database: Database, case: Case, route: str, now: datetime) -> None:
    """Note the way by which a customer wants money that cannot go back as it came; a person agrees it, once each.

    Raises ``TransitionRefused`` for a way that cannot be agreed.
    """
    if route not in OTHER_ROUTES:
        raise TransitionRefused(f"{route} is no route to pay along; choose one of {', '.join(OTHER_ROUTES)}")
    payout = case.payouts[-1] if case.payouts else None
    about = payout.payout_id if payout else case.case_id
    details = {"payout_id": payout and payout.payout_id, "reason": payout and payout.reason, "route": route}
    with database.transaction() as session:
        open_task(
            session,
            "agree_route",
            f"agree_route:{about}:wish:{route}",
            now,
            case_id=case.case_id,
            wished=True,
            **details,
        )
