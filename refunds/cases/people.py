"""Whom cases are about, kept beside them so that a search need not read receipts. Callers bring the session."""

from __future__ import annotations

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from refunds.cases.case import Case
from refunds.tables import CasePersonRow

_LONGEST_NAME = 200


def note_person(session: Session, case: Case) -> None:
    """Note whom a new ``case`` is about, as the records have them."""
    customer = case.receipt.get("records", {}).get("customer", {})
    name, mail = customer.get("name", ""), customer.get("email", "")
    words = " ".join((case.case_id, case.order_id, case.customer_id, name, mail)).lower()
    session.add(CasePersonRow(case_id=case.case_id, name=name[:_LONGEST_NAME], words=words))
    session.flush()


def about(terms: str) -> list[ColumnElement[bool]]:
    """Conditions on ``CasePersonRow``: each of the words in ``terms`` is a part of a number, the name or the mail."""
    return [CasePersonRow.words.contains(term, autoescape=True) for term in terms.lower().split()]
