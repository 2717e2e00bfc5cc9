"""Cases, payouts and what notices are about, for examples: 240 EUR by a Visa card, filed in Berlin on 24 Nov 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from refunds.bank_days import HolidayCalendars
from refunds.cases.case import Case, CaseEvent
from refunds.cases.lifecycle import CaseState, PayoutState
from refunds.cases.payout import Payout, payout_key
from refunds.cases.receipt import make_receipt
from refunds.money import Money
from refunds.notify.matter import Matter
from refunds.policy.decide import decide
from refunds.policy.decision import Decision, Outcome
from refunds.policy.records import Customer, Incident, Order, Payment, Records
from refunds.policy.request import Claim, NamedTime, RefundRequest
from refunds.policy_files import load_policy
from refunds.settings import ROOT
from refunds.words import Words

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
POLICY = load_policy(ROOT / "policy")
WORDS = Words.load(ROOT / "data" / "responses")
AMARA = Customer("C-1001", "Amara Okafor", "amara@example.com", "business", "DE")
_DOWN = NOW - timedelta(days=3)
VISA = Payment(
    payment_id="PAY-48213",
    method="card",
    amount=Money.of("240.00", "EUR"),
    refunded=Money.zero("EUR"),
    status="captured",
    brand="visa",
    last4="4242",
    country="DE",
    captured_at=NOW - timedelta(days=12),
)


def case(state: CaseState = CaseState.APPROVED, *, paid: Payment = VISA, closed: bool = False, **fields: Any) -> Case:
    """A case in ``state`` of what was paid so; ``closed``: the way it was paid takes no refunds any more."""
    records = _records(paid)
    request = RefundRequest(
        "ORD-48213",
        words="it was down",
        claims=frozenset({Claim.FAILURE}),
        time=NamedTime(_DOWN, _DOWN + timedelta(hours=1)),
        zone="Europe/Berlin",
    )
    decision = replace(decide(request, records, POLICY, NOW), payout_needs_review=closed)
    return replace(_case(state, paid, decision), receipt=make_receipt(request, records, decision, NOW), **fields)


def payout(state: PayoutState = PayoutState.SUCCEEDED, **fields: Any) -> Payout:
    """The case's payout in ``state``, sent to billing at NOW, with the ARN that comes with success."""
    known: dict[str, Any] = {} if state is PayoutState.REQUESTED else {"submitted_at": NOW, "refund_id": "RF-1"}
    if state is PayoutState.SUCCEEDED:
        known |= {"succeeded_at": NOW, "trace_type": "arn", "trace_value": "74537604221431003881234"}
    made = Payout(
        payout_id="p" * 32,
        case_id="R-7K2MQ",
        attempt=1,
        payment_id=VISA.payment_id,
        route="card",
        original_route=True,
        amount=VISA.amount,
        state=state,
        idempotency_key=payout_key("R-7K2MQ", 1),
        requested_at=NOW,
        updated_at=NOW,
    )
    return replace(made, **(known | fields))


def event(who: str, what: str, state: CaseState) -> CaseEvent:
    """Something that happened to the case at NOW."""
    return CaseEvent(NOW, who, what, None, state, "because", POLICY.version)


def matter(about: Case, sent: Payout | None = None, *, now: datetime = NOW, **details: Any) -> Matter:
    """What a notice about a case is made from."""
    with_payouts = replace(about, payouts=(sent,)) if sent else about
    return Matter(
        words=WORDS,
        policy=POLICY,
        calendars=HolidayCalendars(),
        case=with_payouts,
        payout=sent,
        details=details,
        verify_by=about.verification_due,
        now=now,
        locale="en-GB",
    )


def _records(paid: Payment) -> Records:
    bought = NOW - timedelta(days=12)
    order = Order(
        order_id="ORD-48213",
        customer_id=AMARA.customer_id,
        service="Compute",
        region="eu-central",
        plan="Compute L, monthly",
        amount=paid.amount,
        purchased_at=bought,
        term_start=bought,
        term_end=bought + timedelta(days=30),
        status="active",
        payment=paid,
    )
    outage = Incident("INC-1", "Compute", "eu-central", _DOWN, _DOWN + timedelta(hours=20), "gross", "Routing lost.")
    return Records(AMARA, order, (outage,))


def _case(state: CaseState, paid: Payment, decision: Decision) -> Case:
    return Case(
        case_id="R-7K2MQ",
        order_id="ORD-48213",
        customer_id=AMARA.customer_id,
        payment_id=paid.payment_id,
        payment_method=paid.method,
        state=state,
        outcome=Outcome.ELIGIBLE,
        clauses=("P1.a",),
        amount=paid.amount,
        currency=paid.amount.currency,
        words="it was down",
        evidence=(),
        policy_version=decision.policy_version,
        receipt={},
        receipt_hash="h",
        channel="website",
        conversation_id=None,
        filing_key="R-7K2MQ",
        verification_due=date(2026, 11, 26),
        payout_due=date(2026, 12, 1),
        filed_at=NOW,
        updated_at=NOW,
    )
