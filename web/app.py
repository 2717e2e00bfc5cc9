"""The web process put together: connectors, health, and the sweep for turns that nobody works on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import FastAPI
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from refunds.app import App
from refunds.carry_on import CarryOn
from refunds.chat.engine import EngineClient
from refunds.chat.transcript import Transcript
from refunds.chat.turns import Progress, Turns
from refunds.errors import DatabaseUnavailable
from refunds.handoff import Desk
from web import site
from web.alarms import Alarms
from web.chat_page import ChatPage
from web.connectors.carry_on import CarryOnCodes
from web.connectors.files import Files
from web.connectors.rest import RestConnector
from web.connectors.slack.opening import open_slack
from web.connectors.telegram.opening import open_telegram
from web.connectors.website import WebsiteConnector
from web.desk import desk as desk_pages
from web.health import Health
from web.metrics import Metrics
from web.notices_page import NoticesPage
from web.webhooks import Webhooks
from web.widget import WidgetScript

_log = structlog.get_logger()
SWEEP_EVERY = 1.0
# Threads mostly wait for the database; more of them would only queue there.
THREADS = 32


def build(app: App) -> FastAPI:
    """The web application of ``app``; its turns run while it is being served."""
    settings = app.settings
    engine = EngineClient(settings.rasa_url, settings.rasa_token)
    desk = Desk(settings.desk_hours, app.calendars, app.words)
    turns = Turns(app.database, engine, app.handoff, desk, app.words, retry_delays=settings.retry_delays)
    transcript = Transcript(app.database)
    website = _website(app, turns, transcript)
    slack, telegram = open_slack(app, turns, transcript), open_telegram(app, turns)
    channels = [channel for channel in (slack, telegram) if channel]
    carry_on = CarryOn(app.database, app.words)
    codes = CarryOnCodes(carry_on, app.words, settings, telegram.name if telegram else None)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="web"))
        repeated = [asyncio.create_task(_repeat(turns.sweep)), asyncio.create_task(_repeat(website.deliver_all))]
        for channel in channels:
            await channel.open()
            repeated.append(asyncio.create_task(_repeat(channel.deliver_all)))
        yield
        for task in repeated:
            task.cancel()
        await asyncio.gather(*repeated, return_exceptions=True)
        for channel in channels:
            await channel.close()
        await turns.close()
        await website.close()
        await engine.close()

    api = FastAPI(title="JJSG refunds", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    alarms = Alarms(app, engine)
    api.include_router(Metrics(alarms).router)
    api.include_router(Health(app.database, transcript, alarms).router)
    api.include_router(Webhooks(app.database, settings.webhook_secret).router)
    api.mount("/socket.io", website.asgi)
    for channel in channels:
        api.include_router(channel.router)
    api.mount("/desk", desk_pages(app, turns, alarms))
    api.include_router(ChatPage(app.reopening, settings.secret).router)
    api.include_router(NoticesPage(app).router)
    api.mount("/chat/carry-on", codes.asgi)
    api.mount("/chat", Files(app.attachments, app.words, settings).asgi)
    if settings.trusted_proxies:
        api.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies))
    api.include_router(WidgetScript().router)
    if settings.is_development:
        api.include_router(site.router(settings, app.identity.site_token))
    if settings.rest_connector:
        api.include_router(RestConnector(app.admission, turns, transcript, app.words).router)
    return api


def _website(app: App, turns: Turns, transcript: Transcript) -> WebsiteConnector:
    website = WebsiteConnector(
        app.admission,
        turns,
        transcript,
        app.chat_closing,
        app.transcript_mails,
        app.words,
        app.settings,
        withdrawal_in=frozenset(
            country
            for right in app.policy.statutory
            if right.decided or "withdrawal" in right.arises_with
            for country in right.countries
        ),
    )
    website.typing.watch(lambda conversation_id: turns.tell(conversation_id, Progress.CUSTOMER_WRITES))
    return website


async def _repeat(step: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Do ``step`` each second for as long as the process lives, whatever becomes of one time."""
    while True:
        try:
            await step()
        except DatabaseUnavailable as error:
            _log.warning("step_skipped", step=step.__name__, why=str(error))
        except Exception:  # noqa: BLE001 - the edge of the process: this loop must outlive what it meets
            _log.exception("step_broke", step=step.__name__)
        await asyncio.sleep(SWEEP_EVERY)
