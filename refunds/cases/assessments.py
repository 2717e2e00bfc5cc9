"""Assessments: decisions that were told but not filed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from refunds.money import Money
from refunds.policy.decision import Outcome
from refunds.tables import AssessmentRow


@dataclass(frozen=True, slots=True)
class Assessment:
    """A decision as it was told in a conversation. ``told_hash`` is the same for the same answer (receipt.py)."""

    assessment_id: str
    conversation_id: str
    customer_id: str
    order_id: str
    outcome: Outcome
    clauses: tuple[str, ...]
    amount: Money | None
    currency: str
    eligible_from: date | None
    policy_version: str
    receipt: dict[str, Any]
    receipt_hash: str
    told_hash: str
    told_at: datetime

    def as_json(self) -> dict[str, Any]:
        """The assessment as the command line prints it; the amount is a string."""
        return {
            "assessment_id": self.assessment_id,
            "order_id": self.order_id,
            "outcome": self.outcome.value,
            "clauses": list(self.clauses),
            "amount": None if self.amount is None else str(self.amount.value),
            "currency": self.currency,
            "eligible_from": None if self.eligible_from is None else self.eligible_from.isoformat(),
            "conversation_id": self.conversation_id,
            "customer_id": self.customer_id,
            "policy_version": self.policy_version,
            "receipt_hash": self.receipt_hash,
            "told_at": self.told_at.isoformat(),
        }


def keep_assessment(session: Session, assessment: Assessment) -> None:
    """Store ``assessment``, unless the same answer was told in its conversation before."""
    same = select(AssessmentRow.assessment_id).where(
        AssessmentRow.conversation_id == assessment.conversation_id,
        AssessmentRow.order_id == assessment.order_id,
        AssessmentRow.told_hash == assessment.told_hash,
    )
    if session.scalar(same) is not None:
        return
    try:
        with session.begin_nested():  # a repeat of the same message may be first
            session.add(_row(assessment))
    except IntegrityError:
        return


def list_assessments(session: Session) -> list[Assessment]:
    """All assessments, oldest first."""
    rows = session.scalars(select(AssessmentRow).order_by(AssessmentRow.told_at, AssessmentRow.assessment_id))
    return [_assessment(row) for row in rows]


def latest_not_yet(session: Session, conversation_id: str, customer_id: str, order_id: str) -> Assessment | None:
    """The last "not yet" that the customer was told about an order in a conversation; None where there was none."""
    told = select(AssessmentRow).filter_by(
        conversation_id=conversation_id,
        customer_id=customer_id,
        order_id=order_id,
        outcome=Outcome.NOT_YET.value,
    )
    row = session.scalars(told.order_by(AssessmentRow.told_at.desc(), AssessmentRow.assessment_id)).first()
    return None if row is None else _assessment(row)


def _row(assessment: Assessment) -> AssessmentRow:
    return AssessmentRow(
        assessment_id=assessment.assessment_id,
        conversation_id=assessment.conversation_id,
        customer_id=assessment.customer_id,
        order_id=assessment.order_id,
        outcome=assessment.outcome.value,
        clauses=list(assessment.clauses),
        amount_minor=None if assessment.amount is None else assessment.amount.minor,
        currency=assessment.currency,
        eligible_from=None if assessment.eligible_from is None else assessment.eligible_from.isoformat(),
        policy_version=assessment.policy_version,
        receipt=assessment.receipt,
        receipt_hash=assessment.receipt_hash,
        told_hash=assessment.told_hash,
        told_at=assessment.told_at,
    )


def _assessment(row: AssessmentRow) -> Assessment:
    return Assessment(
        assessment_id=row.assessment_id,
        conversation_id=row.conversation_id,
        customer_id=row.customer_id,
        order_id=row.order_id,
        outcome=Outcome(row.outcome),
        clauses=tuple(row.clauses),
        amount=None if row.amount_minor is None else Money.from_minor(row.amount_minor, row.currency),
        currency=row.currency,
        eligible_from=None if row.eligible_from is None else date.fromisoformat(row.eligible_from),
        policy_version=row.policy_version,
        receipt=row.receipt,
        receipt_hash=row.receipt_hash,
        told_hash=row.told_hash,
        told_at=row.told_at,
    )
