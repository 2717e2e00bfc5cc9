"""Days that customers were given: those still to be kept, and how those that ended were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from refunds.app import App
from refunds.cases.promises import PromiseKind
from refunds.desk.accounts import Agent
from refunds.desk.cases.promised import MOST_SHOWN, kept_since, open_promises
from refunds.desk.permissions import Act
from web.desk.guard import needs
from web.desk.pages import render

_KINDS = {each.value: each for each in PromiseKind}
SHOWN_FOR = timedelta(days=30)

Seer = Annotated[Agent, needs(Act.SEE_CASES)]


class PromisesPage:
    """The page of promises."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.router = APIRouter()
        self.router.add_api_route("/promises", self._show, methods=["GET"])

    def _show(self, request: Request, agent: Seer, kind: str = "") -> Response:
        now = datetime.now(UTC)
        with self._app.database.reading() as session:
            values: dict[str, Any] = {
                "promises": open_promises(session, now, _KINDS.get(kind)),
                "kept": kept_since(session, now - SHOWN_FOR),
            }
        self._app.audit.seen(agent, "see_promises", now)
        shown: dict[str, Any] = {"kinds": list(_KINDS), "chosen": kind, "most": MOST_SHOWN, "days": SHOWN_FOR.days}
        return render(request, "cases/promises.html", **values, **shown)
