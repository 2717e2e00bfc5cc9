"""GET /chat: a page with nothing but the chat, for who comes by a link in one of our mails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, StringConstraints

from refunds.chat.reopening import Reopening
from refunds.errors import DatabaseUnavailable
from web.connectors.website_token import address_of, make_token

_PAGE = Path(__file__).parent / "chat"
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
Token = Annotated[str, StringConstraints(max_length=1000)]


class Link(BaseModel):
    """What the page asks with: the mail's link, and the token of the conversation that the browser has, if any."""

    link: Token
    token: Token | None = None


class ChatPage:
    """The page, and the way from a mail's link to its conversation."""

    def __init__(self, reopening: Reopening, secret: str) -> None:
        self._reopening = reopening
        self._secret = secret
        self.router = APIRouter()
        for path, file in (("/chat", "page.html"), ("/chat/page.js", "page.js"), ("/chat/page.css", "page.css")):
            self.router.add_api_route(path, served(_PAGE / file), methods=["GET"], include_in_schema=False)
        self.router.add_api_route("/chat/open", self.open, methods=["POST"])

    async def open(self, asked: Link, response: Response) -> dict[str, str]:
        """The token by which the chat takes the conversation up; 404 for a link that leads nowhere any more."""
        response.headers["Cache-Control"] = "no-store"
        now = datetime.now(UTC)
        own = address_of(asked.token, self._secret) if asked.token else None
        try:
            address = await asyncio.to_thread(self._reopening.open, asked.link, own, now)
        except DatabaseUnavailable as error:
            raise HTTPException(503, "try again in a moment") from error
        if address is None:
            raise HTTPException(404, "this link is too old or not whole")
        return {"token": make_token(address, self._secret, now)}


def served(file: Path) -> Callable[[], Response]:
    """A route that gives out a page's file, which lets nothing in from elsewhere."""

    def serve() -> Response:
        return FileResponse(file, headers=_HEADERS)

    return serve
