"""The client of Telegram's Bot API, as the web process and the command line open it."""

from __future__ import annotations

from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramServerError
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from refunds.telegram_settings import TelegramSettings

PATH = "/webhooks/telegram"
# What we want to be told of: https://core.telegram.org/bots/api#update
UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
TIMEOUT = 10.0
_GATEWAY_TIMEOUT = 504


class OutcomeUnknown(Exception):
    """A gateway gave up waiting: Telegram may have done what it was asked."""


class _Session(AiohttpSession):
    """A gateway in front of Telegram answers in HTML, which says no less that nothing was done."""

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """The answer as Telegram means it; raises aiogram's errors, and ``OutcomeUnknown``."""
        if status_code == _GATEWAY_TIMEOUT:
            raise OutcomeUnknown
        if status_code > 500 and not content.lstrip().startswith("{"):
            raise TelegramServerError(method=method, message=f"HTTP {status_code}")
        return super().check_response(bot, method, status_code, content)


def open_bot(settings: TelegramSettings, **session: Any) -> Bot:
    """The bot of ``settings``, whose token must be there; calls nobody. Close its ``session`` at the end."""
    assert settings.token is not None
    api = TelegramAPIServer.from_base(settings.api)
    return Bot(settings.token, session=_Session(api=api, timeout=TIMEOUT, **session))
