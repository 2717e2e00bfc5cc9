"""Telegram put together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from aiogram.exceptions import AiogramError
from fastapi import APIRouter

from refunds.app import App
from refunds.carry_on import CarryOn
from refunds.chat.channel_events import ChannelEvents
from refunds.chat.channel_secrets import ChannelSecrets
from refunds.chat.deliveries import Deliveries
from refunds.chat.turns import Turns
from refunds.telegram_bot import OutcomeUnknown, open_bot
from web.connectors.outgoing import Sender
from web.connectors.telegram.connector import TelegramConnector, TelegramRooms
from web.connectors.telegram.delivery import TelegramDelivery
from web.connectors.telegram.files import TelegramFiles
from web.connectors.telegram.polling import Polling
from web.connectors.telegram.updates import CHANNEL

_log = structlog.get_logger()


class Telegram:
    """A channel of the web process: its route, what it does each second, and its beginning and end."""

    def __init__(self, rooms: TelegramRooms, connector: TelegramConnector, polling: Polling | None) -> None:
        self._rooms = rooms
        self._connector = connector
        self._polling = polling
        self._polls: asyncio.Task[None] | None = None
        self.router: APIRouter = connector.router
        self.deliver_all: Callable[[], Coroutine[Any, Any, None]] = rooms.sender.send_all

    async def open(self) -> None:
        """Be ready, on the event loop that serves; asks Telegram nothing, which may be away."""
        if self._polling is not None:
            self._polls = asyncio.create_task(self._polling.run())

    async def name(self) -> str | None:
        """The bot's name, for links; None while Telegram cannot be asked."""
        try:
            return (await self._rooms.bot.me()).username
        except (AiogramError, OutcomeUnknown):
            return None

    async def close(self) -> None:
        """Let sends under way end, then hang up."""
        if self._polls is not None:
            self._polls.cancel()
            await asyncio.gather(self._polls, return_exceptions=True)
        await self._rooms.sender.close()
        await self._connector.close()
        await self._rooms.bot.session.close()


def telegram_of(app: App, turns: Turns) -> Telegram:
    """Telegram as it is set."""
    settings = app.settings.telegram
    bot = open_bot(settings)
    rooms = TelegramRooms(
        bot=bot,
        admission=app.admission,
        turns=turns,
        events=ChannelEvents(app.database),
        carry_on=CarryOn(app.database, app.words),
        words=app.words,
        files=TelegramFiles(bot, app.attachments, app.words),
        sender=Sender(CHANNEL, Deliveries(app.database), TelegramDelivery(bot, app.attachments.find_in).send, None),
    )
    connector = TelegramConnector(rooms, None if settings.polling else settings.secret)
    polling = Polling(bot, ChannelSecrets(app.database, app.settings.secret), connector.take)
    _log.info("channel_on", channel=CHANNEL, by="polling" if settings.polling else "webhook")
    return Telegram(rooms, connector, polling if settings.polling else None)
