"""All decisions that were made, each request once: as a case, or as the last thing that was told about an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refunds.cases import store
from refunds.cases.assessments import list_assessments
from refunds.cases.receipt import read_receipt
from refunds.policy_trial.comparison import Past

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def past_decisions(session: Session) -> list[Past]:
    """Cases, oldest first; then what was told and not filed, by its latest answer in a conversation."""
    cases = store.list_cases(session)
    filed = {(case.conversation_id, case.order_id) for case in cases}
    told = {(each.conversation_id, each.order_id): each for each in list_assessments(session)}
    return [
        *(Past(case.case_id, True, read_receipt(case.receipt)) for case in cases),
        *(Past(each.order_id, False, read_receipt(each.receipt)) for key, each in told.items() if key not in filed),
    ]
