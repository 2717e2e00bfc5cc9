"""Whether this process can serve, and whether the engine behind it gives real answers."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from fastapi import APIRouter, Response

from refunds.chat.engine import EngineClient
from refunds.chat.transcript import Transcript


class Health:
    """GET /health: 503 without a database. Without the engine messages still come in; their answers are late."""

    def __init__(self, transcript: Transcript, engine: EngineClient) -> None:
        self._transcript = transcript
        self._engine = engine
        self.router = APIRouter()
        self.router.add_api_route("/health", self.report, methods=["GET"])

    async def report(self, response: Response) -> dict[str, str]:
        """How the database and the engine stand now."""
        database = await asyncio.to_thread(self._transcript.answers)
        engine = await self._engine.is_answering(datetime.now(UTC))
        response.status_code = 200 if database else 503
        return {
            "status": "ok" if database and engine else "degraded" if database else "down",
            "database": "ok" if database else "no answer",
            "engine": "ok" if engine else "no answer",
        }
