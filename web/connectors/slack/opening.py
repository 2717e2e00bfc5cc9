"""Slack put together, where there are credentials; where there are none, the start says which are missing."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import APIRouter

from refunds.app import App
from refunds.carry_on import CarryOn
from refunds.chat.channel_events import ChannelEvents
from refunds.chat.channel_secrets import ChannelSecrets
from refunds.chat.deliveries import Deliveries
from refunds.chat.transcript import Transcript
from refunds.chat.turns import Turns
from web.connectors.outgoing import Sender
from web.connectors.slack.api import SlackApi
from web.connectors.slack.connector import SlackConnector, SlackRooms
from web.connectors.slack.delivery import SlackDelivery
from web.connectors.slack.events import CHANNEL
from web.connectors.slack.files import SlackFiles
from web.connectors.slack.home import Home
from web.connectors.slack.people import People
from web.connectors.slack.sharing import SlackSharing

_log = structlog.get_logger()


@dataclass(frozen=True)
class Slack:
    """A channel of the web process: its route, what it does each second, and its beginning and end."""

    router: APIRouter
    deliver_all: Callable[[], Coroutine[Any, Any, None]]
    connector: SlackConnector
    sender: Sender

    async def open(self) -> None:
        """Be ready, on the event loop that serves."""
        await self.connector.open()

    async def close(self) -> None:
        """Let sends under way end, then hang up."""
        await self.sender.close()
        await self.connector.close()


def open_slack(app: App, turns: Turns, transcript: Transcript) -> Slack | None:
    """Slack as it is set, or None, said in the log, where it is off."""
    settings = app.settings.slack
    if not settings.is_on:
        _log.info("channel_off", channel=CHANNEL, missing=list(settings.missing))
        return None
    api = SlackApi(settings, ChannelSecrets(app.database, app.settings.secret))
    people = People(api)
    delivery = SlackDelivery(api, people, transcript, app.words, SlackSharing(api, app.attachments.find_in))
    sender = Sender(CHANNEL, Deliveries(app.database), delivery.send, delivery.find)
    turns.watch(sender.on_progress)
    zone = app.settings.desk_hours.zone
    rooms = SlackRooms(
        admission=app.admission,
        turns=turns,
        events=ChannelEvents(app.database),
        words=app.words,
        api=api,
        people=people,
        files=SlackFiles(api, app.attachments, app.words),
        home=Home(api, people, transcript, app.identity, app.enquiries, app.words, zone),
        carry_on=CarryOn(app.database, app.words),
        sender=sender,
    )
    connector = SlackConnector(rooms, settings)
    _log.info("channel_on", channel=CHANNEL, by="socket" if settings.app_token else "http")
    return Slack(connector.router, sender.send_all, connector, sender)
