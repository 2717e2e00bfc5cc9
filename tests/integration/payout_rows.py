"""A stored case with its payment and payouts, for tests of the stores below the use cases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.lifecycle import CaseState, PayoutState
from refunds.cases.payout import Payout, payout_key
from refunds.cases.payout_store import add_payout
from refunds.cases.reservations import record_payment
from refunds.database import Database
from refunds.errors import RefundsError
from refunds.money import Money
from refunds.policy.decision import Outcome
from refunds.tables import PolicyVersionRow

Result = TypeVar("Result")

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
PAYMENT = "PAY-48213"
CAPTURED = Money.of("240.00", "EUR")
NOTHING = Money.zero("EUR")
CASE = Case(
    case_id="R-7K2MQ",
    order_id="ORD-48213",
    customer_id="C-1",
    payment_id=PAYMENT,
    payment_method="card",
    state=CaseState.SUBMITTED,
    outcome=Outcome.ELIGIBLE,
    clauses=("P1.a",),
    amount=CAPTURED,
    currency="EUR",
    words="it was down",
    evidence=(),
    policy_version="v1",
    receipt={},
    receipt_hash="h",
    channel="rest",
    conversation_id=None,
    filing_key="R-7K2MQ",
    verification_due=date(2026, 11, 26),
    payout_due=date(2026, 12, 1),
    filed_at=NOW,
    updated_at=NOW,
)


def minutes(number: float) -> datetime:
    """So long after ``NOW``."""
    return NOW + timedelta(minutes=number)


def euros(value: str) -> Money:
    """Money in the payment's currency."""
    return Money.of(value, "EUR")


def stored_case(database: Database, case_id: str = CASE.case_id) -> Case:
    """A submitted case; each has an order of its own."""
    with database.transaction() as session:
        if session.get(PolicyVersionRow, CASE.policy_version) is None:
            session.add(PolicyVersionRow(version=CASE.policy_version, content={}, first_used_at=NOW))
            session.flush()
        case = replace(CASE, case_id=case_id, order_id=f"ORD-{case_id}", filing_key=case_id)
        return store.add(session, case, who="customer", why="confirmed", decision={})


def recorded(database: Database, captured: Money = CAPTURED, outside: Money = NOTHING) -> None:
    """The payment with what was captured and what went back by other hands."""
    with database.transaction() as session:
        record_payment(session, PAYMENT, captured, outside, NOW)


def requested(case_id: str = CASE.case_id, attempt: int = 1) -> Payout:
    """A payout that nobody sent yet, not stored."""
    return Payout(
        payout_id=f"{case_id}-{attempt}",
        case_id=case_id,
        attempt=attempt,
        payment_id=PAYMENT,
        route="card",
        original_route=True,
        amount=CAPTURED,
        state=PayoutState.REQUESTED,
        idempotency_key=payout_key(case_id, attempt),
        requested_at=NOW,
        updated_at=NOW,
    )


def stored_payout(database: Database) -> Payout:
    """The first payout of a stored case."""
    stored_case(database)
    recorded(database)
    with database.transaction() as session:
        return add_payout(session, requested(), who="agent Kim")


def all_at_once(number: int, act: Callable[[int], Result]) -> list[Result | RefundsError]:
    """What ``act`` gives or refuses in so many threads that start together."""
    start = threading.Barrier(number)

    def one(place: int) -> Result | RefundsError:
        start.wait(timeout=10)
        try:
            return act(place)
        except RefundsError as refused:
            return refused

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(one, range(number)))
