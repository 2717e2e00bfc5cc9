"""What only a person can do, with the next best step."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from refunds.app import App
from refunds.cases.tasks import list_tasks, newest_done
from refunds.desk.accounts import Agent
from refunds.desk.cases.task_words import task_words
from refunds.desk.permissions import Act
from web.desk.guard import needs
from web.desk.pages import render

_DONE = {"done": "The task is done.", "retry": "It is tried again now."}
MOST_DONE = 100

Seer = Annotated[Agent, needs(Act.SEE_TASKS)]
Doer = Annotated[Agent, needs(Act.DO_TASK)]


class TaskPages:
    """Tasks that are open, those that were done, and finishing them."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.router = APIRouter()
        self.router.add_api_route("/tasks", self._show, methods=["GET"])
        self.router.add_api_route("/tasks/{task_id}/done", self._finish, methods=["POST"])
        self.router.add_api_route("/tasks/{task_id}/retry", self._retry, methods=["POST"])

    def _show(self, request: Request, agent: Seer, which: str = "open", done: str = "") -> Response:
        now = datetime.now(UTC)
        with self._app.database.reading() as session:
            tasks = newest_done(session, MOST_DONE) if which == "done" else list_tasks(session)
        self._app.audit.seen(agent, "see_tasks", now)
        rows = [(task, task_words(task.kind, task.details)) for task in tasks]
        return render(request, "cases/tasks.html", rows=rows, which=which, said=_DONE.get(done, ""))

    def _finish(self, task_id: str, agent: Doer) -> Response:
        self._app.case_acts.finish_task(agent, task_id, datetime.now(UTC))
        return RedirectResponse("/desk/tasks?done=done", 303)

    def _retry(self, task_id: str, agent: Doer) -> Response:
        self._app.case_acts.retry(agent, task_id, datetime.now(UTC))
        return RedirectResponse("/desk/tasks?done=retry", 303)
