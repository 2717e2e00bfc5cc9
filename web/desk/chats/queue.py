"""GET /desk/chats: who waits, whose are whose, all chats; and the agent's mentions."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from refunds.app import App
from refunds.desk.accounts import Agent
from refunds.desk.chats.queue import QueuePage, View, counts, queue_page
from refunds.desk.permissions import Act
from web.desk.chats.shown import language, waited
from web.desk.guard import needs
from web.desk.pages import render

Sees = Annotated[Agent, needs(Act.SEE_CHATS)]
Search = Annotated[str, Query(max_length=200)]
Page = Annotated[int, Query(ge=1, le=10_000)]


class ChatQueue:
    """The queue's pages."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.router = APIRouter()
        self.router.add_api_route("/chats", self._show, methods=["GET"])
        self.router.add_api_route("/chats/list", self._list, methods=["GET"])
        self.router.add_api_route("/chats/counts", self._counts, methods=["GET"])
        self.router.add_api_route("/chats/mentions", self._mentions, methods=["GET"])

    async def _show(
        self, request: Request, agent: Sees, view: View = View.WAITING, q: Search = "", page: Page = 1
    ) -> Response:
        return await self._page(request, agent, "chats/queue.html", view, q, page)

    async def _list(
        self, request: Request, agent: Sees, view: View = View.WAITING, q: Search = "", page: Page = 1
    ) -> Response:
        return await self._page(request, agent, "chats/_list.html", view, q, page)

    async def _page(  # noqa: PLR0917 - what is asked for, and in which form
        self, request: Request, agent: Agent, template: str, view: View, search: str, page: int
    ) -> Response:
        now = datetime.now(UTC)
        found, counted = await asyncio.to_thread(self._read, agent, view, search, page, now)
        values: dict[str, Any] = {"view": view, "q": search, "queue": found, "counts": counted, "now": now}
        return render(
            request,
            template,
            waited=waited,
            language=language,
            views=list(View),
            mentions=counted["mentions"],
            **values,
        )

    def _read(
        self, agent: Agent, view: View, search: str, page: int, now: datetime
    ) -> tuple[QueuePage, dict[str, int]]:
        self._app.audit.seen(agent, "saw_chat_queue", now, view=view, search=search)
        today = now.astimezone(self._app.settings.desk_hours.zone).date()
        with self._app.database.reading() as session:
            found = queue_page(session, view, search, page, agent.agent_id, now, today)
            counted = {view.value: count for view, count in counts(session, agent.agent_id).items()}
        return found, {**counted, "mentions": self._app.chat_notes.count_unseen(agent.agent_id)}

    async def _counts(self, request: Request, agent: Sees) -> Response:
        def read() -> dict[str, int]:
            with self._app.database.reading() as session:
                counted = {view.value: count for view, count in counts(session, agent.agent_id).items()}
            return {**counted, "mentions": self._app.chat_notes.count_unseen(agent.agent_id)}

        return render(request, "chats/_counts.html", counts=await asyncio.to_thread(read))

    async def _mentions(self, request: Request, agent: Sees) -> Response:
        await asyncio.to_thread(self._app.audit.seen, agent, "saw_mentions", datetime.now(UTC))
        unseen = await asyncio.to_thread(self._app.chat_notes.unseen, agent)
        return render(request, "chats/mentions.html", mentions=unseen)
