"""A shop to visit: the real demo site, with a scripted chat server behind it that speaks the website's contract."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import jwt
import socketio  # type: ignore[import-untyped]
import uvicorn
from fastapi import FastAPI, Request, Response

from refunds.settings import Settings
from web.site import router
from web.widget import WidgetScript

Line = dict[str, Any]
LIMITS = {"text": 4000, "file_bytes": 5_000_000, "file_types": ["image/png", "application/pdf", "text/plain"]}
NO_WAY_ON = {"minutes": 15, "telegram": None, "slack": None}
NO_SECRET = "nobody checks this token, it only has the form of one"


@dataclass
class Script:
    """What the chat answers, and what it was told. It outlives a restart of the server, as a database would.

    ``answers`` maps what a customer says to the lines that follow; ``refusal`` is the receipt instead of taking a
    message. ``page`` and ``policy`` make the page ``/host``: its HTML and its Content-Security-Policy.
    """

    answers: dict[str, list[Line]] = field(default_factory=dict)
    refusal: dict[str, Any] | None = None
    connection_refusal: str | None = None
    lose_next_acknowledgement: bool = False
    keep_typing: bool = False
    welcome: dict[str, Any] = field(default_factory=lambda: {"speaking": "assistant", "limits": LIMITS})
    page: str = ""
    policy: str = "default-src 'self'"
    file_refusal: str | None = None
    start_over_refusal: str | None = None
    ways_on: dict[str, Any] = field(default_factory=lambda: dict(NO_WAY_ON))
    said: list[dict[str, Any]] = field(default_factory=list)
    greetings: list[dict[str, Any]] = field(default_factory=list)
    signs: list[dict[str, Any]] = field(default_factory=list)
    conversations: dict[str, list[Line]] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)
    mailed: int = 0
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

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
        self._chat: ScriptedChat
        self._loop: asyncio.AbstractEventLoop
        self._thread: threading.Thread

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def other_origin(self) -> str:
        """The same server, as a page of another origin: it has only the host page."""
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        ready = threading.Event()
        self._chat = ScriptedChat(self.script)
        config = uvicorn.Config(
            socketio.ASGIApp(self._chat.server, _site(self.settings, self.script)),
            host="127.0.0.1",
            port=self.port,
            ws="websockets-sansio",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        self._server = _Announcing(config, ready.set)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert ready.wait(10), "the shop did not open"
        self.port = self._server.servers[0].sockets[0].getsockname()[1]

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    def emit(self, event: str, told: Any) -> None:
        """Tell every connected tab something of the server's own accord."""
        asyncio.run_coroutine_threadsafe(self._chat.server.emit(event, told), self._loop).result(10)

    def add_lines(self, *lines: Line) -> None:
        """Lines that nobody asked for: a notice, an agent's words. Kept in every conversation and sent to its tabs."""
        asyncio.run_coroutine_threadsafe(self._chat.add(lines), self._loop).result(10)

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            self._loop = runner.get_loop()
            runner.run(self._server.serve())


class _Announcing(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self._announce()


def _site(settings: Settings, script: Script) -> FastAPI:
    site = FastAPI()
    site.include_router(router(settings, lambda customer_id, now: jwt.encode({"sub": customer_id}, NO_SECRET)))
    site.include_router(WidgetScript().router)
    allowed = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "Authorization"}

    @site.get("/host")
    def host() -> Response:
        headers = {"Content-Security-Policy": script.policy}
        return Response(script.page, media_type="text/html; charset=utf-8", headers=headers)

    @site.options("/chat/files")
    def preflight() -> Response:
        return Response(headers=allowed)

    @site.post("/chat/files")
    async def take_file(request: Request, response: Response) -> dict[str, Any]:
        response.headers.update(allowed)
        assert request.headers["Authorization"].removeprefix("Bearer ") in script.conversations
        if script.file_refusal:
            response.status_code = 422
            return {"why": script.file_refusal}
        name, content = _only_file(await request.body())
        file_id = f"f{len(script.files)}"
        script.files[file_id] = (name, content)
        return {"id": file_id, "name": name, "kind": "image/png", "bytes": len(content)}

    @site.post("/chat/carry-on/")
    def go_on(request: Request, response: Response) -> dict[str, Any]:
        assert request.headers["Authorization"].removeprefix("Bearer ") in script.conversations
        response.status_code = 429 if "why" in script.ways_on else 200
        return script.ways_on

    @site.get("/chat/files/{file_id}")
    def give_file(file_id: str) -> Response:
        return Response(script.files[file_id][1], media_type="application/octet-stream", headers=allowed)

    return site


def _only_file(body: bytes) -> tuple[str, bytes]:
    """Name and content of the one part of a multipart body."""
    head, _, rest = body.partition(b"\r\n\r\n")
    name = head.split(b'filename="')[1].split(b'"')[0].decode()
    return name, rest.rpartition(b"\r\n--")[0]


class ScriptedChat:
    """The server's side of the contract, by the script."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.server = socketio.AsyncServer(async_mode="asgi", cors_allowed_origins="*")
        for event in ("connect", "say", "read", "typing", "start_over", "transcript"):
            self.server.on(event, getattr(self, event))

    async def connect(self, sid: str, environ: Any, auth: dict[str, Any]) -> None:
        if self.script.connection_refusal:
            raise socketio.exceptions.ConnectionRefusedError(self.script.connection_refusal)
        self.script.greetings.append(auth)
        token = auth.get("token") or f"chat-{len(self.script.conversations)}"
        await self._welcome(sid, token)

    async def say(self, sid: str, message: dict[str, Any]) -> dict[str, Any]:
        script = self.script
        if script.refusal:
            return {"received": False, **script.refusal}
        token = await self._token(sid)
        if message["id"] not in [known["id"] for known in script.said]:
            script.said.append(message)
            await self._answer(sid, token, message)
        if script.lose_next_acknowledgement:
            script.lose_next_acknowledgement = False
            await self.server.disconnect(sid)
            await asyncio.sleep(0)
        return {"received": True}

    async def read(self, sid: str, told: dict[str, Any]) -> None:
        token = await self._token(sid)
        self.script.read[token] = max(told["number"], self.script.read.get(token, 0))
        await self.server.emit("read", {"number": self.script.read[token]}, room=token)

    async def typing(self, _sid: str, sign: dict[str, Any]) -> None:
        self.script.signs.append(sign)

    async def start_over(self, sid: str, _nothing: Any) -> None:
        if self.script.start_over_refusal:
            await self.server.emit("refused", {"what": "start_over", "why": self.script.start_over_refusal}, to=sid)
            return
        await self.server.leave_room(sid, await self._token(sid))
        await self._welcome(sid, f"chat-{len(self.script.conversations)}")

    async def transcript(self, sid: str, _nothing: Any) -> dict[str, Any]:
        self.script.mailed += 1
        return {"sent": True}

    async def add(self, lines: tuple[Line, ...]) -> None:
        for token, history in self.script.conversations.items():
            await self.server.emit("lines", _numbered(history, lines), room=token)

    async def _welcome(self, sid: str, token: str) -> None:
        lines = self.script.conversations.setdefault(token, [])
        await self.server.save_session(sid, {"token": token})
        await self.server.enter_room(sid, token)
        read = self.script.read.get(token, 0)
        await self.server.emit("welcome", {**self.script.welcome, "token": token, "lines": lines, "read": read}, to=sid)

    async def _token(self, sid: str) -> str:
        return str((await self.server.get_session(sid))["token"])

    async def _answer(self, sid: str, token: str, message: dict[str, Any]) -> None:
        history = self.script.conversations[token]
        files = [
            {
                "id": each,
                "name": self.script.files[each][0],
                "kind": "image/png",
                "bytes": len(self.script.files[each][1]),
            }
            for each in message.get("files", [])
        ]
        own = {"number": None, "author": "customer", "id": message["id"], "text": message["text"], "at": _now()}
        history.append({**own, "buttons": [], "card": None, "files": files})
        await self.server.emit("lines", [history[-1]], room=token, skip_sid=sid)
        await self.server.emit("typing", {"on": True}, room=token)
        lines = _numbered(history, tuple(self.script.answers.get(message["text"], [])))
        if not self.script.keep_typing:
            await self.server.emit("typing", {"on": False}, room=token)
            await self.server.emit("lines", lines, room=token)


def _numbered(history: list[Line], lines: tuple[Line, ...]) -> list[Line]:
    """The lines with what every line has, kept in the history."""
    shared: Line = {"author": "assistant", "buttons": [], "card": None, "at": _now()}
    last = max((line["number"] or 0 for line in history), default=0)
    numbered = [{**shared, "number": last + nth, **line} for nth, line in enumerate(lines, start=1)]
    history.extend(numbered)
    return numbered


def _now() -> str:
    return datetime.now(UTC).isoformat()
