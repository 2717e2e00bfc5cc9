"""A stand-in of Slack: a real HTTP server that checks what it is sent as Slack's reference says, and signs like Slack.

Methods: https://docs.slack.dev/reference/methods. Nothing of our client is used; slack_rules.py holds what is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import socket
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlencode

import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from tests.slack_rules import Refusal, arguments_of, check_blocks, check_message, check_view

TEAM, BOT_USER, APP = "T0JJSG001", "U0BOT0001", "A0REFUND1"
BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = "xoxb-stand-in-token-of-the-bot", "xapp-1-stand-in", "signing secret of tests"
CLIENT_ID, CLIENT_SECRET, FIRST_REFRESH = "111.222", "client secret of tests", "xoxe-1-first-refresh"
Payload = dict[str, Any]


@dataclass
class Lost:
    """What becomes of the next answers of a method: done but never told (``after``), or not even done."""

    times: int
    done: bool


@dataclass
class SlackServer:
    """``posted`` is what stands in Slack, in the order it came; ``calls`` counts what was asked, by method."""

    port: int = 0
    posted: list[Payload] = field(default_factory=list)
    updated: list[Payload] = field(default_factory=list)
    homes: dict[str, Payload] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[str, str]] = field(default_factory=list)
    users: dict[str, Payload] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=lambda: {BOT_TOKEN})
    refresh_tokens: set[str] = field(default_factory=lambda: {FIRST_REFRESH})
    limits: Counter[str] = field(default_factory=Counter)
    retry_after: int = 1
    lost: dict[str, Lost] = field(default_factory=dict)
    errors: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    token_seconds: int = 43_200
    slow_users: threading.Event | None = None
    shared: list[tuple[str, str | None, str, bytes]] = field(default_factory=list)
    files_at: str | None = None
    acknowledged: list[Payload] = field(default_factory=list)
    scopes: frozenset[str] = frozenset({"im:history"})

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._clock = 1_790_000_000
        self._sockets: list[ServerConnection] = []
        self._server = _Server(("127.0.0.1", self.port), _handler(self))
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.api = f"{self.url}/api/"
        self._socket_server = serve(self._socket, "127.0.0.1", 0)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        threading.Thread(target=self._socket_server.serve_forever, daemon=True).start()

    # what a test looks at

    def texts(self, channel: str | None = None) -> list[str]:
        """The texts that stand in Slack (in ``channel``), in order."""
        with self._lock:
            return [one["text"] for one in self.posted if channel in (None, one["channel"])]

    @staticmethod
    def direct(user: str) -> str:
        """The id of a person's direct message with the app."""
        return f"D{user[1:]}"

    def ts(self) -> str:
        """A time stamp that no other message has."""
        with self._lock:
            self._clock += 1
            return f"{self._clock}.000100"

    def keep_file(self, name: str, content: bytes) -> Payload:
        """A file as it stands in a message that sends it."""
        file_id = f"F{secrets.token_hex(5).upper()}"
        self.files[file_id] = (name, content)
        return {"id": file_id, "name": name, "size": len(content), "file_access": "visible"}

    # what Slack tells the app

    def message(self, user: str, text: str, **more: Any) -> Payload:
        """reference/events/message.im, in the envelope of apis/events-api."""
        said = {"type": "message", "user": user, "text": text, "ts": self.ts(), "channel": self.direct(user)}
        return self.envelope(said | {"channel_type": "im", "team": TEAM} | more)

    def edit(self, before: Payload, text: str) -> Payload:
        """reference/events/message/message_changed."""
        said = before["event"]
        now = said | {"text": text, "edited": {"user": said["user"], "ts": self.ts()}}
        changed = {"type": "message", "subtype": "message_changed", "channel": said["channel"], "ts": self.ts()}
        return self.envelope(changed | {"channel_type": "im", "message": now, "previous_message": said, "hidden": True})

    def mention(self, user: str, text: str, channel: str = "C0GENERAL", **more: Any) -> Payload:
        """reference/events/app_mention."""
        said = {"type": "app_mention", "user": user, "text": f"<@{BOT_USER}> {text}", "ts": self.ts()}
        return self.envelope(said | {"channel": channel} | more)

    def home_opened(self, user: str) -> Payload:
        """reference/events/app_home_opened."""
        return self.envelope({"type": "app_home_opened", "user": user, "channel": self.direct(user), "tab": "home"})

    @staticmethod
    def envelope(event: Payload) -> Payload:
        """apis/events-api: the outer payload of every event."""
        known = {"type": "event_callback", "team_id": TEAM, "api_app_id": APP, "event_time": int(time.time())}
        return known | {"event_id": f"Ev{secrets.token_hex(5).upper()}", "event": event}

    def press(self, user: str, message: Payload, element: Payload, **chosen: Any) -> Payload:
        """reference/interaction-payloads/block_actions-payload."""
        action = {"type": element["type"], "action_id": element["action_id"], "action_ts": self.ts()}
        if element["type"] == "button":
            action |= {"value": element["value"], "text": element["text"]}
        return {
            "type": "block_actions",
            "team": {"id": TEAM, "domain": "jjsg"},
            "user": {"id": user, "team_id": TEAM},
            "api_app_id": APP,
            "trigger_id": secrets.token_hex(8),
            "channel": {"id": message["channel"], "name": "directmessage"},
            "message": {"ts": message["ts"], "text": message["text"], "blocks": message["blocks"]},
            "container": {"type": "message", "message_ts": message["ts"], "channel_id": message["channel"]},
            "actions": [action | chosen],
        }

    @staticmethod
    def command(user: str, text: str, channel: str = "C0GENERAL") -> dict[str, str]:
        """interactivity/implementing-slash-commands: the fields of a command."""
        fields = {"command": "/refund", "text": text, "team_id": TEAM, "user_id": user, "channel_id": channel}
        return fields | {"trigger_id": secrets.token_hex(8), "api_app_id": APP, "response_url": "http://127.0.0.1:9/"}

    @staticmethod
    def signed(body: bytes, at: float | None = None, secret: str = SIGNING_SECRET) -> dict[str, str]:
        """authentication/verifying-requests-from-slack: v0, the time and the body under HMAC-SHA256."""
        stamp = str(int(time.time() if at is None else at))
        digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    def tell(self, url: str, event: Payload, retry: int | None = None) -> requests.Response:
        """Deliver an event as apis/events-api does; a retry says the how-many-eth it is."""
        body = json.dumps(event).encode()
        retried = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"} if retry else {}
        headers = {"Content-Type": "application/json", **self.signed(body), **retried}
        return requests.post(f"{url}/slack/events", data=body, headers=headers, timeout=10)

    def tell_form(self, url: str, fields: dict[str, str]) -> requests.Response:
        """Deliver a command, or a press (whose ``payload`` is JSON), as a form."""
        body = urlencode(fields).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", **self.signed(body)}
        return requests.post(f"{url}/slack/events", data=body, headers=headers, timeout=10)

    def tell_press(self, url: str, payload: Payload) -> requests.Response:
        """Deliver a press."""
        return self.tell_form(url, {"payload": json.dumps(payload)})

    def tell_by_socket(self, payload: Payload, kind: str = "events_api") -> None:
        """apis/events-api/using-socket-mode: the payload in an envelope that wants to be acknowledged."""
        envelope = {"type": kind, "envelope_id": secrets.token_hex(8), "payload": payload}
        self._sockets[-1].send(json.dumps(envelope | {"accepts_response_payload": False, "retry_attempt": 0}))

    @property
    def has_socket(self) -> bool:
        """Whether the app listens by Socket Mode."""
        return bool(self._sockets)

    def stop(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._socket_server.shutdown()

    def _socket(self, connection: ServerConnection) -> None:
        connection.send(json.dumps({"type": "hello", "num_connections": 1}))
        self._sockets.append(connection)
        with suppress(ConnectionClosed):
            for message in connection:
                self.acknowledged.append(json.loads(message))
        self._sockets.remove(connection)

    # what the app asks

    def answer(self, method: str, arguments: Payload, token: str) -> Payload:
        """One call; raises ``Refusal`` as Slack refuses it."""
        if method == "users.info" and self.slow_users is not None:
            self.slow_users.wait(5)
        with self._lock:
            known: dict[str, Callable[[Payload], Payload]] = {
                "auth.test": self._test,
                "chat.postMessage": self._post,
                "chat.update": self._update,
                "conversations.open": self._open,
                "conversations.history": self._history,
                "conversations.replies": self._replies,
                "users.info": self._user,
                "files.info": self._file,
                "files.getUploadURLExternal": self._upload_address,
                "files.completeUploadExternal": self._share,
                "views.publish": self._publish,
                "apps.connections.open": self._connect,
                "oauth.v2.access": self._rotate,
            }
            if method not in known:
                raise Refusal("unknown_method")
            self._authorise(method, token)
            if self.errors[method]:
                raise Refusal(self.errors[method].pop(0))
            return known[method](arguments)

    def _authorise(self, method: str, token: str) -> None:
        """authentication: every method but oauth.v2.access wants a bearer token of the kind that it takes."""
        if method == "oauth.v2.access":
            return
        good = {APP_TOKEN} if method == "apps.connections.open" else self.tokens
        if not token:
            raise Refusal("not_authed")
        if token not in good:
            raise Refusal("invalid_auth")

    def _test(self, _arguments: Payload) -> Payload:
        """reference/methods/auth.test."""
        return {"team": "JJSG", "team_id": TEAM, "user": "refunds", "user_id": BOT_USER, "bot_id": "B0BOT"}

    def _post(self, arguments: Payload) -> Payload:
        check_message(arguments)
        if arguments["channel"][0] not in "CDGU":
            raise Refusal("channel_not_found")
        message = {name: arguments.get(name) for name in ("channel", "text", "thread_ts", "blocks", "metadata")}
        message |= {"ts": self.ts(), "bot_id": "B0BOT", "user": BOT_USER}
        self.posted.append(message)
        return {"channel": arguments["channel"], "ts": message["ts"], "message": message}

    def _update(self, arguments: Payload) -> Payload:
        """reference/methods/chat.update: channel and ts of a message of the app's own."""
        if not any(
            one["ts"] == arguments.get("ts") and one["channel"] == arguments.get("channel") for one in self.posted
        ):
            raise Refusal("message_not_found")
        check_blocks(arguments.get("blocks") or [], most=50)
        self.updated.append(arguments)
        return {"channel": arguments["channel"], "ts": arguments["ts"]}

    def _open(self, arguments: Payload) -> Payload:
        """reference/methods/conversations.open: ids of users make a direct message."""
        user = arguments.get("users", "")
        if not user.startswith("U"):
            raise Refusal("user_not_found")
        return {"channel": {"id": self.direct(user)}}

    def _history(self, arguments: Payload) -> Payload:
        """reference/methods/conversations.history: 1 to 999 messages, newest first; metadata only when asked for."""
        return {"messages": self._read(arguments, lambda one: one["thread_ts"] is None), "has_more": False}

    def _replies(self, arguments: Payload) -> Payload:
        """reference/methods/conversations.replies: the messages of one thread, the oldest first."""
        if not arguments.get("ts"):
            raise Refusal("thread_not_found")
        found = self._read(arguments, lambda one: one["thread_ts"] == arguments["ts"])
        return {"messages": found[::-1], "has_more": False}

    def _read(self, arguments: Payload, holds: Callable[[Payload], bool]) -> list[Payload]:
        if not arguments.get("channel", "").startswith("D") and "channels:history" not in self.scopes:
            raise Refusal("missing_scope")
        limit = int(arguments.get("limit", 100))
        if not 1 <= limit <= 999:
            raise Refusal("invalid_limit")
        whole = str(arguments.get("include_all_metadata", "")).lower() in ("1", "true")
        here = [one for one in self.posted if one["channel"] == arguments["channel"] and holds(one)]
        return [one if whole else {**one, "metadata": None} for one in here[::-1][:limit]]

    def _user(self, arguments: Payload) -> Payload:
        """reference/methods/users.info: the locale only where it is asked for."""
        user = arguments.get("user", "")
        if not user.startswith("U"):
            raise Refusal("user_not_found")
        known = self.users.get(user, {"tz": "America/Chicago", "locale": "en-US"})
        locale = (
            {"locale": known["locale"]} if str(arguments.get("include_locale", "")).lower() in ("1", "true") else {}
        )
        return {"user": {"id": user, "tz": known["tz"], "is_bot": False, **locale}}

    def _file(self, arguments: Payload) -> Payload:
        """reference/methods/files.info."""
        file_id = arguments.get("file", "")
        if file_id not in self.files:
            raise Refusal("file_not_found")
        name, content = self.files[file_id]
        where = f"{self.files_at or self.url}/files-pri/{file_id}/{name}"
        return {"file": {"id": file_id, "name": name, "size": len(content), "url_private_download": where}}

    def _upload_address(self, arguments: Payload) -> Payload:
        """reference/methods/files.getUploadURLExternal: the name and the length in bytes."""
        if not arguments.get("filename") or int(arguments.get("length", 0)) < 1:
            raise Refusal("invalid_arguments")
        file_id = f"F{secrets.token_hex(5).upper()}"
        self.files[file_id] = (arguments["filename"], b"")
        return {"upload_url": f"{self.url}/upload/{file_id}", "file_id": file_id}

    def _share(self, arguments: Payload) -> Payload:
        """reference/methods/files.completeUploadExternal: files that were uploaded, into a conversation."""
        if arguments.get("channel_id", "?")[0] not in "CDG":
            raise Refusal("channel_not_found")
        for file in arguments["files"]:
            name, content = self.files.get(file["id"], ("", b""))
            if not content:
                raise Refusal("file_not_found")
            self.shared.append((arguments["channel_id"], arguments.get("thread_ts"), name, content))
        return {"files": arguments["files"]}

    def _publish(self, arguments: Payload) -> Payload:
        """reference/methods/views.publish."""
        if not arguments.get("user_id", "").startswith("U"):
            raise Refusal("user_not_found")
        check_view(arguments.get("view"))
        self.homes[arguments["user_id"]] = arguments["view"]
        return {"view": arguments["view"]}

    def _connect(self, _arguments: Payload) -> Payload:
        host, port = self._socket_server.socket.getsockname()[:2]
        return {"url": f"ws://{host}:{port}/"}

    def _rotate(self, arguments: Payload) -> Payload:
        """authentication/using-token-rotation: a refresh token is good once and brings the next pair."""
        if (arguments.get("client_id"), arguments.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            raise Refusal("bad_client_secret")
        if arguments.get("grant_type") != "refresh_token" or arguments.get("refresh_token") not in self.refresh_tokens:
            raise Refusal("invalid_refresh_token")
        self.refresh_tokens = {f"xoxe-1-{secrets.token_hex(8)}"}
        token = f"xoxe.xoxb-{secrets.token_hex(8)}"
        self.tokens.add(token)
        [refresh] = self.refresh_tokens
        expires = {"expires_in": self.token_seconds, "token_type": "bot", "team": {"id": TEAM}}
        return {"access_token": token, "refresh_token": refresh, **expires}


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.open: set[socket.socket] = set()
        super().__init__(address, handler)

    def hang_up(self) -> None:
        """End all connections that are kept open, so that their threads end too."""
        for connection in list(self.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _handler(slack: SlackServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server: _Server

        def setup(self) -> None:
            super().setup()
            self.server.open.add(self.connection)

        def handle(self) -> None:
            with suppress(ConnectionError):  # whoever asked may have gone meanwhile
                super().handle()

        def finish(self) -> None:
            self.server.open.discard(self.connection)
            with suppress(ConnectionError):
                super().finish()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            if self.path.startswith("/upload/"):
                file_id = self.path.removeprefix("/upload/")
                slack.files[file_id] = (slack.files[file_id][0], body)
                self._raw(200, f"OK - {len(body)}".encode(), "text/plain")
                return
            method = self.path.removeprefix("/api/")
            slack.calls[method] += 1
            if slack.limits[method] > 0:
                # apis/web-api/rate-limits: 429 with Retry-After in seconds.
                slack.limits[method] -= 1
                self._send(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(slack.retry_after)})
                return
            lost = slack.lost.get(method)
            if lost is not None and lost.times > 0:
                lost.times -= 1
                if lost.done:
                    self._answer(method, body)
                self.close_connection = True
                return
            self._send(200, self._answer(method, body))

        def _answer(self, method: str, body: bytes) -> Payload:
            try:
                arguments = arguments_of(self.headers.get("Content-Type", ""), body) if body else {}
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                return {"ok": True, **slack.answer(method, arguments, token or arguments.get("token", ""))}
            except Refusal as refusal:
                slack.refused.append((method, refusal.error))
                told = {"response_metadata": {"messages": list(refusal.messages)}} if refusal.messages else {}
                return {"ok": False, "error": refusal.error, **told}

        def do_GET(self) -> None:
            """apis/web-api/working-with-files: url_private wants the bot's token, else a page to sign in comes."""
            file_id = self.path.split("/")[2]
            if self.headers.get("Authorization", "").removeprefix("Bearer ") not in slack.tokens:
                self._raw(200, b"<html>Sign in to Slack</html>", "text/html")
            else:
                slack.calls["download"] += 1
                self._raw(200, slack.files[file_id][1], "application/octet-stream")

        def _send(self, status: int, answer: Payload, headers: dict[str, str] | None = None) -> None:
            granted = {"X-OAuth-Scopes": ",".join(sorted(slack.scopes))}  # apis/web-api: with every answer
            self._raw(status, json.dumps(answer).encode(), "application/json; charset=utf-8", granted | (headers or {}))

        def _raw(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def slack_server(port: int = 0) -> Iterator[SlackServer]:
    """A stand-in of Slack, stopped at the end."""
    server = SlackServer(port)
    try:
        yield server
    finally:
        server.stop()
