"""Files that customers send on Telegram: fetched by the bot's file route, checked like those of the website, kept."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiohttp import ClientError, ClientResponseError

from refunds.chat.attachments import MOST_FILES, Attachments, TooManyFiles
from refunds.chat.file_kinds import LARGEST_FILE, MOST_PIXELS, Fault, FileRefused, clean
from refunds.chat.masking import mask
from refunds.chat.message import Reply
from refunds.words import Words
from web.connectors.telegram.updates import CHANNEL, TelegramFile

_log = structlog.get_logger()
CLEANED_AT_ONCE = 2
TRIES = 2
PAUSE = 1.0
LONGEST_FETCH = 10
_LARGEST = {"most": LARGEST_FILE // 2**20, "pixels": MOST_PIXELS // 10**6}


class NotTaken(Exception):
    """A file that is not kept; ``reply`` tells the customer why."""

    def __init__(self, reply: Reply) -> None:
        super().__init__("a file is not kept")
        self.reply = reply


class _Limited(BytesIO):
    """Takes no more than we would keep, whatever size was told."""

    def write(self, content: Any, /) -> int:
        if self.tell() + len(content) > LARGEST_FILE:
            raise FileRefused(Fault.TOO_LARGE)
        return super().write(content)


class TelegramFiles:
    """Brings files from Telegram into the folder of attachments."""

    def __init__(self, bot: Bot, attachments: Attachments, words: Words) -> None:
        self._bot = bot
        self._attachments = attachments
        self._words = words
        self._cleaning = asyncio.Semaphore(CLEANED_AT_ONCE)

    async def keep(self, address: str, file: TelegramFile) -> str:
        """Fetch and keep a file, to be said with a message at ``address``; returns the attachment's id.

        Raises ``NotTaken``, and ``DatabaseUnavailable``.
        """
        try:
            await asyncio.to_thread(self._attachments.refuse_if_full, CHANNEL, address)
            content = await self._fetched(file)
            async with self._cleaning:
                cleaned = await asyncio.to_thread(clean, file.name, content)
            kept = await asyncio.to_thread(self._attachments.receive, CHANNEL, address, cleaned, datetime.now(UTC))
        except FileRefused as error:
            raise self._not_taken(f"utter_file_{error.fault}", **_LARGEST) from None
        except TooManyFiles:
            raise self._not_taken("utter_file_too_many", most=MOST_FILES) from None
        except (TelegramAPIError, ClientError, TimeoutError) as error:
            # The error's words may hold the address, and in it the token.
            _log.warning("telegram_file_not_fetched", why=type(error).__name__)
            raise self._not_taken("utter_telegram_file_not_fetched", file=mask(file.name)) from None
        return kept.attachment_id

    async def _fetched(self, file: TelegramFile) -> bytes:
        """The content, tried a few times; a file that is too large is not fetched at all."""
        if file.size > LARGEST_FILE:
            raise FileRefused(Fault.TOO_LARGE)
        for attempt in range(1, TRIES + 1):
            try:
                return await self._content(file)
            except TelegramBadRequest as error:
                if "too big" in str(error):
                    raise FileRefused(Fault.TOO_LARGE) from None
                raise
            except (TelegramAPIError, ClientError, TimeoutError) as error:
                if attempt == TRIES or (isinstance(error, ClientResponseError) and error.status < 500):
                    raise
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

    def _not_taken(self, name: str, **values: Any) -> NotTaken:
        return NotTaken(Reply(self._words.say(name, **values)))
