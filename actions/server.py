"""The action server's HTTP, as an ASGI application: one call in, what the action says and keeps out.

rasa-sdk's own server does the same with tracing, streaming and CORS, for twice the processor time.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionNotFoundException

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]

# Threads for blocking calls: one slow back office call holds up one customer, not the server (design, step 5).
THREADS = 64


class ActionServer:
    """``POST /webhook`` runs an action; every path but ``/health`` wants the token."""

    def __init__(self, executor: ActionExecutor, token: str) -> None:
        self._executor = executor
        self._bearer = f"Bearer {token}".encode()

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        """Serve one connection's life or one request."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        status, answer = await self._answer(scope, receive)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    async def _answer(self, scope: Event, receive: Receive) -> tuple[HTTPStatus, bytes]:
        asked = scope["method"], scope["path"]
        if asked == ("GET", "/health"):
            return HTTPStatus.OK, b'{"status": "ok"}'
        if not hmac.compare_digest(dict(scope["headers"]).get(b"authorization", b""), self._bearer):
            return HTTPStatus.UNAUTHORIZED, b'{"error": "this server answers the engine only"}'
        if asked != ("POST", "/webhook"):
            return HTTPStatus.NOT_FOUND, b'{"error": "there is POST /webhook and GET /health"}'
        return await self._run(await _body(receive))

    async def _run(self, body: bytes) -> tuple[HTTPStatus, bytes]:
        try:
            result = await self._executor.run(json.loads(body))
        except ValueError:
            return HTTPStatus.BAD_REQUEST, b'{"error": "the body must be a call of an action"}'
        except ActionNotFoundException as error:
            return HTTPStatus.NOT_FOUND, json.dumps({"error": error.message, "action_name": error.action_name}).encode()
        return HTTPStatus.OK, json.dumps({"events": result.events, "responses": result.responses}).encode()


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        event = await receive()
        body += event.get("body", b"")
        more = event.get("more_body", False)
    return body


async def _live(receive: Receive, send: Send) -> None:
    """Threads of its own for as long as the process serves."""
    await receive()
    with ThreadPoolExecutor(THREADS, thread_name_prefix="step") as threads:
        asyncio.get_running_loop().set_default_executor(threads)
        await send({"type": "lifespan.startup.complete"})
        await receive()
    await send({"type": "lifespan.shutdown.complete"})
