"""GET /desk/alarms: what operators and leads must see, as a part of the pages on which work begins."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response

from refunds.desk.accounts import Agent
from refunds.desk.permissions import Act
from web.alarms import Alarms
from web.desk.guard import needs
from web.desk.pages import render

Seer = Annotated[Agent, needs(Act.SEE_TASKS)]


class AlarmsPart:
    """The alarms that are up, a sentence each; nothing where none is."""

    def __init__(self, alarms: Alarms) -> None:
        self._alarms = alarms
        self.router = APIRouter()
        self.router.add_api_route("/alarms", self._show, methods=["GET"])

    async def _show(self, request: Request, agent: Seer) -> Response:
        looked = await self._alarms.look(datetime.now(UTC))
        return render(request, "alarms.html", alarms=list(looked.raised.values()))
