"""Statements of withdrawal from the contract: stamped the moment they are said, joined to an order afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from refunds.cases import statements
from refunds.database import Database


@dataclass(frozen=True)
class Withdrawals:
    """Keeps what customers declare. The stamp decides the deadline (policy.md, "Withdrawal statement")."""

    database: Database

    def record(
        self, *, conversation_id: str, message_id: str, words: str, customer_id: str | None, now: datetime
    ) -> datetime:
        """Store the statement; the same message again keeps the first stamp, which is returned."""
        with self.database.transaction() as session:
            return statements.record(
                session,
                conversation_id=conversation_id,
                message_id=message_id,
                words=words,
                customer_id=customer_id,
                now=now,
            )

    def join(self, conversation_id: str, customer_id: str, order_id: str) -> None:
        """Say whose statements of a conversation these were, and about which order."""
        with self.database.transaction() as session:
            statements.join(session, conversation_id, customer_id, order_id)
