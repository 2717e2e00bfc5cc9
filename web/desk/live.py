"""GET /desk/live: tells open pages that something changed; they fetch it themselves.

The database is what is true. While somebody listens, each process reads marks of change twice a second; what happens
in the process itself is told at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sse_starlette.sse import EventSourceResponse

from refunds.chat.turns import Progress, Turns
from refunds.database import Database
from refunds.desk.accounts import Agent
from refunds.desk.cases.news import case_marks
from refunds.desk.chats.news import chat_marks, mention_marks, queue_mark
from refunds.desk.permissions import Act
from refunds.errors import DatabaseUnavailable
from web.desk.guard import needs, still_signed_in

LOOK_EVERY = 0.5
SESSION_LOOKED_AT_EVERY = 20.0
KEPT_OPEN_EVERY = 15
MOST_LISTENERS = 500
TYPING_SHOWN = 4.0
CUSTOMER_TYPES = "The customer is writing …"


@dataclass(eq=False)
class Listener:
    """One open page: which chat or case it shows, and what it was not told yet."""

    agent_id: str
    chat: str | None
    case: str | None
    news: asyncio.Queue[tuple[str, str]] = field(default_factory=asyncio.Queue)


class Live:
    """Tells the pages of this process what changed: ``queue``, ``chat``, ``case``, ``mentions``, ``typing``."""

    def __init__(self, database: Database, turns: Turns) -> None:
        self._database = database
        self._listeners: set[Listener] = set()
        self._looking: asyncio.Task[None] | None = None
        self._now = asyncio.Event()
        self._marks: dict[str, Hashable] = {}
        turns.watch(self._on_progress)
        self.router = APIRouter()
        self.router.add_api_route("/live", self._listen, methods=["GET"])

    async def _listen(
        self,
        request: Request,
        agent: Annotated[Agent, needs(Act.OWN_ACCOUNT)],
        chat: Annotated[str | None, Query(max_length=32)] = None,
        case: Annotated[str | None, Query(max_length=10)] = None,
    ) -> EventSourceResponse:
        return EventSourceResponse(self._events(request, Listener(agent.agent_id, chat, case)), ping=KEPT_OPEN_EVERY)

    async def _events(self, request: Request, listener: Listener) -> AsyncIterator[dict[str, str]]:
        """What the page is told, until it goes or its agent is signed out."""
        if len(self._listeners) >= MOST_LISTENERS:
            return
        self._listeners.add(listener)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        try:
            yield {"event": "ready", "data": ""}
            clock = asyncio.get_running_loop().time
            look_at = clock() + SESSION_LOOKED_AT_EVERY
            while True:
                with suppress(TimeoutError):
                    event, data = await asyncio.wait_for(listener.news.get(), max(look_at - clock(), 0))
                    yield {"event": event, "data": data}
                if clock() >= look_at:
                    look_at = clock() + SESSION_LOOKED_AT_EVERY
                    if not await still_signed_in(request):
                        return
        finally:
            self._left(listener)

    def _left(self, listener: Listener) -> None:
        self._listeners.discard(listener)
        if not self._listeners and self._looking is not None:
            self._looking.cancel()
            self._looking = None
            self._marks = {}

    def _on_progress(self, conversation_id: str, progress: Progress) -> None:
        if progress is Progress.SAID:
            self._now.set()
        elif progress is Progress.CUSTOMER_WRITES:
            for listener in self._listeners_of(conversation_id):
                listener.news.put_nowait(("typing", CUSTOMER_TYPES))
                asyncio.get_running_loop().call_later(TYPING_SHOWN, listener.news.put_nowait, ("typing", ""))

    def _listeners_of(self, conversation_id: str) -> list[Listener]:
        return [listener for listener in self._listeners if listener.chat == conversation_id]

    async def _look(self) -> None:
        """Look for changes for as long as somebody listens."""
        while True:
            with suppress(DatabaseUnavailable):
                self._compare(await asyncio.to_thread(self._read))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._now.wait(), LOOK_EVERY)
            self._now.clear()

    def _read(self) -> dict[str, Hashable]:
        listeners = list(self._listeners)
        chats = {listener.chat for listener in listeners if listener.chat}
        cases = {listener.case for listener in listeners if listener.case}
        with self._database.reading() as session:
            mentions = {f"mentions:{agent_id}": mark for agent_id, mark in mention_marks(session).items()}
            shown = {f"chat:{one}": mark for one, mark in chat_marks(session, chats).items()} if chats else {}
            filed = {f"case:{one}": mark for one, mark in case_marks(session, cases).items()} if cases else {}
            return {"queue": queue_mark(session), **mentions, **shown, **filed}

    def _compare(self, marks: dict[str, Hashable]) -> None:
        """Tell each page of what it shows; the first look only notes how things stand."""
        if self._marks:
            for listener in self._listeners:
                for mark, event in _shown_by(listener).items():
                    if marks.get(mark) != self._marks.get(mark):
                        listener.news.put_nowait((event, ""))
        self._marks = marks


def _shown_by(listener: Listener) -> dict[str, str]:
    """The marks that a page's parts hang on, each with the event that it waits for."""
    return {
        "queue": "queue",
        f"chat:{listener.chat}": "chat",
        f"case:{listener.case}": "case",
        f"mentions:{listener.agent_id}": "mentions",
    }
