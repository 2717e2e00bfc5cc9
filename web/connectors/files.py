"""POST and GET /chat/files: what customers send, taken as hostile and never shown by this server itself.

Only the conversation's token opens a file, and a browser is told to save it, to guess nothing, and to run nothing.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from refunds.chat.attachments import MOST_FILES, Attachments, TooManyFiles
from refunds.chat.file_kinds import LARGEST_FILE, MOST_PIXELS, Fault, FileRefused, clean
from refunds.chat.message import Attachment
from refunds.errors import DatabaseUnavailable, NotFound
from refunds.settings import Settings
from refunds.words import Words
from web.connectors.website_delivery import CHANNEL
from web.connectors.website_forms import shown_file
from web.connectors.website_limits import OF_FILES, Allowance, Refusals
from web.connectors.website_token import address_of

# What a form needs around one file.
LARGEST_BODY = LARGEST_FILE + 16 * 1024
CLEANED_AT_ONCE = 2
_STATUS = {Fault.EMPTY: 400, Fault.TOO_LARGE: 413, Fault.KIND: 415, Fault.BROKEN: 400}
_LARGEST = {"most": LARGEST_FILE // 2**20, "pixels": MOST_PIXELS // 10**6}
_HOSTILE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-site",
    "Cache-Control": "private, no-store",
}


class _Refused(Exception):
    """An answer other than 200: ``status``, and the sentence of that ``name`` with ``values``."""

    def __init__(self, status: int, name: str, **values: Any) -> None:
        super().__init__(name)
        self.status = status
        self.name = name
        self.values = values


class Files:
    """Receives and gives back the files of the website's chats, as an application of its own (``asgi``)."""

    def __init__(self, attachments: Attachments, words: Words, settings: Settings) -> None:
        self._attachments = attachments
        self._words = words
        self._secret = settings.secret
        self._allowance = Allowance(OF_FILES)
        self._refusals = Refusals()
        self._cleaning = asyncio.Semaphore(CLEANED_AT_ONCE)
        self.asgi = Starlette(
            routes=[
                Route("/files", self._receive, methods=["POST"]),
                Route("/files/{attachment_id}", self._give, methods=["GET"]),
            ],
            middleware=[
                Middleware(
                    CORSMiddleware,
                    allow_origins=settings.widget_origins,
                    allow_methods=["GET", "POST"],
                    allow_headers=["Authorization", "Content-Type"],
                    expose_headers=["Retry-After"],
                )
            ],
            exception_handlers={_Refused: self._refuse},
        )

    async def _receive(self, request: Request) -> Response:
        address = self._address(request)
        self._spare(request)
        name, content = await _file_of(request)
        return JSONResponse(shown_file(await self._kept(address, name, content)))

    async def _kept(self, address: str, name: str, content: bytes) -> Attachment:
        try:
            async with self._cleaning:
                file = await asyncio.to_thread(clean, name, content)
            return await asyncio.to_thread(self._attachments.receive, CHANNEL, address, file, datetime.now(UTC))
        except FileRefused as error:
            raise _Refused(_STATUS[error.fault], f"utter_file_{error.fault}", **_LARGEST) from None
        except TooManyFiles:
            raise _Refused(409, "utter_file_too_many", most=MOST_FILES) from None
        except (DatabaseUnavailable, OSError):
            raise _Refused(503, "utter_file_not_received") from None

    async def _give(self, request: Request) -> Response:
        """The same 404 for a file that is not there, another chat's, and no id at all."""
        address = self._address(request)
        try:
            attachment_id = request.path_params["attachment_id"]
            file, path = await asyncio.to_thread(self._attachments.find, CHANNEL, address, attachment_id)
        except NotFound:
            raise _Refused(404, "utter_file_unknown") from None
        except DatabaseUnavailable:
            raise _Refused(503, "utter_file_not_given") from None
        if not path.is_file():
            raise _Refused(404, "utter_file_unknown")
        return FileResponse(path, media_type=file.kind, filename=file.name, headers=_HOSTILE)

    def _address(self, request: Request) -> str:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        address = address_of(token.strip(), self._secret) if scheme.lower() == "bearer" else None
        if address is None:
            raise _Refused(401, "utter_file_of_no_chat")
        return address

    def _spare(self, request: Request) -> None:
        network = request.client.host if request.client else "unknown"
        if wait := self._allowance.wait(network, time.monotonic()):
            raise _Refused(429, "utter_too_fast", seconds=math.ceil(wait))

    async def _refuse(self, _request: Request, error: Exception) -> Response:
        if not isinstance(error, _Refused):
            raise error
        self._refusals.note("file", error.name.removeprefix("utter_"))
        later = {"Retry-After": str(error.values["seconds"])} if "seconds" in error.values else {}
        return JSONResponse({"why": self._words.say(error.name, **error.values)}, error.status, headers=later)


async def _file_of(request: Request) -> tuple[str, bytes]:
    """Name and content of the one file in a form; a form that is too large is not read to its end."""
    if int(request.headers.get("Content-Length", "0")) > LARGEST_BODY:
        raise _Refused(413, "utter_file_too_large", **_LARGEST)
    try:
        parser = MultiPartParser(request.headers, _limited(request), max_files=1, max_fields=4, max_part_size=1024)
        form = await parser.parse()
    except (MultiPartException, ClientDisconnect, KeyError):
        raise _Refused(400, "utter_file_not_received") from None
    try:
        file = next((value for value in form.values() if isinstance(value, UploadFile)), None)
        if file is None:
            raise _Refused(400, "utter_file_empty")
        return file.filename or "", await file.read()
    finally:
        await form.close()


async def _limited(request: Request) -> AsyncGenerator[bytes]:
    taken = 0
    async for chunk in request.stream():
        taken += len(chunk)
        if taken > LARGEST_BODY:
            raise _Refused(413, "utter_file_too_large", **_LARGEST)
        yield chunk
