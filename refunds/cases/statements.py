"""Withdrawal statements in the database. Callers bring the session."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from refunds.errors import NotFound
from refunds.tables import ConversationRow
from refunds.tables import WithdrawalStatementRow as Row

_ORDER_NAMED = re.compile(r"\bORD\W*(\d+)", re.I)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as it was said. ``customer_id`` is None until its conversation showed whose it is.

    ``order_id`` is the only order that its words named, or the one that it turned out to be about.
    """

    message_id: str
    conversation_id: str
    said_at: datetime
    words: str
    customer_id: str | None
    order_id: str | None

    def is_about(self, order_id: str) -> bool:
        """Whether it may be meant for that order: it names it, or it names none."""
        if self.order_id is not None:
            return self.order_id == order_id
        named = _ORDER_NAMED.findall(self.words)
        return not named or order_id.rpartition("-")[2] in named


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement was said: the IANA zone and the locale of its conversation, where known."""

    zone: str | None
    locale: str | None


def orders_named(words: str) -> frozenset[str]:
    """The numbers of the orders that ``words`` name."""
    return frozenset(f"ORD-{number}" for number in _ORDER_NAMED.findall(words))


def record(session: Session, statement: Statement) -> Statement:
    """Store a statement once a message; returns the one that counts."""
    there = session.get(Row, statement.message_id)
    if there is not None:
        return _statement(there)
    session.add(Row(**{name: getattr(statement, name) for name in Statement.__slots__}))
    session.flush()
    return statement


def get(session: Session, message_id: str) -> tuple[Statement, Place]:
    """The statement of that message and where it was said; raises ``NotFound``."""
    row = session.get(Row, message_id)
    if row is None:
        raise NotFound(f"message {message_id} is no withdrawal statement")
    chat = session.get(ConversationRow, row.conversation_id)
    return _statement(row), Place(chat.zone, chat.locale) if chat else Place(None, None)


def without_account(session: Session, conversation_id: str) -> list[Statement]:
    """The conversation's statements of which nobody knows yet whose they are, the oldest first."""
    return _read(session, Row.conversation_id == conversation_id, Row.customer_id.is_(None))


def about(session: Session, conversation_id: str, customer_id: str, order_id: str) -> list[Statement]:
    """What the customer stated about an order, here or in another conversation, the oldest first."""
    here = (Row.conversation_id == conversation_id) & Row.customer_id.is_(None)
    said = _read(session, or_(Row.customer_id == customer_id, here))
    return [statement for statement in said if statement.is_about(order_id)]


def join_account(session: Session, statements: Iterable[Statement], customer_id: str) -> None:
    """Say whose the statements are."""
    for statement in statements:
        session.get_one(Row, statement.message_id).customer_id = customer_id


def join_order(session: Session, statements: Iterable[Statement], order_id: str) -> None:
    """Say about which order they are; one that names several stays about all of them."""
    for statement in statements:
        if len(set(_ORDER_NAMED.findall(statement.words))) <= 1:
            session.get_one(Row, statement.message_id).order_id = order_id


def _read(session: Session, *which: ColumnElement[bool]) -> list[Statement]:
    rows = session.scalars(select(Row).where(*which).order_by(Row.said_at, Row.message_id))
    return [_statement(row) for row in rows]


def _statement(row: Row) -> Statement:
    return Statement(**{name: getattr(row, name) for name in Statement.__slots__})
