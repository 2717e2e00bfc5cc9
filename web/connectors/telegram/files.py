"""Files that customers send on Telegram, fetched by the bot's file route."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiohttp import ClientError, ClientResponseError

from refunds.chat.attachments import Attachments
from refunds.chat.file_kinds import LARGEST_FILE, Fault, FileRefused
from refunds.words import Words
from web.connectors.fetched_files import FetchedFiles, NotFetched
from web.connectors.telegram.updates import CHANNEL, TelegramFile

TRIES = 2
PAUSE = 1.0
LONGEST_FETCH = 10


class _Limited(BytesIO):
    """Takes no more than we would keep, whatever size was told."""

    def write(self, content: Any, /) -> int:
        if self.tell() + len(content) > LARGEST_FILE:
            raise FileRefused(Fault.TOO_LARGE)
        return super().write(content)


class TelegramFiles(FetchedFiles[TelegramFile]):
    """Brings files from Telegram into the folder of attachments."""

    channel = CHANNEL

    def __init__(self, bot: Bot, attachments: Attachments, words: Words) -> None:
        super().__init__(attachments, words)
        self._bot = bot

    async def _fetched(self, file: TelegramFile) -> bytes:
        for attempt in range(1, TRIES + 1):
            try:
                return await self._content(file)
            except TelegramBadRequest as error:
                if "too big" in str(error):
                    raise FileRefused(Fault.TOO_LARGE) from None
                raise _not_fetched(error) from None
            except (TelegramAPIError, ClientError, TimeoutError) as error:
                if attempt == TRIES or (isinstance(error, ClientResponseError) and error.status < 500):
                    raise _not_fetched(error) from None
                await asyncio.sleep(PAUSE * attempt)
        raise AssertionError("the last try raises")

    async def _content(self, file: TelegramFile) -> bytes:
        told = await self._bot.get_file(file.file_id)
        if (told.file_size or 0) > LARGEST_FILE:
            raise FileRefused(Fault.TOO_LARGE)
        if not told.file_path:
            raise TelegramBadRequest(None, "no path")  # type: ignore[arg-type]
        content = _Limited()
        await self._bot.download_file(told.file_path, content, timeout=LONGEST_FETCH)
        return content.getvalue()


def _not_fetched(error: Exception) -> NotFetched:
    return NotFetched(type(error).__name__)  # its words may hold the address, and in it the token
