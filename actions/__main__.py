"""The action server: answers the engine only, on the loopback interface, with a token."""

from __future__ import annotations

import asyncio
import hmac
import warnings
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from actions import answers, appeal, detail, handoff, request, smalltalk, status, verify, withdraw
from actions.first_look import first_look
from actions.steps import Step
from refunds.app import App, open_app
from refunds.logs import set_up_logs
from refunds.settings import read_settings

# Threads for blocking calls: one slow back office call holds up one customer, not the server (design, step 5).
THREADS = 64
TOPICS = (request, appeal, detail, verify, withdraw, status, answers, handoff, smalltalk)


def all_steps(app: App) -> list[Step]:
    """Every step of the talk, wired to ``app``."""
    Step.app, Step.first_look = app, first_look
    found = [kind for topic in TOPICS for kind in vars(topic).values() if isinstance(kind, type)]
    return [kind() for kind in dict.fromkeys(found) if issubclass(kind, Step) and kind is not Step]


def make_server(app: App) -> Sanic[Any, Any]:
    """The action server for ``app``; every path but ``/health`` wants the token."""
    executor = ActionExecutor()
    for step in all_steps(app):
        executor.register_action(step)
    server: Sanic[Any, Any] = create_app(executor, cors_origins=[])
    server.on_request(_guard(app.settings.rasa_token))
    server.before_server_start(_own_threads)
    return server


def _guard(token: str) -> Callable[[Request], Awaitable[HTTPResponse | None]]:
    async def check(request: Request) -> HTTPResponse | None:
        given = request.headers.get("authorization", "")
        if request.path == "/health" or hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return None
        return response.json({"error": "this server answers the engine only"}, status=401)

    return check


async def _own_threads(_: Sanic[Any, Any]) -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="step"))


def main() -> None:
    """Serve until told to stop."""
    warnings.filterwarnings("ignore", message=".*version of Rasa.*")
    settings = read_settings()
    set_up_logs("actions", settings)
    server = make_server(open_app(settings))
    server.run(host="127.0.0.1", port=settings.actions_port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()
