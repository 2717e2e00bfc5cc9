from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from refunds.cases.confirmation import confirmation_digest
from refunds.cases.drafting import evidence_for, filing_key, statutory_day
from refunds.cases.timetable import Timetable, payment_country, payout_day, timetable
from refunds.money import Money
from refunds.policy.decide import decide
from refunds.policy.decision import Outcome
from refunds.policy.records import Ticket
from refunds.policy.request import Claim
from tests.integration.filing_world import NOW, POLICY, REQUEST, Weekdays, records

DECISION = decide(REQUEST, records(), POLICY, NOW)


def test_evidence_is_what_the_carrying_reasons_rest_on() -> None:
    opened = NOW - timedelta(days=10)
    ticket = Ticket("T-1", "ORD-10001", opened, None, "critical", "It is down")
    held = replace(records(), tickets=(ticket,))
    decision = decide(REQUEST, held, POLICY, NOW)
    assert decision.clauses == ("P1.a", "P1.b")
    assert evidence_for(decision, held) == ("INC-1", "T-1")


def test_what_is_not_on_record_is_no_evidence() -> None:
    held = records(fault=None)
    decision = decide(REQUEST, held, POLICY, NOW)
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert evidence_for(decision, held) == ()


@pytest.mark.parametrize(
    "other",
    [
        decide(REQUEST, records(fault="unknown"), POLICY, NOW),
        decide(REQUEST, records(refunded=Money.of("1.00", "EUR"), status="partially_refunded"), POLICY, NOW),
        replace(DECISION, ends_contract=True),
        replace(DECISION, reasons=(replace(DECISION.reasons[0], clause="P1.b"),)),
        replace(DECISION, amount=None),
    ],
    ids=["outcome", "amount", "end of the contract", "clause", "no amount"],
)
def test_whatever_the_customer_would_see_changed_changes_the_digest(other: Any) -> None:
    assert confirmation_digest("ORD-10001", other) != confirmation_digest("ORD-10001", DECISION)


def test_another_order_is_another_confirmation() -> None:
    assert confirmation_digest("ORD-10002", DECISION) != confirmation_digest("ORD-10001", DECISION)


def test_what_the_customer_does_not_see_leaves_the_digest() -> None:
    later = decide(REQUEST, records(), POLICY, NOW + timedelta(hours=1))
    assert confirmation_digest("ORD-10001", later) == confirmation_digest("ORD-10001", DECISION)


def test_each_part_of_a_filing_key_counts() -> None:
    keys = {filing_key(*parts) for parts in (("a", "b", "c", "d"), ("ab", "", "c", "d"), ("a", "b", "c", "e"))}
    assert len(keys) == 3
    assert all(len(key) == 64 for key in keys)


@pytest.mark.parametrize(
    ("now", "zone", "due"),
    [
        (datetime(2026, 11, 24, 9, tzinfo=UTC), "UTC", Timetable(date(2026, 11, 26), date(2026, 12, 1))),
        (datetime(2026, 11, 27, 9, tzinfo=UTC), "UTC", Timetable(date(2026, 12, 1), date(2026, 12, 4))),
        (datetime(2026, 11, 28, 9, tzinfo=UTC), "UTC", Timetable(date(2026, 12, 2), date(2026, 12, 7))),
        (datetime(2026, 11, 24, 20, tzinfo=UTC), "Asia/Shanghai", Timetable(date(2026, 11, 27), date(2026, 12, 2))),
    ],
    ids=["Tuesday", "Friday", "Saturday", "already Wednesday where the customer is"],
)
def test_the_vendor_s_targets_count_business_days(now: datetime, zone: str, due: Timetable) -> None:
    assert timetable(now, ZoneInfo(zone), "DE", POLICY, Weekdays()) == due


def test_targets_are_counted_without_a_country_too() -> None:
    assert timetable(NOW, ZoneInfo("UTC"), None, POLICY, Weekdays()).verification_due == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 11, 24, 9, tzinfo=UTC), date(2026, 11, 27)),
        (datetime(2026, 11, 27, 9, tzinfo=UTC), date(2026, 12, 2)),
        (datetime(2026, 11, 28, 9, tzinfo=UTC), date(2026, 12, 3)),
    ],
    ids=["Tuesday", "Friday", "Saturday"],
)
def test_approved_money_is_sent_within_business_days_of_the_approval(now: datetime, due: date) -> None:
    assert payout_day(now, ZoneInfo("UTC"), "DE", POLICY, Weekdays()) == due


def test_the_payment_s_country_counts_before_the_customer_s() -> None:
    assert payment_country(records(country="FR")) == "FR"
    assert payment_country(records(country=None)) == "DE"


@pytest.mark.parametrize(
    ("kind", "claim", "fault", "day"),
    [
        ("consumer", Claim.WITHDRAWAL, None, date(2026, 12, 8)),
        ("consumer", Claim.FAILURE, "gross", date(2026, 12, 8)),
        ("business", Claim.FAILURE, "gross", None),
        ("business", Claim.WITHDRAWAL, None, None),
    ],
    ids=["a withdrawal", "a right beside our fault", "our fault alone", "no right"],
)
def test_a_law_that_carries_the_decision_gives_the_last_day(
    kind: str, claim: Claim, fault: str | None, day: date | None
) -> None:
    held = records(fault=fault)
    consumer = replace(held, customer=replace(held.customer, kind=kind))
    decision = decide(replace(REQUEST, claims=frozenset({claim}), zone="UTC"), consumer, POLICY, NOW)
    assert statutory_day(decision) == day
