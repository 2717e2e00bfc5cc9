"""How long the desk's pages of chats take: ``python -m benchmarks.desk_pages [DATABASE_URL]``.

500 chats wait and 10,000 are past, each with a few messages and lines. Each page is asked for 40 times, one after the
other, from the application in this process; the target is 300 ms at p95.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any
from unittest.mock import MagicMock

import httpx
from sqlalchemy import insert

from benchmarks.measure import load
from refunds.app import App, open_app
from refunds.database import Database
from refunds.desk.permissions import Role
from refunds.migrating import migrate
from refunds.settings import read_settings
from refunds.tables import ConversationRow, HandOffRow, LineRow, MessageRow
from web.desk.application import desk
from web.desk.guard import COOKIE

WAITING, PAST, SAID = 500, 10_000, 4
TIMES = 40
WORDS = ("the database", "in eu-central", "was down", "since monday", "nobody answers", "my ticket", "about order")
PAGES = (
    "/chats",
    "/chats?page=7",
    "/chats?view=mine",
    "/chats?view=all",
    "/chats?view=all&page=200",
    "/chats?view=all&q=ticket+monday",
    "/chats?view=all&q=words-that-nobody-said",
    "/chats/counts",
    "/chats/mentions",
    "/insight",
    "/insight/sentences",
    "/chats/{chat}",
    "/chats/{chat}/said",
    "/chats/{chat}/standing",
    "/chats/{chat}/notes",
)


def main() -> None:
    """Seed a database, ask for each page, print what it took."""
    with tempfile.TemporaryDirectory() as var:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{var}/bench.sqlite"
        database = Database(url)
        migrate(database)
        chat = _seed(database)
        app = open_app(read_settings({"REFUNDS_VAR": var, "REFUNDS_DATABASE_URL": url}))
        print(f"{WAITING} waiting, {PAST} past chats on {database.engine.dialect.name}, {load()}")
        asyncio.run(_ask(app, chat))


async def _ask(app: App, chat: str) -> None:
    now, name = datetime.now(UTC), f"Bench {time.time_ns()}"
    agent = app.accounts.add(f"{secrets.token_hex(4)}@desk.example", name, Role.LEAD, None, now, by="bench")
    key = app.desk_sessions.begin(agent, now, how="bench")
    transport = httpx.ASGITransport(desk(app, MagicMock(), MagicMock()))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", cookies={COOKIE: key}) as http:
        for page in PAGES:
            took = [await _milliseconds(http, page.format(chat=chat)) for _ in range(TIMES)]
            percentiles = quantiles(took, n=100, method="inclusive")
            print(f"{page:45} p50 {percentiles[49]:6.1f}  p95 {percentiles[94]:6.1f} ms")


async def _milliseconds(http: httpx.AsyncClient, page: str) -> float:
    started = time.perf_counter()
    answer = await http.get(page, headers={"Accept": "text/html"})
    answer.raise_for_status()
    return (time.perf_counter() - started) * 1000


def _seed(database: Database) -> str:
    """Chats with their words; the id of one that waits."""
    chance = random.Random(14)
    tables: dict[Any, list[dict[str, Any]]] = {ConversationRow: [], MessageRow: [], LineRow: [], HandOffRow: []}
    for number in range(WAITING + PAST):
        for table, row in _rows(number, chance):
            tables[table].append(row)
    with database.transaction() as session:
        for table, rows in tables.items():
            session.execute(insert(table), rows)
    first: str = tables[ConversationRow][0]["conversation_id"]
    return first


def _rows(number: int, chance: random.Random) -> Iterator[tuple[Any, dict[str, Any]]]:
    chat, waits = f"{number:032x}", number < WAITING
    began = datetime.now(UTC) - timedelta(minutes=chance.randrange(1, 240 if waits else 200_000))
    yield (
        ConversationRow,
        {
            "conversation_id": chat,
            "channel": chance.choice(["website", "slack", "telegram"]),
            "address": chat,
            "owner": "waiting" if waits else "closed",
            "epoch": 1,
            "reason": "customer_asked",
            "customer_id": f"C-{number % 3000}",
            "locale": chance.choice(["en-GB", "de-DE", "zh-CN"]),
            "zone": "Europe/Berlin",
            "last_position": SAID,
            "last_number": SAID,
            "created_at": began,
            "updated_at": began,
        },
    )
    for place in range(1, SAID + 1):
        message = f"{number:024x}{place:08x}"
        at = began + timedelta(seconds=place)
        words = " ".join(chance.choices(WORDS, k=20))
        common = {"conversation_id": chat}
        yield (
            MessageRow,
            common
            | {
                "message_id": message,
                "position": place,
                "channel_message_id": message,
                "text": words,
                "status": "done",
                "reading": {"intent": "inform", "confidence": 0.9, "ranking": [], "entities": []},
                "received_at": at,
            },
        )
        line = {"number": place, "author": "assistant", "text": words, "in_reply_to": message, "said_at": at}
        yield LineRow, common | line
    ended = None if waits else began
    summary = {"order_id": f"ORD-{number}", "words": ["it was down"], "last_words": ["I want a person"]}
    opened = {"hand_off_id": chat, "conversation_id": chat, "reason": "customer_asked", "summary": summary}
    yield HandOffRow, opened | {"opened_at": began, "ended_at": ended}


if __name__ == "__main__":
    main()
