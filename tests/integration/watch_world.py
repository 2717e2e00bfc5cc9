"""A filed case with promises, payouts and a watch over a database of its own, in a time that tests set."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, cast

from sqlalchemy import select

from refunds.backoffice.client import BackOffice
from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.payout import Payout
from refunds.cases.promises import Promise, PromiseKind, promises_of
from refunds.cases.tasks import Task, list_tasks
from refunds.database import Database
from refunds.money import Money
from refunds.notify import Notices
from refunds.payouts import Payouts
from refunds.policy.records import Customer, RefundMade
from refunds.review import Review, Targets
from refunds.settings import ROOT
from refunds.tables import NoticeRow, OutboxRow
from refunds.watch import Watch
from refunds.words import Words
from tests.integration.filing_world import CONFIRMED, NOW, POLICY, REQUEST, RecordsOffice, Weekdays, filing, records

WORDS = Words.load(ROOT / "data" / "responses")
ORDER = "ORD-10001"


def at(day: str, clock: str = "12:00") -> datetime:
    """A moment of 2026 by day (``11-26``) and clock, in UTC; in Berlin it is an hour later until spring."""
    return datetime.fromisoformat(f"2026-{day}T{clock}").replace(tzinfo=UTC)


@dataclass
class Billing(RecordsOffice):
    """A back office that takes a refund on, and tells of it what the test sets."""

    def create_refund(
        self, payment_id: str, amount: Money, reason: str, key: str, *, reference: str, route: str | None
    ) -> RefundMade:
        refund = RefundMade("RF-1", payment_id, amount, "refund", "pending", NOW, reference=reference)
        self.held[ORDER] = replace(self.held[ORDER], refunds=(refund,))
        return refund

    def tell(self, **changed: Any) -> None:
        """Let the refund stand otherwise from now on."""
        (refund,) = self.held[ORDER].refunds
        self.held[ORDER] = replace(self.held[ORDER], refunds=(replace(refund, **changed),))

    def customer(self, customer_id: str) -> Customer:
        """Who bought."""
        customer = self.held[ORDER].customer
        assert customer.customer_id == customer_id
        return customer

    def dispute(self) -> None:
        """Let the customer's bank open a dispute."""
        held = self.held[ORDER]
        payment = replace(held.order.payment, disputed=True)
        self.held[ORDER] = replace(held, order=replace(held.order, payment=payment))


@dataclass
class WatchHouse:
    """All that watches over a case."""

    database: Database
    billing: Billing = field(default_factory=lambda: Billing({ORDER: records()}))
    case_id: str = ""

    def __post_init__(self) -> None:
        office = cast("BackOffice", self.billing)
        self.notices = Notices(WORDS, POLICY, Weekdays())
        self.payouts = Payouts(self.database, office, POLICY, Weekdays(), self.notices)
        self.review = Review(self.database, office, POLICY, Weekdays(), self.payouts, self.notices)
        self.watch = Watch(self.database, POLICY, Weekdays(), self.notices)

    def file(self) -> str:
        """The number of a case, filed on Tuesday, 24 November, at 10:30 in Berlin."""
        shown = filing(self.database, self.billing).assess(
            REQUEST, customer_id="C-1", conversation_id="conversation", now=NOW
        )
        case = filing(self.database, self.billing).file(REQUEST, **CONFIRMED, confirmed_digest=shown.digest, now=NOW)
        with self.database.transaction() as session:
            Targets(POLICY, Weekdays()).promise_check(session, case, NOW)
        self.case_id = case.case_id
        return self.case_id

    def approved(self, now: datetime = NOW) -> Payout:
        """The payout of the case, requested."""
        return self.review.approve(self.case_id, who="Kim", now=now).payouts[-1]

    def submitted(self, now: datetime = NOW) -> Payout:
        """The payout, taken on by billing."""
        payout = self.approved(now)
        self.payouts.send(payout.payout_id, now)
        return self.payout

    def paid(self, now: datetime = NOW, **told: Any) -> Payout:
        """The payout, sent by billing on the day it was approved, and learned at ``now``."""
        payout = self.submitted()
        self.billing.tell(status="succeeded", **{"trace_type": "arn", "trace_value": "7453", **told})
        self.payouts.follow(payout.payout_id, now)
        return self.payout

    @property
    def case(self) -> Case:
        with self.database.reading() as session:
            return store.get(session, self.case_id)

    @property
    def state(self) -> str:
        return self.case.state.value

    @property
    def payout(self) -> Payout:
        return self.case.payouts[-1]

    def promises(self, kind: PromiseKind) -> list[Promise]:
        with self.database.reading() as session:
            return [each for each in promises_of(session, self.case_id) if each.kind is kind]

    def ended(self, kind: PromiseKind) -> list[tuple[date, str | None]]:
        """Each day of that kind that was given, with how it ended."""
        return [(each.day, each.outcome and each.outcome.value) for each in self.promises(kind)]

    def told(self, occasion: str) -> list[str]:
        """The words of each notice on that occasion, the oldest first."""
        with self.database.reading() as session:
            rows = session.scalars(
                select(NoticeRow).where(NoticeRow.occasion == occasion).order_by(NoticeRow.told_at)
            ).all()
            return ["\n".join(row.values["paragraphs"]) for row in rows]

    def tasks(self, kind: str, *, done: bool = False) -> list[Task]:
        with self.database.reading() as session:
            return [task for task in list_tasks(session, done=done) if task.kind == kind]

    def outbox(self, kind: str) -> list[OutboxRow]:
        with self.database.reading() as session:
            rows = list(session.scalars(select(OutboxRow).where(OutboxRow.kind == kind).order_by(OutboxRow.due_at)))
            session.expunge_all()
            return rows
