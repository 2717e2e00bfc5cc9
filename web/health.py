"""Whether this process can serve, and whether the engine behind it gives real answers."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Response

from refunds.cases.tasks import list_tasks
from refunds.chat.engine import EngineClient
from refunds.chat.transcript import Transcript
from refunds.database import Database
from refunds.errors import DatabaseUnavailable
from refunds.outbox import DEAD
from web.metrics import Metrics


class Health:
    """GET /health: 503 without a database. Without the engine messages still come in; their answers are late.

    What waits for a person is counted and changes no status: this process serves all the same.
    """

    def __init__(self, database: Database, transcript: Transcript, engine: EngineClient, metrics: Metrics) -> None:
        self._database = database
        self._transcript = transcript
        self._engine = engine
        self._metrics = metrics
        self.router = APIRouter()
        self.router.add_api_route("/health", self.report, methods=["GET"])

    async def report(self, response: Response) -> dict[str, Any]:
        """How the database and the engine stand now."""
        database = await asyncio.to_thread(self._transcript.answers)
        engine = await self._engine.is_answering(datetime.now(UTC))
        response.status_code = 200 if database else 503
        return {
            "status": "ok" if database and engine else "degraded" if database else "down",
            "database": "ok" if database else "no answer",
            "engine": "ok" if engine else "no answer",
            **await asyncio.to_thread(self._what_waits_for_a_person),
            **await asyncio.to_thread(self._alarms, datetime.now(UTC)),
        }

    def _what_waits_for_a_person(self) -> dict[str, int]:
        """How many tasks are open, and how many of them are dead rows of the outbox; nothing without a database."""
        try:
            with self._database.reading() as session:
                tasks = list_tasks(session)
        except DatabaseUnavailable:
            return {}
        return {"open_tasks": len(tasks), "dead_letters": sum(task.kind == DEAD for task in tasks)}

    def _alarms(self, now: datetime) -> dict[str, dict[str, str]]:
        """What is wrong, by name, in a sentence each; nothing without a database."""
        standing = self._metrics.standing(now)
        return {} if standing is None else {"alarms": dict(standing.alarms(desk_open=self._metrics.desk_is_open(now)))}
