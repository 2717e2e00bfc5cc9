"""Statements of withdrawal from the contract: stamped the moment they are said, joined to an order afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from refunds import outbox
from refunds.cases import statements, store
from refunds.cases.statements import Statement
from refunds.cases.tasks import open_task
from refunds.database import Database

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MAIL, ADDRESS, LOOK = "withdrawal_mail", "withdrawal_address", "withdrawal_look"
# Whoever has not shown who they are can have so many statements of a chat mailed to an account's address.
MAILED_UNVERIFIED = 3
# The mail with the code is waited for: the acknowledgement lets it go first.
CODE_FIRST = timedelta(seconds=3)
LOOKED_AT_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class Withdrawals:
    """Keeps what customers declare. The stamp decides the deadline (policy.md, "Withdrawal statement")."""

    database: Database

    def record(self, statement: Statement) -> datetime:
        """Store the statement, and see that it is acknowledged by mail and looked at; the same message again is one.

        Returns the stamp that counts.
        """
        with self.database.transaction() as session:
            return record(session, statement)

    def mail_to(self, conversation_id: str, email: str, now: datetime) -> None:
        """Have what nobody's account is known of acknowledged to ``email``, if an account has it: the worker looks."""
        if not self._are_without_account(conversation_id):
            return
        with self.database.transaction() as session:
            for statement in statements.without_account(session, conversation_id)[:MAILED_UNVERIFIED]:
                key = f"{ADDRESS}:{statement.message_id}:{sha256(email.encode()).hexdigest()[:16]}"
                payload = {"message_id": statement.message_id, "email": email}
                outbox.write(session, ADDRESS, key, payload, now, due_at=now + CODE_FIRST)

    def join_account(self, conversation_id: str, customer_id: str, now: datetime) -> None:
        """Say whose the conversation's statements are, and have them acknowledged to that account."""
        if not self._are_without_account(conversation_id):
            return
        with self.database.transaction() as session:
            found = statements.without_account(session, conversation_id)
            statements.join_account(session, found, customer_id)
            for statement in found:
                acknowledge(session, statement, customer_id, now)

    def stamp_about(self, conversation_id: str, customer_id: str, order_id: str) -> datetime | None:
        """When the customer first stated a withdrawal that may be about this order; None where they never did."""
        with self.database.reading() as session:
            said = statements.about(session, conversation_id, customer_id, order_id)
        return said[0].said_at if said else None

    def join(self, conversation_id: str, customer_id: str, order_id: str) -> None:
        """Say that the customer's statements that may be about this order are."""
        with self.database.transaction() as session:
            said = statements.about(session, conversation_id, customer_id, order_id)
            statements.join_order(session, said, order_id)

    def give_to_person(
        self, conversation_id: str, customer_id: str, order_id: str, now: datetime, *, case_id: str | None = None
    ) -> bool:
        """Have a person look at statements that filed no case, or came beside ``case_id``; False where none is."""
        with self.database.transaction() as session:
            said = statements.about(session, conversation_id, customer_id, order_id)
            for statement in said:
                _open_task(session, statement, now, customer_id=customer_id, order_id=order_id, case_id=case_id)
            return bool(said)

    def look(self, message_id: str, now: datetime) -> None:
        """A day later: a statement of which no case came is a person's. Raises ``NotFound``."""
        with self.database.transaction() as session:
            statement, _ = statements.get(session, message_id)
            if not _has_case(session, statement):
                _open_task(session, statement, now)

    def _are_without_account(self, conversation_id: str) -> bool:
        with self.database.reading() as session:
            return bool(statements.without_account(session, conversation_id))


def record(session: Session, statement: Statement) -> datetime:
    """What ``Withdrawals.record`` does, in a transaction of the caller's."""
    kept = statements.record(session, statement)
    key, now = {"message_id": kept.message_id}, kept.said_at
    outbox.write(session, LOOK, f"{LOOK}:{kept.message_id}", key, now, due_at=now + LOOKED_AT_AFTER)
    if kept.customer_id is not None:
        acknowledge(session, kept, kept.customer_id, now)
    return kept.said_at


def acknowledge(session: Session, statement: Statement, customer_id: str, now: datetime) -> None:
    """Have a statement acknowledged by mail to an account, once."""
    payload = {"message_id": statement.message_id, "customer_id": customer_id}
    outbox.write(session, MAIL, f"{MAIL}:{statement.message_id}:{customer_id}", payload, now)


def _has_case(session: Session, statement: Statement) -> bool:
    if statement.customer_id is None or statement.order_id is None:
        return False
    return any(case.order_id == statement.order_id for case in store.cases_of(session, statement.customer_id))


def _open_task(
    session: Session,
    statement: Statement,
    now: datetime,
    *,
    customer_id: str | None = None,
    order_id: str | None = None,
    case_id: str | None = None,
) -> None:
    kind = "withdrawal_beside_case" if case_id else "withdrawal_unsettled"
    open_task(
        session,
        kind,
        f"withdrawal:{statement.message_id}",
        now,
        case_id=case_id,
        said_at=statement.said_at.isoformat(timespec="minutes"),
        said=statement.words,
        conversation_id=statement.conversation_id,
        customer_id=customer_id or statement.customer_id or "not known",
        order_id=order_id or statement.order_id or "not named",
    )
