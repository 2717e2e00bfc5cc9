"""The queue of cases: filtered, searched, given out, and filters kept for another day."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

import structlog
from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from refunds.app import App
from refunds.days import local_day
from refunds.desk.accounts import Agent
from refunds.desk.cases.assignment import assignable
from refunds.desk.cases.filters import FilterRefused, forget_filter, save_filter, saved_filters
from refunds.desk.cases.queue import counts, queue_page
from refunds.desk.cases.wanted import Due, Group, SeenToBy, Wanted
from refunds.desk.permissions import Act
from refunds.errors import BackOfficeError, NotFound
from refunds.review import ReviewRefused
from web.desk.guard import needs
from web.desk.pages import render

_log = structlog.get_logger()
QUEUE = "/desk/cases"
_NOBODY = "nobody"
_MYSELF = "me"

Seer = Annotated[Agent, needs(Act.SEE_CASES)]
Decider = Annotated[Agent, needs(Act.DECIDE_CASE)]


class QueuePages:
    """The queue and what is done with many cases at once."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.router = APIRouter()
        self.router.add_api_route("/cases", self._show, methods=["GET"])
        self.router.add_api_route("/cases/assign", self._assign, methods=["POST"])
        self.router.add_api_route("/cases/filters", self._save, methods=["POST"])
        self.router.add_api_route("/cases/filters/forget", self._forget, methods=["POST"])

    def _show(self, request: Request, agent: Seer, given: int | None = None) -> Response:
        said = "" if given is None else f"{given} case{'' if given == 1 else 's'} changed hands."
        return self._page(request, agent, Wanted.read(request.query_params), said=said)

    def _assign(
        self,
        request: Request,
        agent: Decider,
        to: Annotated[str, Form(max_length=32)],
        case_ids: Annotated[list[str] | None, Form()] = None,
        query: Annotated[str, Form(max_length=1000)] = "",
    ) -> Response:
        receiver = {_NOBODY: None, _MYSELF: agent.agent_id}.get(to, to)
        try:
            given = self._app.case_acts.assign(agent, case_ids or [], receiver, datetime.now(UTC))
        except (ReviewRefused, NotFound) as error:
            return self._page(request, agent, _read_back(query), 422, refused=f"Nothing changed hands: {error}.")
        return RedirectResponse(_address(_read_back(query), given=str(len(given))), 303)

    def _save(
        self,
        request: Request,
        agent: Seer,
        name: Annotated[str, Form(max_length=200)],
        query: Annotated[str, Form(max_length=1000)] = "",
    ) -> Response:
        wanted = _read_back(query)
        try:
            with self._app.database.transaction() as session:
                save_filter(session, agent.agent_id, name, wanted, datetime.now(UTC))
        except FilterRefused as error:
            return self._page(request, agent, wanted, 422, refused=f"The filter was not saved: {error}.")
        return RedirectResponse(_address(wanted), 303)

    def _forget(self, name: Annotated[str, Form(max_length=200)], agent: Seer) -> Response:
        with self._app.database.transaction() as session:
            forget_filter(session, agent.agent_id, name)
        return RedirectResponse(QUEUE, 303)

    def _page(
        self, request: Request, agent: Agent, wanted: Wanted, status: int = 200, *, said: str = "", refused: str = ""
    ) -> Response:
        now = datetime.now(UTC)
        today = local_day(now, self._app.settings.desk_hours.zone)
        customer_id, away = self._customer_by_mail(wanted.search)
        with self._app.database.reading() as session:
            page = queue_page(session, wanted, me=agent.agent_id, today=today, customer_id=customer_id)
            values = {
                "page": page,
                "counts": counts(session),
                "filters": {name: _address(each) for name, each in saved_filters(session, agent.agent_id).items()},
                "agents": assignable(session),
            }
        self._app.audit.seen(agent, "saw_case_queue", now)
        if wanted.search:
            self._app.audit.seen(agent, "search_cases", now, searched_for=wanted.search)
        shown = {"wanted": wanted, "today": today, "Group": Group, "Due": Due, "SeenToBy": SeenToBy, "away": away}
        pages = {
            "query": urlencode(wanted.query),
            "before": _to(wanted, -1, page.pages),
            "after": _to(wanted, 1, page.pages),
        }
        return render(request, "cases/queue.html", status, **values, **shown, **pages, said=said, refused=refused)

    def _customer_by_mail(self, search: str) -> tuple[str | None, bool]:
        """The customer who has that mail at the back office now, and whether it did not answer.

        Cases are found by the mail that stood in the records when they were filed, also while the back office is away.
        """
        if "@" not in search or " " in search:
            return None, False
        try:
            customer = self._app.backoffice.find_customer_by_email(search)
        except BackOfficeError as error:
            _log.warning("case_search_without_back_office", why=type(error).__name__)
            return None, True
        return (customer.customer_id if customer else None), False


def _read_back(query: str) -> Wanted:
    return Wanted.read(dict(parse_qsl(query)))


def _address(wanted: Wanted, **more: str) -> str:
    query = urlencode(wanted.query | more)
    return f"{QUEUE}?{query}" if query else QUEUE


def _to(wanted: Wanted, by: int, pages: int) -> str | None:
    page = min(wanted.page, pages) + by
    return _address(wanted.on(page)) if 1 <= page <= pages else None
