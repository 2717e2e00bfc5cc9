"""Lines on their way to Telegram. It cannot be asked what it has, so an unknown send is repeated once (outgoing.py)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import FSInputFile, InlineKeyboardMarkup, LinkPreviewOptions
from aiohttp import ClientConnectorError

from refunds.chat.message import Attachment, Line
from refunds.chat.reach import BLOCKED
from web.connectors.outgoing import Addressed, NotTaken, Refused
from web.connectors.telegram.forms import keyboard_of, parts_of

FindFile = Callable[[str, str], tuple[Attachment, Path]]
"""A file of a conversation, by the ids of both, with where its content lies."""
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramDelivery:
    """What the sender asks."""

    def __init__(self, bot: Bot, find_file: FindFile) -> None:
        self._bot = bot
        self._find_file = find_file

    async def send(self, where: Addressed, line: Line) -> str:
        """Send a line, in parts where it is long, buttons under the last, then its files; gives Telegram's ids of all.

        Raises ``NotTaken`` and ``Refused``; all else leaves the outcome unknown.
        """
        posts, refs = self._posts(where.address, line), list(where.taken)
        for place, post in enumerate(posts[len(refs) :], start=len(refs) + 1):
            refs.append(await post())
            if place < len(posts):
                await where.took(refs[-1])
        return " ".join(refs)

    def _posts(self, address: str, line: Line) -> list[Callable[[], Awaitable[str]]]:
        parts = parts_of(line)
        keyboards = [None] * (len(parts) - 1) + [keyboard_of(line)]
        texts = [partial(self._post, address, part, keyboard) for part, keyboard in zip(parts, keyboards, strict=False)]
        return [*texts, *(partial(self._post_file, address, line, file) for file in line.files)]

    async def _post_file(self, address: str, line: Line, file: Attachment) -> str:
        _, path = await asyncio.to_thread(self._find_file, line.conversation_id, file.attachment_id)
        if not path.is_file():
            raise Refused("the file is gone")
        with _told_apart():
            sent = await self._bot.send_document(
                int(address), FSInputFile(path, file.name), caption=line.agent_name if not line.text else None
            )
        return str(sent.message_id)

    async def _post(self, address: str, text: str, keyboard: InlineKeyboardMarkup | None) -> str:
        with _told_apart():
            sent = await self._bot.send_message(
                int(address), text, reply_markup=keyboard, link_preview_options=_NO_PREVIEW
            )
        return str(sent.message_id)


@contextmanager
def _told_apart() -> Iterator[None]:
    """What Telegram says, as the sender understands it. Its own words may hold the token: they are not passed on."""
    try:
        yield
    except TelegramRetryAfter as error:
        raise NotTaken("rate limit", error.retry_after) from error
    except TelegramForbiddenError as error:
        raise Refused(BLOCKED) from error
    except (TelegramBadRequest, TelegramMigrateToChat) as error:
        raise Refused(f"refused: {error.message[:100]}") from error
    except (TelegramUnauthorizedError, TelegramNotFound) as error:
        raise NotTaken("the bot's token is not accepted") from error
    except TelegramServerError as error:
        raise NotTaken("Telegram does not serve") from error
    except TelegramNetworkError as error:
        if isinstance(error.__cause__, ClientConnectorError):
            raise NotTaken("Telegram cannot be reached") from error
        raise
