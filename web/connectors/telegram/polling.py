"""Asking Telegram for news, for those without a public address. One process at a time does, as Telegram wants it.

An update counts as received with Telegram once we ask for those behind it
(https://core.telegram.org/bots/api#getupdates): so we only ask on when it is stored.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramConflictError
from aiogram.types import Update
from pydantic import ValidationError

from refunds.chat.channel_secrets import ChannelSecrets
from refunds.errors import DatabaseUnavailable
from refunds.telegram_bot import UPDATES
from web.connectors.telegram.updates import CHANNEL

_log = structlog.get_logger()
WAITS_FOR_NEWS = 20
TURN = timedelta(seconds=40)
CLAIM = timedelta(seconds=80)
PAUSE, LONGEST_PAUSE = 1.0, 60.0
MOST_TRIES = 3


class TelegramUnreadable(Exception):
    """What came is no answer of Telegram's."""


class Polling:
    """Brings updates, in order, to ``take``; it raises where an update was not stored."""

    def __init__(self, bot: Bot, secrets: ChannelSecrets, take: Callable[[Update], Awaitable[None]]) -> None:
        self._bot = bot
        self._secrets = secrets
        self._take = take
        self._pause = PAUSE
        self._broke: Counter[int] = Counter()

    async def run(self) -> None:
        """Poll, in turns with other processes, until cancelled, whatever becomes of one time."""
        while True:
            try:
                await self._turn()
                self._pause = PAUSE
            except (TelegramAPIError, TelegramUnreadable, DatabaseUnavailable) as error:
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
            for update_id, update in await self._news(offset):
                if update is not None:
                    await self._taken(update)
                offset = update_id + 1
        if offset is not None:
            await self._bot.get_updates(offset=offset, timeout=0, limit=1, allowed_updates=UPDATES)

    async def _taken(self, update: Update) -> None:
        """Raises where it was not stored; what breaks us time and again is left, so that it holds up nobody else."""
        try:
            await self._take(update)
        except DatabaseUnavailable:
            raise
        except Exception:  # a fault of ours with one update, of whatever kind: told, and those behind it go on
            self._broke[update.update_id] += 1
            if self._broke[update.update_id] < MOST_TRIES:
                raise
            del self._broke[update.update_id]
            _log.exception("telegram_update_left", update_id=update.update_id)

    async def _news(self, offset: int | None) -> list[tuple[int, Update | None]]:
        """Updates by their number; None for one that nobody can read, which must not hold up those behind it."""
        try:
            updates = await self._bot.get_updates(
                offset=offset, timeout=WAITS_FOR_NEWS, allowed_updates=UPDATES, request_timeout=WAITS_FOR_NEWS + 10
            )
        except ClientDecodeError as error:
            if not isinstance(error.data, dict):
                raise TelegramUnreadable from None  # without the cause: it quotes what customers wrote
            return [(int(raw["update_id"]), _read(raw)) for raw in error.data.get("result") or ()]
        return [(update.update_id, update) for update in updates]


def _read(raw: dict[str, Any]) -> Update | None:
    try:
        return Update.model_validate(raw)
    except ValidationError:
        _log.warning("telegram_update_not_read", update_id=raw["update_id"])
        return None


def _hint(error: Exception) -> str | None:
    if isinstance(error, TelegramConflictError):
        return "a webhook is set, or somebody else polls: run `refunds channels telegram connect`"
    return None
