"""GET /desk/chats/{id}: one chat, its card, what was said, the customer beside it; and files, given to be saved."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import FileResponse

from refunds.app import App
from refunds.chat.ownership import Owner
from refunds.desk.accounts import Agent
from refunds.desk.chats.answers import answers
from refunds.desk.chats.file import ChatFile, chat_file
from refunds.desk.chats.notes import Note
from refunds.desk.chats.writing import NO_FILES_TO
from refunds.desk.permissions import Act
from refunds.errors import BackOfficeError, NotFound
from refunds.policy.records import Customer, Order
from web.desk.chats.shown import RESOLUTIONS, VERIFIED_BY, language, local_time, presence, reason_words, waited
from web.desk.guard import needs
from web.desk.pages import render

Sees = Annotated[Agent, needs(Act.SEE_CHATS)]
ChatId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
_PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
# Pictures were written anew when they came in; whatever else it is, a browser saves it and runs nothing.
_HOSTILE = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cache-Control": "private, no-store",
}


class ChatPages:
    """What is shown of one chat."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.router = APIRouter()
        for path, page in (
            ("", self._show),
            ("/said", self._said),
            ("/standing", self._standing),
            ("/notes", self._notes),
            ("/side", self._side),
            ("/files/{attachment_id}", self._file),
        ):
            self.router.add_api_route(f"/chats/{{conversation_id}}{path}", page, methods=["GET"])

    async def _show(self, request: Request, agent: Sees, conversation_id: ChatId) -> Response:
        """Opening a chat is having seen the notes for oneself there; a page that refreshes itself is not."""
        await asyncio.to_thread(self._app.chat_notes.mark_seen, agent, conversation_id, datetime.now(UTC))
        return await self.page(request, agent, conversation_id)

    async def page(self, request: Request, agent: Agent, conversation_id: str, *, refused: str = "") -> Response:
        """The whole page; ``refused`` says on top what could not be done."""
        values = await asyncio.to_thread(self._values, agent, conversation_id)
        return render(request, "chats/chat.html", 409 if refused else 200, refused=refused, **values)

    async def _said(self, request: Request, agent: Sees, conversation_id: ChatId) -> Response:
        return render(request, "chats/_said.html", **await asyncio.to_thread(self._values, agent, conversation_id))

    async def _standing(self, request: Request, agent: Sees, conversation_id: ChatId) -> Response:
        return render(request, "chats/_standing.html", **await asyncio.to_thread(self._values, agent, conversation_id))

    async def _notes(self, request: Request, agent: Sees, conversation_id: ChatId) -> Response:
        return render(request, "chats/_notes.html", **await asyncio.to_thread(self._values, agent, conversation_id))

    async def _side(self, request: Request, agent: Sees, conversation_id: ChatId) -> Response:
        return render(request, "chats/_side.html", **await asyncio.to_thread(self._beside, agent, conversation_id))

    async def _file(self, agent: Sees, conversation_id: ChatId, attachment_id: ChatId, show: bool = False) -> Response:
        """A file to be saved; a picture may be shown (``show``)."""
        file, path = await asyncio.to_thread(self._app.attachments.find_in, conversation_id, attachment_id)
        if not path.is_file():
            raise NotFound("the file is gone")
        about = {"conversation_id": conversation_id, "name": file.name}
        await asyncio.to_thread(self._app.audit.seen, agent, "opened_file", datetime.now(UTC), **about)
        inline = show and file.kind in _PICTURES
        how = "inline" if inline else "attachment"
        return FileResponse(
            path, media_type=file.kind, filename=file.name, content_disposition_type=how, headers=_HOSTILE
        )

    def _values(self, agent: Agent, conversation_id: str) -> dict[str, Any]:
        chat, now = self._read(conversation_id), datetime.now(UTC)
        about = {"conversation_id": conversation_id, "customer_id": chat.customer_id}
        self._app.audit.seen(agent, "saw_chat", now, **about)
        notes: list[Note] = self._app.chat_notes.of(conversation_id)
        return {
            "chat": chat,
            "card": chat.card,
            "notes": notes,
            "now": now,
            "is_mine": chat.owner is Owner.AGENT and chat.holder_id == agent.agent_id,
            "no_files_to": NO_FILES_TO,
            "sent_key": secrets.token_hex(16),
            "local_time": local_time(chat.zone, now),
            "presence": presence(chat.here_until, now),
            "resolutions": RESOLUTIONS,
            "verified_by": VERIFIED_BY,
            "reason_words": reason_words,
            "waited": waited,
            "language": language,
        }

    def _beside(self, agent: Agent, conversation_id: str) -> dict[str, Any]:
        """The customer and their orders from the back office, and answers with their name put in."""
        chat = self._read(conversation_id)
        about = {"conversation_id": conversation_id, "customer_id": chat.customer_id}
        self._app.audit.seen(agent, "saw_customer", datetime.now(UTC), **about)
        customer, orders, trouble = self._customer(chat.customer_id)
        case = chat.card.cases[0].case_id if chat.card.cases else ""
        name = customer.name if customer else ""
        canned = answers(self._app.words, agent=agent.name, name=name, order=chat.card.order_id or "", case=case)
        return {"chat": chat, "customer": customer, "orders": orders, "trouble": trouble, "answers": canned}

    def _customer(self, customer_id: str | None) -> tuple[Customer | None, list[Order], str]:
        if customer_id is None:
            return None, [], "Nobody has shown who they are in this chat yet."
        try:
            return self._app.backoffice.customer(customer_id), self._app.enquiries.orders_of(customer_id), ""
        except (BackOfficeError, NotFound):
            return None, [], "The back office does not answer now; the chat itself is complete."

    def _read(self, conversation_id: str) -> ChatFile:
        with self._app.database.reading() as session:
            return chat_file(session, conversation_id, self._app.policy)
