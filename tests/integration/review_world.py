"""Filed cases of a real sandbox and a Review over them, for tests of what a person decides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import func, select

from refunds.backoffice.client import BackOffice
from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.lifecycle import Event
from refunds.cases.notices import Notice, notices_of
from refunds.cases.promises import Promise, promises_of
from refunds.cases.tasks import Task, list_tasks
from refunds.database import Base, Database
from refunds.filing import Filing
from refunds.notify import Notices
from refunds.payouts import Payouts
from refunds.policy.book import PolicyBook
from refunds.policy.request import Claim, NamedTime, RefundRequest
from refunds.review import Review
from refunds.tables import ConversationRow, LineRow, OutboxRow
from tests.integration.filing_world import NOW, POLICY, WORDS, Weekdays
from tests.world import customer, incident, order, sandbox_thread, world, write_world

ORDINARY, LARGE, CLOSED, PARTLY, UNPAID, UNCERTAIN, BOUGHT_TODAY = (f"ORD-1000{number}" for number in range(1, 8))
CONVERSATION = "c" * 32
LATER = NOW + timedelta(hours=1)
AGENT, OTHER = "Kim", "Robin"


def reviewed_world() -> dict[str, Any]:
    """One order for each thing that billing may say about a payment."""
    refund = {"refund_id": "RF-OUTSIDE", "kind": "refund", "status": "succeeded", "created_at": "-2d"}
    trace = {"type": "arn", "value": "74537604221431003881234"}
    amount = {"value": "100.00", "currency": "EUR"}
    orders = [
        order(ORDINARY),
        order(LARGE, amount={"value": "1500.00", "currency": "EUR"}),
        order(CLOSED, payment={"method": "paypal", "captured_at": "-200d"}, purchased_at="-200d", term_start="-200d"),
        order(PARTLY, payment={"status": "partially_refunded", "refunded": amount}),
        order(UNPAID, payment={"status": "authorized", "captured_at": None}),
        order(UNCERTAIN, service="CDN"),
        order(BOUGHT_TODAY, customer_id="C-2", service="CDN", purchased_at="-2d", term_start="-2d"),
    ]
    return world(
        customers=[customer(), customer("C-2", kind="consumer")],
        orders=orders,
        incidents=[incident()],
        refunds=[{**refund, "payment_id": "PAY-10004", "amount": amount, "trace": trace, "made_in": "billing"}],
    )


@dataclass(frozen=True)
class ReviewDesk:
    """A desk over one database and one sandbox whose clock stands at ``NOW``."""

    database: Database
    url: str
    backoffice: BackOffice
    policy: PolicyBook = POLICY
    payouts: Payouts = field(init=False)
    review: Review = field(init=False)
    filing: Filing = field(init=False)

    def __post_init__(self) -> None:
        notices = Notices(WORDS, self.policy, Weekdays())
        payouts = Payouts(self.database, self.backoffice, self.policy, Weekdays(), notices)
        parts = (self.database, self.backoffice, self.policy, Weekdays(), payouts, notices)
        object.__setattr__(self, "payouts", payouts)
        object.__setattr__(self, "review", Review(*parts))
        object.__setattr__(self, "filing", Filing(*parts))

    def filed(self, order_id: str = ORDINARY, *claims: Claim, appeal: bool = False, message: str = "m") -> Case:
        """A case as its customer confirmed it: something failed three days ago, unless other ``claims`` are named."""
        failed_at = NOW - timedelta(days=3)
        request = RefundRequest(
            order_id=order_id,
            words="it was down",
            claims=frozenset(claims or {Claim.FAILURE}),
            time=NamedTime(failed_at, failed_at + timedelta(hours=1)),
        )
        owner = self.backoffice.order(order_id).customer_id
        self._talk(owner)
        shown = self.filing.assess(request, customer_id=owner, conversation_id=CONVERSATION, now=NOW)
        return self.filing.file(
            request,
            customer_id=owner,
            conversation_id=CONVERSATION,
            channel="rest",
            message_id=f"{message} {order_id}",
            confirmed_digest=shown.digest,
            now=NOW,
            appeal=appeal,
        )

    def case(self, case: Case) -> Case:
        """The case as it is stored now."""
        with self.database.reading() as session:
            return store.get(session, case.case_id)

    def promises(self, case: Case) -> dict[str, list[Promise]]:
        """The case's promises by kind, each kind's oldest first."""
        with self.database.reading() as session:
            given = promises_of(session, case.case_id)
        return {kind: [each for each in given if each.kind == kind] for kind in {each.kind.value for each in given}}

    def open_days(self, case: Case) -> dict[str, str]:
        """The days that still hold, by kind."""
        kinds = self.promises(case).items()
        return {kind: each.day.isoformat() for kind, given in kinds for each in given if each.ended_at is None}

    def notices(self, case: Case) -> list[Notice]:
        """What the customer was told."""
        with self.database.reading() as session:
            return notices_of(session, case.case_id)

    def tasks(self) -> list[Task]:
        """What a person must do."""
        with self.database.reading() as session:
            return list_tasks(session)

    def lines(self) -> list[str]:
        """What stands in the chat."""
        with self.database.reading() as session:
            return list(session.scalars(select(LineRow.text).order_by(LineRow.number)))

    def outbox(self, kind: str) -> list[dict[str, Any]]:
        """What the worker is to do, of that kind."""
        with self.database.reading() as session:
            return list(session.scalars(select(OutboxRow.payload).where(OutboxRow.kind == kind)))

    def everything(self, case: Case) -> tuple[Case, dict[str, int]]:
        """The case and how many rows each table holds: the same again where nothing was written."""
        with self.database.reading() as session:
            rows = {
                table.name: session.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
            }
            return store.get(session, case.case_id), rows

    def end(self, case: Case) -> None:
        """Close an approved case, as if its payout had been given up by mistake."""
        with self.database.transaction() as session:
            store.change(session, store.get(session, case.case_id), Event.CLOSED, who=OTHER, why="closed", now=LATER)

    def dispute(self, order_id: str) -> None:
        """The customer's bank opens a dispute."""
        self._change(f"/sandbox/payments/{order_id.replace('ORD', 'PAY')}", {"disputed": True})

    def refund_by_hand(self, order_id: str, value: str) -> None:
        """Somebody sends money back in billing itself."""
        amount = {"value": value, "currency": "EUR"}
        self._change("/sandbox/refunds", {"payment_id": order_id.replace("ORD", "PAY"), "amount": amount})

    def reset_sandbox(self) -> None:
        """Forget refunds and disputes."""
        self._change("/sandbox/reset", {})

    def _change(self, path: str, body: dict[str, Any]) -> None:
        requests.post(f"{self.url}{path}", json=body, timeout=5).raise_for_status()

    def _talk(self, customer_id: str) -> None:
        with self.database.transaction() as session:
            row = session.get(ConversationRow, CONVERSATION)
            if row is None:
                row = ConversationRow(conversation_id=CONVERSATION, channel="rest", address="ada")
                row.created_at = row.updated_at = NOW
                session.add(row)
            row.customer_id = customer_id


@contextmanager
def sandbox_of_reviews(folder: Path) -> Iterator[str]:
    """A sandbox with that world, whose clock stands still; gives its address."""
    file = write_world(folder / "world.json", reviewed_world())
    with sandbox_thread(file, folder / "ledger.sqlite", clock=lambda: NOW) as url:
        yield url


@contextmanager
def opened_desk(database: Database, url: str, policy: PolicyBook = POLICY) -> Iterator[ReviewDesk]:
    """A desk over a sandbox in which nothing was refunded yet."""
    backoffice = BackOffice(url)
    desk = ReviewDesk(database, url, backoffice, policy)
    desk.reset_sandbox()
    yield desk
    backoffice.close()
