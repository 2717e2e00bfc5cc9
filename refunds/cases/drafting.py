"""Cases and assessments as they are before they are stored, made from a request and its decision."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from refunds.cases.assessments import Assessment
from refunds.cases.case import Case
from refunds.cases.lifecycle import INITIAL
from refunds.cases.receipt import make_receipt, receipt_hash, told_hash
from refunds.cases.timetable import Timetable
from refunds.money import Money
from refunds.policy.decision import Decision
from refunds.policy.records import Records
from refunds.policy.request import RefundRequest

EVIDENCE_FACTS = frozenset({"incident", "ticket"})


def filing_key(customer_id: str, conversation_id: str, message_id: str, order_id: str) -> str:
    """SHA-256 (hex) that makes the same confirmation of the same customer the same filing."""
    return hashlib.sha256("\0".join((customer_id, conversation_id, message_id, order_id)).encode()).hexdigest()


def evidence_for(decision: Decision, records: Records) -> tuple[str, ...]:
    """Incidents and tickets on record that the reasons carrying the outcome rest on, strongest first."""
    on_record = {i.incident_id for i in records.incidents} | {t.ticket_id for t in records.tickets}
    carrying = (reason for reason in decision.reasons if reason.outcome is decision.outcome)
    facts = (fact for reason in carrying for fact in reason.facts)
    return tuple(dict.fromkeys(f.value for f in facts if f.name in EVIDENCE_FACTS and f.value in on_record))


def statutory_day(decision: Decision) -> date | None:
    """The last day on which a law of P1.c wants the money sent; None unless such a right carries the outcome."""
    carrying = (reason for reason in decision.reasons if reason.outcome is decision.outcome)
    told = (fact.value for reason in carrying for fact in reason.facts if fact.name == "pay_back_by")
    return min(map(date.fromisoformat, told), default=None)


def draft_case(
    request: RefundRequest,
    records: Records,
    decision: Decision,
    due: Timetable,
    *,
    case_id: str,
    key: str,
    channel: str,
    conversation_id: str,
    now: datetime,
) -> Case:
    """A submitted case with its receipt, not stored yet."""
    receipt = make_receipt(request, records, decision, now)
    order = records.order
    return Case(
        case_id=case_id,
        order_id=order.order_id,
        customer_id=order.customer_id,
        payment_id=order.payment.payment_id,
        payment_method=order.payment.method,
        state=INITIAL,
        outcome=decision.outcome,
        clauses=decision.clauses,
        amount=_total(decision),
        currency=order.payment.amount.currency,
        words=request.words,
        evidence=evidence_for(decision, records),
        policy_version=decision.policy_version,
        receipt=receipt,
        receipt_hash=receipt_hash(receipt),
        channel=channel,
        conversation_id=conversation_id,
        filing_key=key,
        verification_due=due.verification_due,
        payout_due=due.payout_due,
        statutory_due=statutory_day(decision),
        filed_at=now,
        updated_at=now,
    )


def draft_assessment(
    request: RefundRequest,
    records: Records,
    decision: Decision,
    *,
    assessment_id: str,
    conversation_id: str,
    now: datetime,
) -> Assessment:
    """An assessment with its receipt, not stored yet."""
    receipt = make_receipt(request, records, decision, now)
    return Assessment(
        assessment_id=assessment_id,
        conversation_id=conversation_id,
        customer_id=records.order.customer_id,
        order_id=records.order.order_id,
        outcome=decision.outcome,
        clauses=decision.clauses,
        amount=_total(decision),
        currency=records.order.payment.amount.currency,
        eligible_from=decision.eligible_from,
        policy_version=decision.policy_version,
        receipt=receipt,
        receipt_hash=receipt_hash(receipt),
        told_hash=told_hash(receipt),
        told_at=now,
    )


def _total(decision: Decision) -> Money | None:
    return None if decision.amount is None else decision.amount.total
