"""The web process put together: connectors, health, and the sweep for turns that nobody works on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import FastAPI

from refunds.app import App
from refunds.chat.engine import EngineClient
from refunds.chat.transcript import Transcript
from refunds.chat.turns import Turns
from refunds.errors import DatabaseUnavailable
from web import site
from web.connectors.rest import RestConnector
from web.connectors.website import WebsiteConnector
from web.health import Health

_log = structlog.get_logger()
SWEEP_EVERY = 1.0
# Threads mostly wait for the database; more of them would only queue there.
THREADS = 32


def build(app: App) -> FastAPI:
    """The web application of ``app``; its turns run while it is being served."""
    settings = app.settings
    engine = EngineClient(settings.rasa_url, settings.rasa_token)
    turns = Turns(app.database, engine, app.handoff, app.words, settings.retry_delays)
    transcript = Transcript(app.database)
    website = WebsiteConnector(app.admission, turns, transcript, app.words, settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="web"))
        repeated = [asyncio.create_task(_repeat(turns.sweep)), asyncio.create_task(_repeat(website.deliver_all))]
        yield
        for task in repeated:
            task.cancel()
        await asyncio.gather(*repeated, return_exceptions=True)
        await turns.close()
        await engine.close()

    api = FastAPI(title="JJSG refunds", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    api.include_router(Health(transcript, engine).router)
    api.mount("/socket.io", website.asgi)
    if settings.is_development:
        api.include_router(site.router(settings, app.identity.site_token))
    if settings.rest_connector:
        api.include_router(RestConnector(app.admission, turns, transcript, app.words).router)
    return api


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
