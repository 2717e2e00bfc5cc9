"""POST /chat/carry-on: a code by which a website's chat goes on in Telegram or Slack, good once and for 15 minutes."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from refunds.carry_on import GOOD_FOR, CarryOn
from refunds.errors import DatabaseUnavailable, NotFound
from refunds.settings import Settings
from refunds.words import Words
from web.connectors.website_delivery import CHANNEL
from web.connectors.website_limits import OF_FILES, Allowance
from web.connectors.website_token import address_of

_PRIVATE = {"Cache-Control": "private, no-store"}


def channels_to_go_on_in(settings: Settings) -> list[str]:
    """The channels that a chat of the website can go on in; none where it can't."""
    return [name for name, channel in (("telegram", settings.telegram), ("slack", settings.slack)) if channel.is_on]


class CarryOnCodes:
    """Gives codes to whoever holds a chat's token, as an application of its own (``asgi``).

    ``telegram_name`` asks for the bot's name; None where Telegram is off. It gives None while Telegram is away.
    """

    def __init__(
        self,
        carry_on: CarryOn,
        words: Words,
        settings: Settings,
        telegram_name: Callable[[], Awaitable[str | None]] | None,
    ) -> None:
        self._carry_on = carry_on
        self._words = words
        self._secret = settings.secret
        self._telegram_name = telegram_name
        self._slack = settings.slack.is_on
        self._allowance = Allowance(OF_FILES)
        self.asgi = Starlette(
            routes=[Route("/", self._give, methods=["POST"])],
            middleware=[
                Middleware(
                    CORSMiddleware,
                    allow_origins=settings.widget_origins,
                    allow_methods=["POST"],
                    allow_headers=["Authorization"],
                    expose_headers=["Retry-After"],
                )
            ],
        )

    async def _give(self, request: Request) -> Response:
        """``telegram`` is a link that opens the bot, ``slack`` what to write to the app there; null where it is off."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        address = address_of(token.strip(), self._secret) if scheme.lower() == "bearer" else None
        if address is None:
            return self._refused(401, "utter_carry_on_of_no_chat")
        wait = self._allowance.wait(address, time.monotonic())
        if wait:
            seconds = math.ceil(wait)
            answer = self._refused(429, "utter_too_fast", seconds=seconds)
            answer.headers["Retry-After"] = str(seconds)
            return answer
        try:
            code = await asyncio.to_thread(self._carry_on.make, CHANNEL, address, datetime.now(UTC))
        except NotFound:
            return self._refused(404, "utter_carry_on_of_no_chat")
        except DatabaseUnavailable:
            return self._refused(503, "utter_carry_on_not_now")
        return JSONResponse(await self._ways(code), headers=_PRIVATE)

    async def _ways(self, code: str) -> dict[str, str | int | None]:
        name = await self._telegram_name() if self._telegram_name else None
        return {
            "minutes": GOOD_FOR.seconds // 60,
            "telegram": f"https://t.me/{name}?start=CARRYON{code}" if name else None,
            "slack": f"CARRYON-{code}" if self._slack else None,
        }

    def _refused(self, status: int, name: str, **values: Any) -> JSONResponse:
        return JSONResponse({"why": self._words.say(name, **values)}, status, headers=_PRIVATE)
