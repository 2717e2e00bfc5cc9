"""Signing in by password, and out."""

from __future__ import annotations

import asyncio
import math
import time
from datetime import UTC, datetime
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from refunds.app import App
from refunds.desk import demo
from refunds.desk.accounts import NOT_RIGHT, Agent
from refunds.desk.refusals import SignInRefused
from refunds.desk.sessions import LONGEST
from web.connectors.website_limits import Allowance, Rate
from web.desk.guard import COOKIE
from web.desk.pages import render

OF_A_NETWORK = Rate(10, 20)
"""Tries to sign in: more than any office needs, too few to guess."""
_log = structlog.get_logger()


def safe_next(path: str) -> str:
    """``path`` where it leads to a page of the desk, else the desk's first page: never to another site."""
    is_ours = path.startswith("/desk/") and path.isprintable() and "\\" not in path
    return path if is_ours and not path.startswith("/desk/sign-") else "/desk/"


class SigningIn:
    """The sign-in page and what it sends. ``has_provider``: whether an identity provider is set up."""

    def __init__(self, app: App, *, has_provider: bool) -> None:
        self._app = app
        self._has_provider = has_provider
        self._allowance = Allowance(OF_A_NETWORK)
        self.public = APIRouter()
        self.public.add_api_route("/sign-in", self._show, methods=["GET"])
        self.public.add_api_route("/sign-in", self._sign_in, methods=["POST"])

    async def _show(self, request: Request, next: str = "") -> Response:
        await self._see_to_demo_agents()
        return self._page(request, next)

    async def _sign_in(
        self,
        request: Request,
        login: Annotated[str, Form(max_length=200)] = "",
        password: Annotated[str, Form(max_length=1000)] = "",
        next: Annotated[str, Form(max_length=2000)] = "",
    ) -> Response:
        network = request.client.host if request.client else "unknown"
        if wait := self._allowance.wait(network, time.monotonic()):
            said = f"Too many tries from here. Please wait {math.ceil(wait)} seconds."
            return self._page(request, next, 429, refused=said, login=login)
        await self._see_to_demo_agents()
        try:
            agent = await asyncio.to_thread(self._known, login, password)
        except SignInRefused as error:
            _log.warning("desk_sign_in_refused", network=network)
            return self._page(request, next, 401, refused=str(error), login=login)
        return await let_in(self._app, request, agent, how="password", next_page=next)

    def _known(self, login: str, password: str) -> Agent:
        if login.strip().lower() in demo.LOGINS and not self._app.settings.is_development:
            raise SignInRefused(NOT_RIGHT)
        return self._app.accounts.sign_in(login, password, datetime.now(UTC))

    async def _see_to_demo_agents(self) -> None:
        if self._app.settings.is_development:
            await asyncio.to_thread(demo.add_demo_agents, self._app.accounts, datetime.now(UTC))

    def _page(self, request: Request, next_page: str, status: int = 200, **values: Any) -> Response:
        shown = {"next": safe_next(next_page), "login": "", "provider": self._has_provider, "demo": None, **values}
        if self._app.settings.is_development:
            shown["demo"] = {"password": demo.PASSWORD, "agents": demo.AGENTS}
        return render(request, "sign_in.html", status, **shown)


async def let_in(app: App, request: Request, agent: Agent, *, how: str, next_page: str) -> Response:
    """Begin a session for ``agent``, always with a new key, and lead to the page they wanted."""
    key = await asyncio.to_thread(app.desk_sessions.begin, agent, datetime.now(UTC), how=how)
    answer = RedirectResponse(safe_next(next_page), 303)
    answer.set_cookie(
        COOKIE,
        key,
        max_age=int(LONGEST.total_seconds()),
        path="/desk",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https" or not app.settings.is_development,
    )
    return answer
