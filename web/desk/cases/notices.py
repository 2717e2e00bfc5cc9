"""How a case's customer hears from us: an agent sets it on their wish, for whoever phones or writes a mail."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from refunds.app import App
from refunds.cases import store
from refunds.cases.notice_wishes import Way, WishRefused, quiet_hours
from refunds.desk.accounts import Agent
from refunds.desk.permissions import Act
from web.desk.cases.case_page import CasePage
from web.desk.guard import needs

Decider = Annotated[Agent, needs(Act.DECIDE_CASE)]
Clock = Annotated[str, Form(max_length=5)]


class NoticeForm:
    """The form on the case page."""

    def __init__(self, app: App, page: CasePage) -> None:
        self._app = app
        self._page = page
        self.router = APIRouter()
        self.router.add_api_route("/cases/{case_id}/notices", self._set, methods=["POST"])

    def _set(  # noqa: PLR0917 - a form's fields
        self,
        request: Request,
        agent: Decider,
        case_id: str,
        way: Annotated[Way, Form()],
        quiet_from: Clock = "",
        quiet_to: Clock = "",
    ) -> Response:
        """Keep the way and the quiet hours (both ends empty: none), on the clock of the customer's case."""
        now = datetime.now(UTC)
        try:
            quiet = quiet_hours(quiet_from, quiet_to)
        except WishRefused as error:
            return self._page.show(request, agent, case_id, 422, refused=f"Nothing was changed: {error}.")
        with self._app.database.reading() as session:
            customer_id = store.get(session, case_id).customer_id
        hours = {"quiet_from": quiet_from, "quiet_to": quiet_to}
        about = {"case_id": case_id, "customer_id": customer_id}
        self._app.audit.did(agent, "set_notices", now, **about, way=way.value, **hours)
        self._app.wishing.choose(customer_id, way, quiet, zone=None, who=agent.name, now=now)
        return RedirectResponse(f"/desk/cases/{case_id}?done=notices", 303)
