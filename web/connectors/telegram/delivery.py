"""Lines on their way to Telegram. It cannot be asked what it has, so an unknown send is repeated once (outgoing.py)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

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
from aiogram.types import InlineKeyboardMarkup, LinkPreviewOptions
from aiohttp import ClientConnectorError

from refunds.chat.message import Line
from refunds.chat.reach import BLOCKED
from web.connectors.outgoing import Addressed, NotTaken, Refused
from web.connectors.telegram.forms import keyboard_of, parts_of

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramDelivery:
    """What the sender asks."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, where: Addressed, line: Line) -> str:
        """Send a line, in parts where it is long, buttons under the last; gives Telegram's ids of what it took.

        Raises ``NotTaken`` and ``Refused``; all else leaves the outcome unknown.
        """
        parts, refs = parts_of(line), list(where.taken)
        for place, part in enumerate(parts[len(refs) :], start=len(refs) + 1):
            is_last = place == len(parts)
            refs.append(await self._post(where.address, part, keyboard_of(line) if is_last else None))
            if not is_last:
                await where.took(refs[-1])
        return " ".join(refs)

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
