"""Hypothesis generators: requests, records and policy books, near the borders where rules change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import strategies as st

from refunds.days import CalendarDays
from refunds.money import Money
from refunds.policy.book import PolicyBook
from refunds.policy.records import Customer, Incident, Order, Payment, Records, RefundMade, Ticket
from refunds.policy.request import Claim, NamedTime, RefundRequest
from refunds.policy_files import load_policy

SHIPPED = load_policy(Path(__file__).resolve().parents[1] / "policy")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

CURRENCIES = st.sampled_from(["EUR", "USD", "GBP", "CNY", "JPY", "KWD"])
COUNTRIES = st.sampled_from(["DE", "PT", "NO", "GB", "US", "CN", "AU", "BR", "ZZ", None])
KINDS = st.sampled_from(["consumer", "business", None])
ZONES = st.sampled_from(["Europe/Berlin", "Pacific/Auckland", "Pacific/Honolulu", "Nowhere/Land", None])
FAULTS = st.sampled_from(["intentional", "gross", "ordinary", "third_party", "maintenance", "unknown"])
SEVERITIES = st.sampled_from(["low", "medium", "high", "critical"])
METHODS = st.sampled_from([*SHIPPED.arrival.methods, "barter"])
FUNDINGS = st.sampled_from(["balance", "bank_card", "bank", None])
WORDS = st.sampled_from(["", "it does not work", "the Consumer Rights Act says so", "by law", "my brother in law"])


def moments(earliest: int = -220, latest: int = 0) -> st.SearchStrategy[datetime]:
    """Moments so many half days around NOW, so that windows often end exactly."""
    return st.integers(earliest * 2, latest * 2).map(lambda halves: NOW + timedelta(hours=12 * halves))


def spans(earliest: int = -220) -> st.SearchStrategy[tuple[datetime, datetime]]:
    """A start and an end, in order."""
    return st.tuples(moments(earliest), st.integers(0, 24 * 12)).map(lambda s: (s[0], s[0] + timedelta(hours=s[1])))


def customers() -> st.SearchStrategy[Customer]:
    """Consumers and businesses of known and unknown countries."""
    return st.builds(Customer, st.just("C-1"), st.just("Ada"), st.just("ada@example.com"), KINDS, COUNTRIES)


@st.composite
def payments(draw: st.DrawFn, currency: str) -> Payment:
    """Payments in every state, sometimes refunded in part or in full."""
    amount = Money.from_minor(draw(st.integers(1, 1_000_000)), currency)
    return Payment(
        payment_id="PAY-1",
        method=draw(METHODS),
        amount=amount,
        refunded=amount.share(draw(st.sampled_from([0, 0, 0, 1, 2, 3])), 3),
        status=draw(
            st.sampled_from(["captured", "captured", "partially_refunded", "authorized", "refunded", "failed"])
        ),
        captured_at=draw(st.none() | moments()),
        disputed=draw(st.sampled_from([False, False, False, True])),
    )


@st.composite
def orders(draw: st.DrawFn, currency: str) -> Order:
    """Orders of any age, active or ended."""
    bought = draw(moments())
    start = bought + timedelta(days=draw(st.integers(0, 3)))
    payment = draw(payments(currency))
    return Order(
        order_id="ORD-1",
        customer_id="C-1",
        service="Compute",
        region="eu-central",
        plan="Compute L",
        amount=payment.amount,
        purchased_at=bought,
        term_start=start,
        term_end=start + timedelta(days=draw(st.integers(0, 366))),
        status=draw(st.sampled_from(["active", "terminated", "ended"])),
        payment=payment,
        terminated_at=draw(st.none() | moments()),
        termination_reason=draw(st.sampled_from([None, "personal", "unpaid"])),
        consumer_waiver=draw(st.sampled_from([False, False, True])),
        performance_requested_at=draw(st.none() | moments()),
    )


def incidents(faults: st.SearchStrategy[str] = FAULTS) -> st.SearchStrategy[Incident]:
    """Incidents, finished or going on."""
    names = st.integers(1, 9).map(lambda number: f"INC-{number}")
    return st.builds(
        lambda name, span, going_on, fault: Incident(
            name, "Compute", "eu-central", span[0], None if going_on else span[1], fault, "It broke."
        ),
        names, spans(), st.booleans(), faults,
    )  # fmt: skip


def tickets(severities: st.SearchStrategy[str] = SEVERITIES, *, solved: bool = True) -> st.SearchStrategy[Ticket]:
    """Tickets, solved or not; never solved where ``solved`` is False."""
    return st.builds(
        lambda number, span, open_, severity: Ticket(
            f"T-{number}", "ORD-1", span[0], None if open_ or not solved else span[1], severity, "It does not work"
        ),
        st.integers(1, 9), spans(), st.booleans(), severities,
    )  # fmt: skip


@st.composite
def refunds_made(draw: st.DrawFn, currency: str) -> RefundMade:
    """Refunds in every state."""
    status = draw(st.sampled_from(["succeeded", "pending", "failed", "cancelled"]))
    amount = Money(Decimal(draw(st.integers(0, 5000))), currency)
    return RefundMade("RF-1", "PAY-1", amount, "refund", status, draw(moments()))


@st.composite
def records(draw: st.DrawFn) -> Records:
    """All that one decision may look at."""
    currency = draw(CURRENCIES)
    return Records(
        customer=draw(customers()),
        order=draw(orders(currency)),
        incidents=tuple(draw(st.lists(incidents(), max_size=2))),
        tickets=tuple(draw(st.lists(tickets(), max_size=2))),
        refunds=tuple(draw(st.lists(refunds_made(currency), max_size=2))),
    )


@st.composite
def requests(draw: st.DrawFn) -> RefundRequest:
    """Requests with any claims and any way of naming the time."""
    return RefundRequest(
        order_id="ORD-1",
        words=draw(WORDS),
        claims=draw(st.frozensets(st.sampled_from(Claim))),
        time=draw(st.none() | spans().map(lambda span: NamedTime(*span))),
        time_unknown=draw(st.booleans()),
        zone=draw(ZONES),
        withdrawn_at=draw(st.none() | moments()),
    )


@st.composite
def books(draw: st.DrawFn) -> PolicyBook:
    """The shipped policy with any settings that the schema allows."""
    days = st.integers(0, 120).map(CalendarDays)
    basis = st.sampled_from(["full", "unused_term"])
    settings = replace(
        SHIPPED.settings,
        problem_report_window=draw(days),
        problem_solution_period=draw(days),
        serious_severities=frozenset(draw(st.sets(SEVERITIES, min_size=1))),
        vendor_fault_levels=frozenset(draw(st.sets(st.sampled_from(["intentional", "gross", "ordinary"]), min_size=1))),
        late_report_review_after=draw(days),
        amount_basis={"P1.a": draw(basis), "P1.b": draw(basis)},
    )
    return replace(SHIPPED, settings=settings)


def with_open_payment(known: Records) -> Records:
    """The same with a payment that no guard stands before."""
    currency = known.order.payment.amount.currency
    payment = replace(known.order.payment, status="captured", disputed=False, refunded=Money.zero(currency))
    return replace(known, order=replace(known.order, payment=payment), refunds=())


@st.composite
def eligible_cases(draw: st.DrawFn) -> tuple[RefundRequest, Records]:
    """A request that most settings find eligible, by one ground at least, beside anything else."""
    request, known = draw(requests()), with_open_payment(draw(records()))
    order = replace(known.order, purchased_at=NOW - timedelta(days=draw(st.integers(0, 14))))
    known = replace(known, order=order)
    ground = draw(st.sampled_from(["fault", "problem", "withdrawal"]))
    if ground == "withdrawal":
        customer = replace(known.customer, kind="consumer", country="DE")
        return request, replace(known, customer=customer, order=replace(order, consumer_waiver=False))
    if ground == "problem":
        ticket = Ticket("T-0", "ORD-1", order.purchased_at, None, "critical", "It does not work")
        return request, replace(known, tickets=(*known.tickets, ticket))
    time = NamedTime(order.purchased_at, order.purchased_at + timedelta(hours=5))
    fault = Incident("INC-0", "Compute", "eu-central", time.start, time.end, "gross", "It broke.")
    claims = request.claims | {Claim.FAILURE}
    return replace(request, claims=claims, time=time), replace(known, incidents=(*known.incidents, fault))
