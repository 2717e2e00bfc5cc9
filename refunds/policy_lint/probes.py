"""Made-up situations at the borders of a policy: before, on and after each of its days, each fault, each country."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import NamedTuple

from refunds.money import Money
from refunds.policy.book import PolicyBook
from refunds.policy.records import Customer, Incident, Order, Payment, Records, Ticket
from refunds.policy.request import Claim, NamedTime, RefundRequest

FAULTS = ("intentional", "gross", "ordinary", "third_party", "maintenance", "unknown")
SEVERITIES = ("low", "medium", "high", "critical")
KINDS = ("consumer", "business")
NOWHERE = "ZZ"
"""A country that no row of the policy names."""
_HALF_A_DAY = timedelta(hours=12)


class Probe(NamedTuple):
    """A made-up request with its records, in words for whoever reads what was found by it."""

    words: str
    request: RefundRequest
    records: Records


def probes(policy: PolicyBook, now: datetime) -> Iterator[Probe]:
    """Some thousand situations as of ``now`` (aware), chosen by what ``policy`` names."""
    yield from _failures(policy, now)
    yield from _problems(policy, now)
    yield from _withdrawals(policy, now)
    yield from _named_laws(policy, now)
    yield from _payments(policy, now)
    yield from _others(now)


def _failures(policy: PolicyBook, now: datetime) -> Iterator[Probe]:
    late = policy.settings.late_report_review_after.count
    for fault, ago, covered in product(FAULTS, (2, late, late + 2), (False, True)):
        began = now - timedelta(days=ago)
        incident = Incident("INC-1", "Compute", "eu", began, began + _HALF_A_DAY, fault, "It broke.")
        tickets = (Ticket("T-1", "ORD-1", began, None, "low", "It broke."),) if covered else ()
        records = replace(_records(now, bought=ago + 1), incidents=(incident,), tickets=tickets)
        yield Probe(f"a failure {ago} days ago, fault {fault}", _asked(Claim.FAILURE, at=began), records)
    yield Probe("a failure without record", _asked(Claim.FAILURE, at=now - _HALF_A_DAY), _records(now, bought=5))


def _problems(policy: PolicyBook, now: datetime) -> Iterator[Probe]:
    window, period = policy.settings.problem_report_window.count, policy.settings.problem_solution_period.count
    reported_after = sorted({0, window, window + 1})
    open_for = sorted({0, period, period + 1})
    for severity, after, age, solved in product(SEVERITIES, reported_after, open_for, (False, True)):
        opened = now - timedelta(days=age)
        ticket = Ticket("T-1", "ORD-1", opened, now if solved else None, severity, "It does not work")
        records = replace(_records(now, bought=after + age), tickets=(ticket,))
        words = f"a ticket of severity {severity}, reported {after} days after the purchase, {age} days old"
        yield Probe(words, _asked(Claim.FAILURE, at=opened), records)


def _withdrawals(policy: PolicyBook, now: datetime) -> Iterator[Probe]:
    countries = [*sorted({country for right in policy.statutory for country in right.countries} - {"*"}), NOWHERE]
    days = sorted(
        {day for right in policy.statutory if right.decided for day in (0, right.window.count, right.window.count + 3)}
    )
    for country, kind, bought, waiver in product(countries, (*KINDS, None), days or [0], (False, True)):
        records = _records(now, bought=bought, customer=_customer(kind, country))
        records = replace(records, order=replace(records.order, consumer_waiver=waiver))
        words = f"a {kind or 'customer of unknown kind'} in {country} withdraws {bought} days after the purchase"
        yield Probe(words, _asked(Claim.WITHDRAWAL), records)
    for country, kind in product(countries, KINDS):
        records = _records(now, bought=200, customer=_customer(kind, country))
        yield Probe(f"a {kind} in {country} reports a defect", _asked(Claim.FAILURE, at=now - _HALF_A_DAY), records)


def _named_laws(policy: PolicyBook, now: datetime) -> Iterator[Probe]:
    for right in policy.statutory:
        for law in right.law_names:
            request = replace(_asked(Claim.EARLY_END), words=law)
            yield Probe(f"a customer names {law!r}", request, _records(now, bought=200))


def _payments(policy: PolicyBook, now: datetime) -> Iterator[Probe]:
    sound = _records(now, bought=3)
    paid = sound.order.payment
    states = [
        ("disputed", replace(paid, disputed=True)),
        *((status, replace(paid, status=status)) for status in ("authorized", "failed", "refunded")),
    ]
    for words, payment in states:
        records = replace(sound, order=replace(sound.order, payment=payment))
        yield Probe(f"a payment that is {words}", _asked(Claim.FAILURE, at=now - _HALF_A_DAY), records)
    for key, method in policy.arrival.methods.items():
        if method.refund_window is not None:
            old = _records(now, bought=method.refund_window.count + 3)
            payment = replace(old.order.payment, method=key)
            records = replace(old, order=replace(old.order, payment=payment))
            yield Probe(f"paid by {key} too long ago", _asked(Claim.WRONG_CHARGE), records)


def _others(now: datetime) -> Iterator[Probe]:
    for claim in Claim:
        yield Probe(f"only {claim} is claimed", _asked(claim), _records(now, bought=200))
    yield Probe("nothing is claimed", RefundRequest("ORD-1"), _records(now, bought=200))


def _asked(claim: Claim, at: datetime | None = None) -> RefundRequest:
    time = NamedTime(at, at) if at else None
    return RefundRequest("ORD-1", claims=frozenset({claim}), time=time, time_unknown=time is None)


def _customer(kind: str | None, country: str) -> Customer:
    return Customer("C-1", "Ada Example", "ada@example.com", kind, country)


def _records(now: datetime, *, bought: int, customer: Customer | None = None) -> Records:
    """An active order, bought so many days ago and paid by card."""
    amount, start = Money.of("300.00", "EUR"), now - timedelta(days=bought)
    payment = Payment("PAY-1", "card", amount, Money.zero("EUR"), "captured", captured_at=start)
    order = Order(
        order_id="ORD-1",
        customer_id="C-1",
        service="Compute",
        region="eu",
        plan="Compute L",
        amount=amount,
        purchased_at=start,
        term_start=start,
        term_end=now + timedelta(days=30),
        status="active",
        payment=payment,
    )
    return Records(customer or _customer("business", NOWHERE), order)
