"""Requests, records and the shipped policy book for examples: a 30-day order of 300 EUR, bought 12 days ago."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from refunds.days import CalendarDays
from refunds.money import Money
from refunds.policy.book import PolicyBook
from refunds.policy.decide import decide
from refunds.policy.decision import Decision, Reason
from refunds.policy.records import Customer, Incident, Order, Payment, Records, RefundMade, Ticket
from refunds.policy.request import Claim, NamedTime, RefundRequest
from refunds.policy_files import load_policy

POLICY = load_policy(Path(__file__).resolve().parents[3] / "policy")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

FAILURE = frozenset({Claim.FAILURE})
EARLY_END = frozenset({Claim.EARLY_END})
WITHDRAWAL = frozenset({Claim.WITHDRAWAL})
WRONG_CHARGE = frozenset({Claim.WRONG_CHARGE})
NOTHING: frozenset[Claim] = frozenset()

BUSINESS = Customer("C-1", "Ada Example", "ada@example.com", "business", "DE")
CONSUMER = replace(BUSINESS, kind="consumer")


def ago(days: float = 0, hours: float = 0) -> datetime:
    """A moment before NOW."""
    return NOW - timedelta(days=days, hours=hours)


def payment(**fields: Any) -> Payment:
    """300 EUR by card, captured 12 days ago."""
    paid = Payment("PAY-1", "card", Money.of("300.00", "EUR"), Money.zero("EUR"), "captured", captured_at=ago(12))
    return replace(paid, **fields)


def order(**fields: Any) -> Order:
    """An active order of Compute in eu-central: bought 12 days ago for 30 days."""
    ours: dict[str, Any] = {"amount": Money.of("300.00", "EUR"), "status": "active", "payment": payment()}
    times = {"purchased_at": ago(12), "term_start": ago(12), "term_end": ago(-18)}
    return Order(
        **{"order_id": "ORD-1", "customer_id": "C-1", "service": "Compute", "region": "eu-central"}
        | {"plan": "Compute L, monthly"}
        | ours
        | times
        | fields
    )


def incident(fault: str = "gross", start: float = 4, end: float | None = 3, name: str = "INC-1") -> Incident:
    """An incident from ``start`` to ``end`` days ago; None: still going on."""
    return Incident(name, "Compute", "eu-central", ago(start), None if end is None else ago(end), fault, "It broke.")


def ticket(opened: float = 10, solved: float | None = None, severity: str = "critical", name: str = "T-1") -> Ticket:
    """A ticket opened and solved so many days ago; None: not solved."""
    return Ticket(name, "ORD-1", ago(opened), None if solved is None else ago(solved), severity, "It does not work")


def refund(amount: str = "300.00", status: str = "succeeded", **fields: Any) -> RefundMade:
    """A refund of 6 days ago on the order's payment."""
    made = RefundMade("RF-1", "PAY-1", Money.of(amount, "EUR"), "refund", status, ago(6))
    return replace(made, **fields)


def records(
    *,
    customer: Customer = BUSINESS,
    incidents: tuple[Incident, ...] = (),
    tickets: tuple[Ticket, ...] = (),
    refunds: tuple[RefundMade, ...] = (),
    **fields: Any,
) -> Records:
    """Records around one order; ``fields`` change the order, ``payment_fields`` its payment."""
    paid = payment(**fields.pop("payment_fields", {}))
    return Records(customer, order(payment=paid, **fields), incidents, tickets, refunds)


def at(start: float, end: float | None = None) -> NamedTime:
    """A time named as so many days ago."""
    return NamedTime(ago(start), ago(start if end is None else end))


def asking(claims: frozenset[Claim] = NOTHING, time: NamedTime | None = None, **fields: Any) -> RefundRequest:
    """A request about the order."""
    return RefundRequest("ORD-1", claims=claims, time=time, **{"zone": "Europe/Berlin"} | fields)


def decided(
    request: RefundRequest, known: Records | None = None, policy: PolicyBook = POLICY, now: datetime = NOW
) -> Decision:
    """The decision at NOW by the shipped policy."""
    return decide(request, known or records(), policy, now)


def reason(decision: Decision, rule: str) -> Reason:
    """What one rule found."""
    return next(found for found in decision.reasons if found.rule == rule)


def rules(decision: Decision) -> list[str]:
    """The rules tried, in the decision's order."""
    return [found.rule for found in decision.reasons]


def words(found: Reason) -> str:
    """A reason's facts in words."""
    return "; ".join(fact.words for fact in found.facts)


def facts(found: Reason) -> list[tuple[str, str]]:
    """A reason's facts as names and values."""
    return [(fact.name, fact.value) for fact in found.facts]


def with_settings(**fields: Any) -> PolicyBook:
    """The shipped policy with other settings; whole numbers are days of the calendar."""
    days: dict[str, Any] = {
        key: CalendarDays(value) if isinstance(value, int) else value for key, value in fields.items()
    }
    return replace(POLICY, settings=replace(POLICY.settings, **days))
