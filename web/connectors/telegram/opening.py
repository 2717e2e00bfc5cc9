"""Telegram, where there are credentials; where there are none, the start says which are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from refunds.app import App
from refunds.chat.turns import Turns

if TYPE_CHECKING:
    from web.connectors.telegram.channel import Telegram

_log = structlog.get_logger()


def open_telegram(app: App, turns: Turns) -> Telegram | None:
    """Telegram as it is set, or None, said in the log, where it is off."""
    settings = app.settings.telegram
    if not settings.is_on:
        _log.info("channel_off", channel="telegram", missing=list(settings.missing))
        return None
    # aiogram takes seconds to import, which no start without Telegram should wait for.
    from web.connectors.telegram.channel import telegram_of

    return telegram_of(app, turns)
