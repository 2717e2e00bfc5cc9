"""/desk/people: chats for who phoned or wrote a mail, and identity checks that wait for a second agent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from refunds.app import App
from refunds.desk.accounts import Agent
from refunds.desk.opened_for import Came
from refunds.desk.permissions import Act
from web.desk.guard import needs
from web.desk.pages import render

Opens = Annotated[Agent, needs(Act.OPEN_FOR_CUSTOMER)]
Present = Annotated[Agent, needs(Act.OWN_ACCOUNT)]


class OpeningPages:
    """Where what begins without a chat begins."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.router = APIRouter(prefix="/people")
        self.router.add_api_route("", self.page, methods=["GET"])
        self.router.add_api_route("/new", self.open, methods=["POST"])
        self.router.add_api_route("/beat", self.beat, methods=["POST"])

    def page(self, request: Request, agent: Opens) -> Response:
        """How to begin, and what waits for another pair of eyes."""
        now = datetime.now(UTC)
        self._app.audit.seen(agent, "saw_identity_checks", now)
        waiting = self._app.identity_checks.waiting(now)
        return render(request, "people/people.html", waiting=waiting, me=agent.name)

    def open(self, agent: Opens, came: Annotated[Came, Form()]) -> Response:
        """A conversation of somebody who phones or wrote."""
        conversation_id = self._app.opened_for.open(agent, came, datetime.now(UTC))
        return RedirectResponse(f"/desk/people/for/{conversation_id}", 303)

    def beat(self, _: Present) -> Response:
        """A sign of life: the gate has noted it."""
        return Response(status_code=204)
