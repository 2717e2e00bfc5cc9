"""Whether this process can serve, and whether the engine behind it gives real answers."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Response

from refunds.cases.tasks import list_tasks
from refunds.chat.transcript import Transcript
from refunds.database import Database
from refunds.errors import DatabaseUnavailable
from refunds.outbox import DEAD
from web.alarms import Alarms


class Health:
    """GET /health: 503 without a database. Without the engine messages still come in; their answers are late.

    What waits for a person is counted and changes no status: this process serves all the same.
    """

    def __init__(self, database: Database, transcript: Transcript, alarms: Alarms) -> None:
        self._database = database
        self._transcript = transcript
        self._alarms = alarms
        self.router = APIRouter()
        self.router.add_api_route("/health", self.report, methods=["GET"])

    async def report(self, response: Response) -> dict[str, Any]:
        """How the database and the engine stand now."""
        database = await asyncio.to_thread(self._transcript.answers)
        looked = await self._alarms.look(datetime.now(UTC))
        engine = looked.engine_answers
        response.status_code = 200 if database else 503
        return {
            "status": "ok" if database and engine else "degraded" if database else "down",
            "database": "ok" if database else "no answer",
            "engine": "ok" if engine else "no answer",
            **await asyncio.to_thread(self._what_waits_for_a_person),
            "alarms": dict(looked.raised),
        }

    def _what_waits_for_a_person(self) -> dict[str, int]:
        """How many tasks are open, and how many of them are dead rows of the outbox; nothing without a database."""
        try:
            with self._database.reading() as session:
                tasks = list_tasks(session)
        except DatabaseUnavailable:
            return {}
        return {"open_tasks": len(tasks), "dead_letters": sum(task.kind == DEAD for task in tasks)}
