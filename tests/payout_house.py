"""A case, a real sandbox and the payouts between them, with a clock that a test moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import select

from refunds import outbox
from refunds.backoffice.client import BackOffice
from refunds.bank_days import HolidayCalendars
from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.drafting import draft_case
from refunds.cases.lifecycle import Event
from refunds.cases.payout import Payout
from refunds.cases.policy_versions import keep_policy_version
from refunds.cases.promises import Promise, PromiseKind, promise, promises_of
from refunds.cases.tasks import Task, list_tasks
from refunds.cases.timetable import timetable
from refunds.chat.conversations import found_or_made
from refunds.database import Database
from refunds.errors import RefundsError
from refunds.notify.notices import Notices
from refunds.payouts import Payouts
from refunds.payouts.learning import Learning
from refunds.payouts.planning import Planning
from refunds.policy.decide import decide
from refunds.policy.request import Claim, NamedTime, RefundRequest
from refunds.policy.zones import customer_zone
from refunds.policy_files import load_policy
from refunds.settings import ROOT
from refunds.tables import LineRow, NoticeRow, OutboxRow, PaymentRow
from refunds.words import Words
from tests.world import incident, order, sandbox_thread, world, write_world

START = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ORDER, PAYMENT = "ORD-10001", "PAY-10001"
POLICY = load_policy(ROOT / "policy")
WORDS = Words.load(ROOT / "data" / "responses")
FINISHED = 64  # more rounds than any test's outbox needs


@dataclass
class PayoutHouse:
    """What the worker would do is done by ``work``: every row that is due, with the clock where the test put it."""

    database: Database
    url: str
    clock: list[datetime]
    calendars: HolidayCalendars = field(default_factory=HolidayCalendars)

    def __post_init__(self) -> None:
        self.backoffice = BackOffice(self.url)
        notices = Notices(WORDS, POLICY, self.calendars)
        self.payouts = Payouts(self.database, self.backoffice, POLICY, self.calendars, notices)
        self.learning = Learning(Planning(POLICY, self.calendars), notices)

    @property
    def now(self) -> datetime:
        """The one moment of house and sandbox."""
        return self.clock[0]

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.clock[0] += timedelta(**span)

    def approved(
        self, number: int = 1, amount: Any = None, route: str | None = None, statutory_due: date | None = None
    ) -> Case:
        """A filed and approved case of the order whose payout was requested, told in a chat of the customer."""
        records = self.backoffice.records_for(ORDER)
        failed_at = self.now - timedelta(days=3)
        times = NamedTime(failed_at, failed_at + timedelta(hours=1))
        request = RefundRequest(order_id=ORDER, words="it was down", claims=frozenset({Claim.FAILURE}), time=times)
        decision = decide(request, records, POLICY, self.now)
        zone = customer_zone(None, records.customer.country, POLICY.zones)
        due = timetable(self.now, zone, records.customer.country, POLICY, self.calendars)
        with self.database.transaction() as session:
            keep_policy_version(session, POLICY, self.now)
            chat = found_or_made(session, "rest", f"customer {number}", self.now)
            chat.customer_id = records.customer.customer_id
            case = draft_case(
                request,
                records,
                decision,
                due,
                case_id=f"R-7K2M{number}",
                key=f"key {number}",
                channel="rest",
                conversation_id=chat.conversation_id,
                now=self.now,
            )
            case = replace(case, amount=amount or case.amount, statutory_due=statutory_due)
            case = store.add(session, case, who="customer", why="", decision={})
            if statutory_due:
                promise(session, case.case_id, PromiseKind.STATUTORY_BY, statutory_due, "UTC", "a law", self.now)
            case = store.change(session, case, Event.APPROVED, who="ann", why="it holds", now=self.now)
            self.payouts.plan(session, case, records, who="ann", now=self.now, route=route)
        return self.case(case.case_id)

    def work(self) -> None:
        """Carry out what is due of payouts, as the worker does, until nothing is due any more."""
        effects = {"payout_send": self.payouts.send, "payout_follow": self.payouts.follow}
        for _ in range(FINISHED):
            claimed = outbox.claim(self.database, self.now, limit=1)
            if not claimed:
                return
            (row,) = claimed
            try:
                if row.kind == "payout_look":
                    self.payouts.look(row.payload["payout_id"], row.payload["number"], self.now)
                elif row.kind in effects:
                    effects[row.kind](row.payload["payout_id"], self.now)
            except RefundsError as error:
                outbox.failed(self.database, row, type(error).__name__, self.now)
            else:
                outbox.done(self.database, row, self.now)
        raise AssertionError("the outbox is never done")

    def case(self, case_id: str) -> Case:
        """The case as it stands."""
        with self.database.reading() as session:
            return store.get(session, case_id)

    def payout(self, case: Case) -> Payout:
        """The newest payout of a case."""
        return self.case(case.case_id).payouts[-1]

    def promised(self, case: Case, kind: PromiseKind) -> Promise:
        """The case's open promise of that kind."""
        with self.database.reading() as session:
            (found,) = (p for p in promises_of(session, case.case_id) if p.kind is kind and p.ended_at is None)
            return found

    def told(self) -> list[str]:
        """Every line of a notice that was written, in order."""
        with self.database.reading() as session:
            return list(session.scalars(select(LineRow.text).order_by(LineRow.conversation_id, LineRow.number)))

    def occasions(self) -> list[str]:
        """What customers were told, in order."""
        with self.database.reading() as session:
            return list(session.scalars(select(NoticeRow.occasion).order_by(NoticeRow.told_at, NoticeRow.key)))

    def tasks(self) -> list[Task]:
        """What persons must do."""
        with self.database.reading() as session:
            return list_tasks(session)

    def reserved(self) -> int:
        """What is set aside of the payment, in cents."""
        with self.database.reading() as session:
            row = session.get(PaymentRow, PAYMENT)
            return row.reserved_minor if row else 0

    def dead_rows(self) -> int:
        """How many rows of the outbox are dead."""
        with self.database.reading() as session:
            return len(session.scalars(select(OutboxRow.outbox_id).where(OutboxRow.dead_at.is_not(None))).all())

    def refunds(self) -> list[dict[str, Any]]:
        """What billing holds of the payment."""
        answer = requests.get(f"{self.url}/payments/{PAYMENT}/refunds", timeout=5)
        held: list[dict[str, Any]] = answer.json()
        return held

    def change_payment(self, **changes: Any) -> None:
        """Change the payment in billing: ``faults``, ``disputed``."""
        requests.post(f"{self.url}/sandbox/payments/{PAYMENT}", json=changes, timeout=5).raise_for_status()

    def refund_by_hand(self, value: str) -> None:
        """Somebody in billing sends money back outside this system."""
        wish = {"payment_id": PAYMENT, "amount": {"value": value, "currency": "EUR"}}
        requests.post(f"{self.url}/sandbox/refunds", json=wish, timeout=5).raise_for_status()

    def give_details(self, refund_id: str) -> None:
        """The customer gives billing their bank details."""
        requests.post(f"{self.url}/sandbox/refunds/{refund_id}/details", timeout=5).raise_for_status()


@contextmanager
def payout_house(database: Database, folder: Path, **payment: Any) -> Iterator[PayoutHouse]:
    """A house whose one order was paid as ``payment`` says, over a sandbox of its own."""
    clock = [START]
    content = world(orders=[order(payment=payment)], incidents=[incident()])
    file = write_world(folder / "world.json", content)
    with sandbox_thread(file, folder / "ledger.sqlite", clock=lambda: clock[0]) as url:
        yield PayoutHouse(database, url, clock)
