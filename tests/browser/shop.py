"""A shop to visit: the real demo site, with a scripted chat server behind it that speaks the website's contract."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import socketio  # type: ignore[import-untyped]
import uvicorn
from fastapi import FastAPI

from refunds.settings import Settings
from web.site import router

Line = dict[str, Any]


@dataclass
class Script:
    """What the chat answers, and what it was told. It outlives a restart of the server, as a database would.

    ``answers`` maps what a customer says to the lines that follow; ``refusal`` is said instead of taking a message.
    """

    answers: dict[str, list[Line]] = field(default_factory=dict)
    refusal: str | None = None
    lose_next_acknowledgement: bool = False
    keep_typing: bool = False
    said: list[dict[str, Any]] = field(default_factory=list)
    greetings: list[dict[str, Any]] = field(default_factory=list)
    conversations: dict[str, list[Line]] = field(default_factory=dict)

    def texts(self) -> list[str]:
        """What was said, each message once and in order."""
        return [message["text"] for message in self.said]


class Shop:
    """The site on a port of its own; stopped and started again on the same one."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.script = Script()
        self.port = 0
        self._server: uvicorn.Server
        self._thread: threading.Thread

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        ready = threading.Event()
        config = uvicorn.Config(
            _application(self.settings, self.script),
            port=self.port,
            ws="websockets-sansio",
            log_level="critical",
            timeout_graceful_shutdown=1,
        )
        self._server = _Announcing(config, ready.set)
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        assert ready.wait(10), "the shop did not open"
        self.port = self._server.servers[0].sockets[0].getsockname()[1]

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)


class _Announcing(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self._announce()


def _application(settings: Settings, script: Script) -> socketio.ASGIApp:
    site = FastAPI()
    site.include_router(router(settings, lambda customer_id, now: f"signed:{customer_id}"))
    server = socketio.AsyncServer(async_mode="asgi")
    _speak(server, script)
    return socketio.ASGIApp(server, site)


def _speak(server: socketio.AsyncServer, script: Script) -> None:
    async def connect(sid: str, environ: Any, auth: dict[str, Any]) -> None:
        script.greetings.append(auth)
        token = auth.get("token") or f"chat-{len(script.conversations)}"
        lines = script.conversations.setdefault(token, [])
        await server.save_session(sid, {"token": token})
        await server.enter_room(sid, token)
        await server.emit("welcome", {"token": token, "lines": lines, "speaking": "assistant"}, to=sid)

    async def say(sid: str, message: dict[str, Any]) -> dict[str, Any]:
        if script.refusal:
            return {"received": False, "why": script.refusal}
        token = (await server.get_session(sid))["token"]
        if message["id"] not in [known["id"] for known in script.said]:
            script.said.append(message)
            await _answer(server, script, token, message)
        if script.lose_next_acknowledgement:
            script.lose_next_acknowledgement = False
            await server.disconnect(sid)
            await asyncio.sleep(0)
        return {"received": True}

    server.on("connect", connect)
    server.on("say", say)


async def _answer(server: socketio.AsyncServer, script: Script, token: str, message: dict[str, Any]) -> None:
    history = script.conversations[token]
    at = datetime.now(UTC).isoformat()
    history.append({"number": 0, "author": "customer", "id": message["id"], "text": message["text"], "at": at})
    await server.emit("typing", {"on": True}, room=token)
    shared: Line = {"author": "assistant", "buttons": [], "card": None, "at": at}
    lines = [
        {**shared, "number": len(history) + nth, **line}
        for nth, line in enumerate(script.answers.get(message["text"], []))
    ]
    history.extend(lines)
    if not script.keep_typing:
        await server.emit("typing", {"on": False}, room=token)
        await server.emit("lines", lines, room=token)
