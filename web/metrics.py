"""GET /metrics: how things stand, in the text form that Prometheus reads; numbers only, nothing of a customer's."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse

from refunds.app import App
from refunds.chat.engine import EngineClient
from refunds.desk.insight.alarms import Standing, standing
from refunds.errors import DatabaseUnavailable

_HELP = {
    "outbox_overdue": "Effects that have been due for five minutes and are not done.",
    "dead_letters": "Effects that were given up and wait for a person.",
    "payouts_without_news": "Payouts that billing has and told nothing of for three days.",
    "waiting_chats": "Chats that wait for a person.",
    "agents_here": "Agents at the desk and not away.",
    "late_chats": "Chats in which Slack or Telegram has not taken a line for five minutes.",
}
_FORM = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """The page of figures; a database that is away leaves only what needs none."""

    def __init__(self, app: App, engine: EngineClient) -> None:
        self._app = app
        self._engine = engine
        self.router = APIRouter()
        self.router.add_api_route("/metrics", self.report, methods=["GET"], include_in_schema=False)

    async def report(self) -> Response:
        """All figures now."""
        now = datetime.now(UTC)
        answering = await self._engine.is_answering(now)
        stands = await asyncio.to_thread(self.standing, now)
        figures = _gauge("engine_answers", "Whether the engine gives real answers.", int(answering))
        figures += _gauge("database_answers", "Whether the database answers.", int(stands is not None))
        if stands is not None:
            figures += "".join(_gauge(name, told, getattr(stands, name)) for name, told in _HELP.items())
            alarms = stands.alarms(desk_open=self.desk_is_open(now))
            figures += _gauge("alarms", "Alarms that are up, besides a silent engine.", len(alarms))
        return PlainTextResponse(figures, media_type=_FORM)

    def standing(self, now: datetime) -> Standing | None:
        """How things stand; None without a database."""
        try:
            with self._app.database.reading() as session:
                return standing(session, now, gone_after=self._app.settings.desk_targets.gone_after)
        except DatabaseUnavailable:
            return None

    def desk_is_open(self, now: datetime) -> bool:
        """Whether people answer now."""
        return self._app.settings.desk_hours.is_open(now, self._app.calendars)


def _gauge(name: str, told: str, value: int) -> str:
    return f"# HELP refunds_{name} {told}\n# TYPE refunds_{name} gauge\nrefunds_{name} {value}\n"
