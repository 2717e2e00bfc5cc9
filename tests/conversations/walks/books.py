"""What the house holds in its database, read beside it: conversations, messages, cases, everything."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from tests.stack import Stack

# What a frame counts; no progress of the talk.
_COUNTERS = ("asked_again", "misunderstood", "complaints", "doubted")
_CLOSED = ("rejected", "withdrawn", "closed")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a conversation stands after a move; all None and 0 before the first message."""

    conversation_id: str | None = None
    owner: str | None = None
    customer_id: str | None = None
    question: str | None = None
    frame: str = ""
    state_size: int = 0
    messages: int = 0
    unanswered: int = 0


@contextmanager
def open_books(stack: Stack) -> Iterator[Books]:
    """The books of a running stack, read-only."""
    file = stack.var / "refunds.sqlite"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as connection:
        connection.row_factory = sqlite3.Row
        yield Books(connection)


@dataclass(frozen=True, slots=True)
class Books:
    """Reads the database of a stack; money in minor units as it is stored."""

    connection: sqlite3.Connection

    def standing(self, address: str) -> Standing:
        """How the conversation of a REST sender stands."""
        found = self.rows("SELECT * FROM conversations WHERE address = ? ORDER BY created_at DESC", address)
        if not found:
            return Standing()
        chat = found[0]
        slots = json.loads(chat["state"] or "{}").get("slots") or {}
        frame = {name: told for name, told in (slots.get("frame") or {}).items() if name not in _COUNTERS}
        messages = self.rows("SELECT status FROM messages WHERE conversation_id = ?", chat["conversation_id"])
        return Standing(
            conversation_id=chat["conversation_id"],
            owner=chat["owner"],
            customer_id=chat["customer_id"],
            question=slots.get("pending_question"),
            frame=json.dumps(frame, sort_keys=True),
            state_size=len(chat["state"] or ""),
            messages=len(messages),
            unanswered=sum(message["status"] == "pending" for message in messages),
        )

    def cases(self) -> list[dict[str, Any]]:
        """All cases, oldest first."""
        return [_with_clauses(row) for row in self.rows("SELECT * FROM cases ORDER BY filed_at, case_id")]

    def open_cases(self) -> list[dict[str, Any]]:
        """Those that are not over."""
        return [case for case in self.cases() if case["state"] not in _CLOSED]

    def latest_assessment(self, conversation_id: str, order_id: str) -> dict[str, Any] | None:
        """What a conversation was last told about an order without filing it."""
        query = "SELECT * FROM assessments WHERE conversation_id = ? AND order_id = ? ORDER BY told_at DESC"
        found = self.rows(query, conversation_id, order_id)
        return _with_clauses(found[0]) if found else None

    def open_hand_offs(self, conversation_id: str) -> int:
        """How many hand-offs of a conversation wait or are with a person."""
        query = "SELECT hand_off_id FROM hand_offs WHERE conversation_id = ? AND ended_at IS NULL"
        return len(self.rows(query, conversation_id))

    def everything(self) -> str:
        """Every value of every table, for what may be nowhere."""
        tables = [row["name"] for row in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return "\n".join(str(list(row.values())) for table in tables for row in self.rows(f'SELECT * FROM "{table}"'))

    def rows(self, query: str, *values: str) -> list[dict[str, Any]]:
        """What a query finds."""
        return [dict(row) for row in self.connection.execute(query, values)]


def _with_clauses(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "clauses": json.loads(row["clauses"])}
