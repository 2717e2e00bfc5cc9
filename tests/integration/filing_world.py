"""A back office of plain records for tests of filing: no network, and facts that a test can change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from refunds.backoffice.client import BackOffice
from refunds.database import Database
from refunds.errors import NotFound
from refunds.filing import Filing
from refunds.money import Money
from refunds.notify import Notices
from refunds.payouts import Payouts
from refunds.policy.book import PolicyBook
from refunds.policy.records import Customer, Incident, Order, Payment, Records
from refunds.policy.request import Claim, NamedTime, RefundRequest
from refunds.policy_files import load_policy
from refunds.settings import ROOT
from refunds.words import Words

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
FAILED_AT = NOW - timedelta(days=3)
POLICY = load_policy(ROOT / "policy")
WORDS = Words.load(ROOT / "data" / "responses")
REQUEST = RefundRequest(
    order_id="ORD-10001",
    words="it was down all Saturday",
    claims=frozenset({Claim.FAILURE}),
    time=NamedTime(FAILED_AT, FAILED_AT + timedelta(hours=1)),
)
CONFIRMED: dict[str, Any] = {
    "customer_id": "C-1",
    "conversation_id": "conversation",
    "channel": "rest",
    "message_id": "message",
}


def records(order_id: str = "ORD-10001", fault: str | None = "gross", **payment: Any) -> Records:
    """A card payment of 240 EUR by a business in Germany, twelve days old, and an incident of that fault."""
    bought = NOW - timedelta(days=12)
    paid = Payment(
        payment_id=order_id.replace("ORD", "PAY"),
        method="card",
        amount=Money.of("240.00", "EUR"),
        refunded=Money.zero("EUR"),
        status="captured",
        country="DE",
        captured_at=bought,
    )
    order = Order(
        order_id=order_id,
        customer_id="C-1",
        service="Compute",
        region="eu-central",
        plan="Compute L, monthly",
        amount=paid.amount,
        purchased_at=bought,
        term_start=bought,
        term_end=bought + timedelta(days=30),
        status="active",
        payment=replace(paid, **payment),
    )
    return Records(Customer("C-1", "Ada", "ada@example.com", "business", "DE"), order, _incidents(fault))


def _incidents(fault: str | None) -> tuple[Incident, ...]:
    if fault is None:
        return ()
    ended = FAILED_AT + timedelta(hours=20)
    return (Incident("INC-1", "Compute", "eu-central", FAILED_AT, ended, fault, "Routing lost."),)


@dataclass
class RecordsOffice:
    """Answers with the records it holds."""

    held: dict[str, Records] = field(default_factory=lambda: {"ORD-10001": records()})

    def records_for(self, order_id: str) -> Records:
        """The records of an order; raises ``NotFound``."""
        if order_id not in self.held:
            raise NotFound("GET /orders: 404")
        return self.held[order_id]


class Weekdays:
    """Banks that work from Monday to Friday, always."""

    def is_business_day(self, calendar: str, day: date) -> bool:
        """Whether ``day`` is none of a weekend."""
        return day.weekday() < 5

    def is_published(self, calendar: str, day: date) -> bool:
        """Weekdays are known for ever."""
        return True


def filing(database: Database, office: RecordsOffice | None = None, policy: PolicyBook = POLICY) -> Filing:
    """Filing on those records."""
    backoffice, notices = cast("BackOffice", office or RecordsOffice()), Notices(WORDS, policy, Weekdays())
    payouts = Payouts(database, backoffice, policy, Weekdays(), notices)
    return Filing(database, backoffice, policy, Weekdays(), payouts, notices)
