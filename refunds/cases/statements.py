"""Withdrawal statements in the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from refunds.tables import WithdrawalStatementRow as Row


def record(
    session: Session, *, conversation_id: str, message_id: str, words: str, customer_id: str | None, now: datetime
) -> datetime:
    """Store a statement once a message; returns the stamp that counts."""
    there = session.get(Row, message_id)
    if there is not None:
        return there.said_at
    row = Row(message_id=message_id, conversation_id=conversation_id, said_at=now, words=words, customer_id=customer_id)
    session.add(row)
    return now


def join(session: Session, conversation_id: str, customer_id: str, order_id: str) -> None:
    """Join the conversation's statements that stand alone to their account and order."""
    alone = (Row.conversation_id == conversation_id) & Row.order_id.is_(None)
    session.execute(update(Row).where(alone).values(customer_id=customer_id, order_id=order_id))
