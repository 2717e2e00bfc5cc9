"""POST /desk/chats/{id}/...: take, release, assign, hand back, close, write, note, send a file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import JSONResponse, RedirectResponse

from refunds.app import App
from refunds.chat.attachments import MOST_FILES, TooManyFiles
from refunds.chat.file_kinds import FileRefused, clean
from refunds.chat.turns import Progress, Turns
from refunds.desk.accounts import Agent
from refunds.desk.chats.agreed import Agreed, GoesOnWith
from refunds.desk.permissions import Act
from refunds.errors import BackOfficeError, NothingSaid, TransitionRefused
from web.desk.chats.chat import ChatId, ChatPages
from web.desk.guard import needs

Takes = Annotated[Agent, needs(Act.TAKE_CHAT)]
TakesOver = Annotated[Agent, needs(Act.TAKE_OVER)]
Assigns = Annotated[Agent, needs(Act.ASSIGN)]
Closes = Annotated[Agent, needs(Act.CLOSE)]
Writes = Annotated[Agent, needs(Act.WRITE)]
Remarks = Annotated[Agent, needs(Act.NOTE)]
Keeps = Annotated[Agent, needs(Act.KEEP_TEST)]
Short = Annotated[str, Form(max_length=60)]
Long = Annotated[str, Form(max_length=8000)]


class ChatActs:
    """What agents do to chats. A page without scripts is led back to the chat; a script gets JSON."""

    def __init__(self, app: App, turns: Turns, pages: ChatPages) -> None:
        self._app = app
        self._turns = turns
        self._pages = pages
        self.router = APIRouter()
        for path, act in (
            ("take", self._take),
            ("take-over", self._take_over),
            ("release", self._release),
            ("assign", self._assign),
            ("hand-back", self._hand_back),
            ("close", self._close),
            ("say", self._say),
            ("lines/{number}/again", self._say_again),
            ("typing", self._typing),
            ("note", self._note),
            ("files", self._send_file),
            ("test", self._keep_as_test),
        ):
            self.router.add_api_route(f"/chats/{{conversation_id}}/{path}", act, methods=["POST"])

    async def _take(self, request: Request, agent: Takes, conversation_id: ChatId) -> Response:
        return await self._done(request, agent, conversation_id, self._app.chat_holding.take)

    async def _take_over(self, request: Request, agent: TakesOver, conversation_id: ChatId) -> Response:
        return await self._done(request, agent, conversation_id, self._app.chat_holding.take)

    async def _release(self, request: Request, agent: Takes, conversation_id: ChatId) -> Response:
        return await self._done(request, agent, conversation_id, self._app.chat_holding.release)

    async def _assign(self, request: Request, agent: Assigns, conversation_id: ChatId, to: Short) -> Response:
        return await self._done(request, agent, conversation_id, self._app.chat_holding.assign, to)

    async def _hand_back(  # noqa: PLR0917 - the form's fields
        self,
        request: Request,
        agent: Takes,
        conversation_id: ChatId,
        goes_on_with: Annotated[GoesOnWith, Form()] = GoesOnWith.NOTHING,
        order: Short = "",
        case: Short = "",
        told: Annotated[str, Form(max_length=600)] = "",
    ) -> Response:
        agreed = Agreed(goes_on_with, order.strip().upper() or None, case.strip().upper() or None, told)
        answer = await self._done(request, agent, conversation_id, self._app.chat_holding.hand_back, agreed)
        self._turns.start(conversation_id)
        return answer

    async def _close(self, request: Request, agent: Closes, conversation_id: ChatId, resolution: Short) -> Response:
        return await self._done(request, agent, conversation_id, self._app.chat_holding.close, resolution)

    async def _done(
        self, request: Request, agent: Agent, conversation_id: str, act: Callable[..., object], *how: Any
    ) -> Response:
        try:
            await asyncio.to_thread(act, agent, conversation_id, *how, datetime.now(UTC))
        except TransitionRefused as error:
            return await self._pages.page(request, agent, conversation_id, refused=str(error))
        self._turns.tell(conversation_id, Progress.SAID)
        return _back(conversation_id)

    async def _say(  # noqa: PLR0917 - the form's fields
        self,
        request: Request,
        agent: Writes,
        conversation_id: ChatId,
        sent_key: Annotated[str, Form(min_length=8, max_length=60)],
        text: Long = "",
        files: Annotated[list[str] | None, Form()] = None,
    ) -> Response:
        """The line's number; the same ``sent_key`` again is the same line, so a browser may send until it hears."""
        say, now = self._app.chat_writing.say, datetime.now(UTC)
        try:
            number = await asyncio.to_thread(say, agent, conversation_id, sent_key, text, now, files=files or [])
        except (TransitionRefused, NothingSaid) as error:
            if _is_script(request):
                return JSONResponse({"why": str(error)}, 409)
            return await self._pages.page(request, agent, conversation_id, refused=str(error))
        self._turns.tell(conversation_id, Progress.SAID)
        return JSONResponse({"number": number}) if _is_script(request) else _back(conversation_id, "#write")

    async def _say_again(self, request: Request, agent: Writes, conversation_id: ChatId, number: int) -> Response:
        return await self._done(request, agent, conversation_id, self._app.chat_writing.say_again, number)

    async def _typing(self, agent: Writes, conversation_id: ChatId) -> Response:
        self._turns.tell(conversation_id, Progress.AGENT_WRITES)
        return Response(status_code=204)

    async def _note(self, request: Request, agent: Remarks, conversation_id: ChatId, text: Long) -> Response:
        try:
            await asyncio.to_thread(self._app.chat_notes.write, agent, conversation_id, text, datetime.now(UTC))
        except NothingSaid as error:
            return await self._pages.page(request, agent, conversation_id, refused=str(error))
        return _back(conversation_id, "#notes")

    async def _send_file(self, agent: Writes, conversation_id: ChatId, file: Annotated[UploadFile, File()]) -> Response:
        """Keep a file, checked as a customer's is; it goes out with the next line."""
        try:
            content = await asyncio.to_thread(clean, file.filename or "", await file.read())
            receive = self._app.attachments.receive_of_agent
            kept = await asyncio.to_thread(receive, conversation_id, content, datetime.now(UTC))
        except FileRefused as error:
            return JSONResponse({"why": f"This file cannot be sent: it is {_FAULTS[error.fault]}."}, 422)
        except TooManyFiles:
            return JSONResponse({"why": f"A chat holds {MOST_FILES} files at most."}, 409)
        return JSONResponse({"id": kept.attachment_id, "name": kept.name})

    async def _keep_as_test(self, request: Request, agent: Keeps, conversation_id: ChatId) -> Response:
        """The chat as a conversation test, without its customer, to be saved."""
        try:
            kept = await asyncio.to_thread(self._app.kept_tests.keep, agent, conversation_id, datetime.now(UTC))
        except (NothingSaid, BackOfficeError) as error:
            why = str(error) if isinstance(error, NothingSaid) else _WHO_IS_UNKNOWN
            return await self._pages.page(request, agent, conversation_id, refused=why)
        name, script = kept
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
        return Response(script, media_type="application/yaml; charset=utf-8", headers=headers)


_WHO_IS_UNKNOWN = (
    "The back office does not say now who the customer is, so their name could not be taken out for certain. "
    "Nothing was kept; please try again later."
)
_FAULTS = {
    "empty": "empty",
    "too_large": "larger than 5 MB, or a picture with too many pixels",
    "kind": "none of the kinds that are taken (pictures, PDF, plain text)",
    "broken": "broken",
}


def _is_script(request: Request) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _back(conversation_id: str, place: str = "") -> Response:
    return RedirectResponse(f"/desk/chats/{conversation_id}{place}", 303)
