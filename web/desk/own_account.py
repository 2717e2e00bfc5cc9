"""What everybody at the desk does for themselves: the first page, away or here, a new password, signing out."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from refunds.app import App
from refunds.desk.accounts import Agent
from refunds.desk.permissions import Act
from refunds.desk.refusals import AccountRefused
from web.desk.guard import COOKIE, needs
from web.desk.pages import places_of, render
from web.desk.signing_in import let_in, safe_next

Me = Annotated[Agent, needs(Act.OWN_ACCOUNT)]


class OwnAccount:
    """An agent's own pages."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.router = APIRouter()
        self.router.add_api_route("/", self._begin, methods=["GET"])
        self.router.add_api_route("/account", self._show, methods=["GET"])
        self.router.add_api_route("/account/password", self._change_password, methods=["POST"])
        self.router.add_api_route("/away", self._set_away, methods=["POST"])
        self.router.add_api_route("/sign-out", self._sign_out, methods=["POST"])

    async def _begin(self, request: Request, agent: Me) -> Response:
        places = places_of(request, agent)
        return RedirectResponse(places[0].path if places else "/desk/account", 303)

    async def _show(self, request: Request, agent: Me, changed: bool = False) -> Response:
        said = "Your new password holds from now on. All your other sign-ins were ended." if changed else ""
        return render(request, "account.html", said=said)

    async def _change_password(
        self,
        request: Request,
        agent: Me,
        old: Annotated[str, Form(max_length=1000)],
        new: Annotated[str, Form(max_length=1000)],
    ) -> Response:
        now, accounts = datetime.now(UTC), self._app.accounts
        if not await asyncio.to_thread(accounts.is_password_of, agent, old, now):
            return render(request, "account.html", 422, refused="The old password is not right.")
        try:
            await asyncio.to_thread(accounts.set_password, agent.agent_id, new, now, by=agent)
        except AccountRefused as error:
            return render(request, "account.html", 422, refused=str(error))
        page = "/desk/account?changed=true"
        return await let_in(self._app, request, agent, how="new password", next_page=page)

    async def _set_away(
        self, agent: Me, away: Annotated[bool, Form()], back_to: Annotated[str, Form(max_length=2000)] = ""
    ) -> Response:
        await asyncio.to_thread(self._app.accounts.set_away, agent, away, datetime.now(UTC))
        return RedirectResponse(safe_next(back_to), 303)

    async def _sign_out(self, request: Request, agent: Me) -> Response:
        await asyncio.to_thread(self._app.desk_sessions.end, request.cookies[COOKIE], agent, datetime.now(UTC))
        answer = RedirectResponse("/desk/sign-in", 303)
        answer.delete_cookie(COOKIE, path="/desk")
        return answer
