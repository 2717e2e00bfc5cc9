"""All decisions that were made, each request once: as a case, or as the last thing that was told about an order."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from refunds.cases.receipt import read_receipt
from refunds.policy_trial.comparison import Past
from refunds.tables import AssessmentRow, CaseRow


def past_decisions(session: Session) -> list[Past]:
    """Cases, oldest first; then what was told and not filed, by its latest answer in a conversation."""
    filed = select(CaseRow.conversation_id, CaseRow.order_id, CaseRow.case_id, CaseRow.receipt)
    cases = session.execute(filed.order_by(CaseRow.filed_at, CaseRow.case_id)).all()
    told = select(AssessmentRow.conversation_id, AssessmentRow.order_id, AssessmentRow.receipt)
    latest = {
        (row.conversation_id, row.order_id): row.receipt
        for row in session.execute(told.order_by(AssessmentRow.told_at, AssessmentRow.assessment_id))
    }
    became_cases = {(row.conversation_id, row.order_id) for row in cases}
    return [
        *(Past(row.case_id, True, read_receipt(row.receipt)) for row in cases),
        *(Past(key[1], False, read_receipt(receipt)) for key, receipt in latest.items() if key not in became_cases),
    ]
