"""How long the desk's pages of cases take with 10,000 cases: ``python -m benchmarks.desk_cases [DATABASE_URL]``.

Each page is asked for 40 times, one after the other, from the application in this process; the target is 300 ms at p95.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any
from unittest.mock import MagicMock

import httpx
from sqlalchemy import insert

from benchmarks.measure import load
from refunds.app import App, open_app
from refunds.cases.lifecycle import OPEN, CaseState
from refunds.database import Database
from refunds.desk.permissions import Role
from refunds.migrating import migrate
from refunds.settings import read_settings
from refunds.tables import CaseEventRow, CasePersonRow, CaseRow, PromiseRow, TaskRow
from tests.integration.filing_world import NOW, REQUEST, filing
from web.desk.application import desk
from web.desk.guard import COOKIE

CASES = 10_000
TIMES = 40
PAGES = (
    "/cases",
    "/cases?page=300&group=all",
    "/cases?due=overdue",
    "/cases?group=check&seen_to_by=nobody",
    "/cases?search=customer+4711",
    "/cases?search=nobody-has-this-name",
    "/cases/{case}",
    "/promises",
    "/tasks",
    "/policy",
    "/policy/findings",
    "/insight",
)


def main() -> None:
    """Seed a database, ask for each page, print what it took."""
    with tempfile.TemporaryDirectory() as var:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{var}/bench.sqlite"
        database = Database(url)
        migrate(database)
        case_id = _seed(database)
        app = open_app(read_settings({"REFUNDS_VAR": var, "REFUNDS_DATABASE_URL": url}))
        print(f"{CASES} cases on {database.engine.dialect.name}, {load()}")
        asyncio.run(_ask(app, case_id))


async def _ask(app: App, case_id: str) -> None:
    now = datetime.now(UTC)
    agent = app.accounts.add(
        f"bench{time.time_ns()}@desk.example", f"Bench {time.time_ns()}", Role.LEAD, None, now, by="bench"
    )
    key = app.desk_sessions.begin(agent, now, how="bench")
    transport = httpx.ASGITransport(desk(app, MagicMock(), MagicMock()))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", cookies={COOKIE: key}) as http:
        for page in PAGES:
            took = [await _milliseconds(http, page.format(case=case_id)) for _ in range(TIMES)]
            percentiles = quantiles(took, n=100, method="inclusive")
            print(f"{page:45} p50 {percentiles[49]:6.1f}  p95 {percentiles[94]:6.1f} ms")


async def _milliseconds(http: httpx.AsyncClient, page: str) -> float:
    started = time.perf_counter()
    answer = await http.get(page, headers={"Accept": "text/html"})
    answer.raise_for_status()
    return (time.perf_counter() - started) * 1000


def _seed(database: Database) -> str:
    """Cases in all states with whole receipts; one that was filed in earnest, whose number is given."""
    chance = random.Random(15)
    work = filing(database)
    shown = work.assess(REQUEST, customer_id="C-1", conversation_id="conversation", now=NOW)
    told: dict[str, Any] = {
        "customer_id": "C-1",
        "conversation_id": "conversation",
        "channel": "rest",
        "message_id": "m",
    }
    real = work.file(REQUEST, **told, confirmed_digest=shown.digest, now=NOW)
    tables: dict[Any, list[dict[str, Any]]] = {
        CaseRow: [],
        CasePersonRow: [],
        CaseEventRow: [],
        PromiseRow: [],
        TaskRow: [],
    }
    for number in range(CASES):
        for table, row in _rows(number, chance, real):
            tables[table].append(row)
    with database.transaction() as session:
        for table, rows in tables.items():
            session.execute(insert(table), rows)
    return real.case_id


def _rows(number: int, chance: random.Random, real: Any) -> list[tuple[Any, dict[str, Any]]]:
    state = chance.choice([*OPEN, *CaseState])
    case_id, order_id, customer_id = f"X-{number:05}", f"ORD-{20000 + number}", f"C-{number % 3000}"
    filed = datetime.now(UTC) - timedelta(hours=chance.randrange(24 * 60))
    due = (filed + timedelta(days=4)).date()
    case = {
        "case_id": case_id,
        "order_id": order_id,
        "customer_id": customer_id,
        "payment_id": f"PAY-{number}",
        "payment_method": "card",
        "state": state.value,
        "version": 1,
        "outcome": "eligible",
        "clauses": ["P1.a"],
        "amount_minor": chance.randrange(100, 100_000),
        "currency": "EUR",
        "words": "it was down",
        "evidence": [],
        "policy_version": real.policy_version,
        "receipt": real.receipt,
        "receipt_hash": real.receipt_hash,
        "channel": "website",
        "filing_key": f"bench {number}",
        "verification_due": due.isoformat(),
        "payout_due": (due + timedelta(days=5)).isoformat(),
        "statutory_due": (due + timedelta(days=9)).isoformat() if number % 7 == 0 else None,
        "filed_at": filed,
        "updated_at": filed,
    }
    name = f"Customer {number}"
    person = {
        "case_id": case_id,
        "name": name,
        "words": f"{case_id} {order_id} {customer_id} {name} c{number}@example.com".lower(),
    }
    event = {
        "case_id": case_id,
        "number": 1,
        "at": filed,
        "who": "customer",
        "what": "filed",
        "state_after": state.value,
    }
    event |= {"why": "confirmed", "policy_version": real.policy_version}
    rows: list[tuple[Any, dict[str, Any]]] = [(CaseRow, case), (CasePersonRow, person), (CaseEventRow, event)]
    promised = {
        "promise_id": f"{number:032}",
        "case_id": case_id,
        "kind": "verify_by",
        "day": due.isoformat(),
        "zone": "UTC",
    }
    ended = {"ended_at": filed, "outcome": "kept"} if number % 3 else {"ended_at": None, "outcome": None}
    rows.append((PromiseRow, {**promised, **ended, "basis": "P2.b", "given_at": filed}))
    task = {
        "task_id": f"{number:08}",
        "key": f"t{number}",
        "kind": "trace",
        "case_id": case_id,
        "details": {},
        "opened_at": filed,
    }
    done = {"done_at": filed, "done_by": "Ann"} if number % 200 else {"done_at": None, "done_by": None}
    rows.append((TaskRow, {**task, **done}))
    return rows


if __name__ == "__main__":
    main()
