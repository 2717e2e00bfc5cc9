"""Asking Telegram for news, for those without a public address. One process at a time does, as Telegram wants it.

An update counts as received with Telegram once we ask for those behind it
(https://core.telegram.org/bots/api#getupdates): so we only ask on when it is stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramConflictError
from aiogram.types import Update

from refunds.chat.channel_secrets import ChannelSecrets
from refunds.errors import DatabaseUnavailable
from refunds.telegram_bot import UPDATES
from web.connectors.telegram.updates import CHANNEL

_log = structlog.get_logger()
WAITS_FOR_NEWS = 20
TURN = timedelta(seconds=40)
CLAIM = timedelta(seconds=80)
PAUSE, LONGEST_PAUSE = 1.0, 60.0


class Polling:
    """Brings updates, in order, to ``take``; it raises where an update was not stored."""

    def __init__(self, bot: Bot, secrets: ChannelSecrets, take: Callable[[Update], Awaitable[None]]) -> None:
        self._bot = bot
        self._secrets = secrets
        self._take = take
        self._pause = PAUSE

    async def run(self) -> None:
        """Poll, in turns with other processes, until cancelled, whatever becomes of one time."""
        while True:
            try:
                await self._turn()
                self._pause = PAUSE
            except (TelegramAPIError, DatabaseUnavailable) as error:
                _log.warning("telegram_not_polled", why=type(error).__name__, hint=_hint(error))
                self._pause = min(self._pause * 2, LONGEST_PAUSE)
            except Exception:  # noqa: BLE001 - the edge of the process: this loop must outlive what it meets
                _log.exception("telegram_polling_broke")
                self._pause = min(self._pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(self._pause)

    async def _turn(self) -> None:
        now = datetime.now(UTC)
        if not await asyncio.to_thread(self._secrets.claim, CHANNEL, now + CLAIM, now):
            return
        try:
            await self._poll(until=now + TURN)
        finally:
            await asyncio.to_thread(self._secrets.release, CHANNEL, datetime.now(UTC))

    async def _poll(self, until: datetime) -> None:
        offset = None
        while datetime.now(UTC) < until:
            updates = await self._bot.get_updates(
                offset=offset, timeout=WAITS_FOR_NEWS, allowed_updates=UPDATES, request_timeout=WAITS_FOR_NEWS + 10
            )
            for update in updates:
                await self._take(update)
                offset = update.update_id + 1
        if offset is not None:
            await self._bot.get_updates(offset=offset, timeout=0, limit=1, allowed_updates=UPDATES)


def _hint(error: Exception) -> str | None:
    if isinstance(error, TelegramConflictError):
        return "a webhook is set, or somebody else polls: run `refunds channels telegram connect`"
    return None
