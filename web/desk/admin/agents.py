"""/desk/agents: who works at the desk, and with which role."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from refunds.app import App
from refunds.desk.accounts import Agent
from refunds.desk.permissions import Act, Role
from refunds.desk.refusals import AccountRefused
from web.desk.guard import needs
from web.desk.pages import render

Admin = Annotated[Agent, needs(Act.MANAGE_AGENTS)]
_DONE = {
    "role": "The role holds from their next click on.",
    "disabled": "They are signed out, and come in no more.",
    "enabled": "They may sign in again.",
}


class NewAgent(BaseModel):
    """The form that adds an agent."""

    login: Annotated[str, Field(max_length=200)] = ""
    name: Annotated[str, Field(max_length=200)] = ""
    role: Role = Role.AGENT
    by_provider: bool = False


class AgentPages:
    """The list of agents, and what an admin changes in it."""

    def __init__(self, app: App) -> None:
        self._accounts = app.accounts
        self._has_provider = app.settings.oidc is not None
        self.router = APIRouter()
        self.router.add_api_route("/agents", self._show, methods=["GET"])
        self.router.add_api_route("/agents", self._add, methods=["POST"])
        self.router.add_api_route("/agents/{agent_id}/role", self._set_role, methods=["POST"])
        self.router.add_api_route("/agents/{agent_id}/password", self._new_password, methods=["POST"])
        self.router.add_api_route("/agents/{agent_id}/disable", self._disable, methods=["POST"])
        self.router.add_api_route("/agents/{agent_id}/enable", self._enable, methods=["POST"])

    async def _show(self, request: Request, admin: Admin, done: str = "") -> Response:
        return await self._page(request, said=_DONE.get(done, ""))

    async def _add(self, request: Request, admin: Admin, form: Annotated[NewAgent, Form()]) -> Response:
        password = None if form.by_provider else _made_up()
        who = (form.login, form.name, form.role, password)
        try:
            added = await asyncio.to_thread(self._accounts.add, *who, datetime.now(UTC), by=admin)
        except AccountRefused as error:
            return await self._page(request, 422, refused=str(error), form=form)
        return await self._page(request, said=f"{added.name} may sign in as {added.login}.", password=password)

    async def _set_role(self, admin: Admin, agent_id: str, role: Annotated[Role, Form()]) -> Response:
        return await self._changed("role", self._accounts.set_role, agent_id, role, by=admin)

    async def _disable(self, admin: Admin, agent_id: str) -> Response:
        return await self._changed("disabled", self._accounts.disable, agent_id, by=admin)

    async def _enable(self, admin: Admin, agent_id: str) -> Response:
        return await self._changed("enabled", self._accounts.enable, agent_id, by=admin)

    async def _new_password(self, request: Request, admin: Admin, agent_id: str) -> Response:
        password = _made_up()
        await asyncio.to_thread(self._accounts.set_password, agent_id, password, datetime.now(UTC), by=admin)
        said = "The old password is void, and they are signed out."
        return await self._page(request, said=said, password=password)

    async def _changed(self, done: str, change: Callable[..., None], *arguments: Any, by: Agent) -> Response:
        await asyncio.to_thread(change, *arguments, datetime.now(UTC), by=by)
        return RedirectResponse(f"/desk/agents?done={done}", 303)

    async def _page(self, request: Request, status: int = 200, **values: Any) -> Response:
        shown: dict[str, Any] = {"accounts": await asyncio.to_thread(self._accounts.listed), "roles": list(Role)}
        shown |= {"has_provider": self._has_provider, "now": datetime.now(UTC), "password": None, "form": NewAgent()}
        return render(request, "admin/agents.html", status, **(shown | values))


def _made_up() -> str:
    return secrets.token_urlsafe(15)
