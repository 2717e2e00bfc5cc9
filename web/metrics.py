"""GET /metrics: how things stand, in the text form that Prometheus reads; numbers only, nothing of a customer's."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse

from refunds.desk.insight.alarms import ALARMS
from web.alarms import Alarms

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

    def __init__(self, alarms: Alarms) -> None:
        self._alarms = alarms
        self.router = APIRouter()
        self.router.add_api_route("/metrics", self.report, methods=["GET"], include_in_schema=False)

    async def report(self) -> Response:
        """All figures now."""
        looked = await self._alarms.look(datetime.now(UTC))
        figures = _gauge("engine_answers", "Whether the engine gives real answers.", int(looked.engine_answers))
        figures += _gauge("database_answers", "Whether the database answers.", int(looked.standing is not None))
        if looked.standing is not None:
            figures += "".join(_gauge(name, told, getattr(looked.standing, name)) for name, told in _HELP.items())
        figures += _gauge("alarms", "Alarms that are up.", len(looked.raised))
        figures += "# HELP refunds_alarm Whether the alarm of that name is up.\n# TYPE refunds_alarm gauge\n"
        figures += "".join(f'refunds_alarm{{name="{name}"}} {int(name in looked.raised)}\n' for name in ALARMS)
        return PlainTextResponse(figures, media_type=_FORM)


def _gauge(name: str, told: str, value: int) -> str:
    return f"# HELP refunds_{name} {told}\n# TYPE refunds_{name} gauge\nrefunds_{name} {value}\n"
