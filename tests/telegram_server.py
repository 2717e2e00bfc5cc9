"""A stand-in of Telegram's Bot API: a real HTTP server that refuses what Telegram refuses (telegram_rules.py).

It keeps what stands in each chat, brings updates as Telegram does, and can be told to misbehave.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests import telegram_rules as rules
from tests.telegram_rules import Fields, Refusal, bad
from tests.world import wait_until

BOT_TOKEN = "123456:a-token-for-tests-that-looks-real"
SECRET = "a-secret-for-tests_0"
BOT = {"id": 123456, "is_bot": True, "first_name": "JJSG refunds", "username": "jjsg_refunds_bot"}
PATH = "/webhooks/telegram"
LARGEST_DOWNLOAD = 20 * 1024 * 1024
Payload = dict[str, Any]
# What a call meets in the place of its answer: a status, or "after" (done, and the line cut) or "before" (cut).
Mishap = Refusal | int | str


@dataclass
class TelegramServer:
    """What Telegram knows. ``posted`` are the messages that the bot sent, in order; ``calls`` all that it asked."""

    api: str = ""
    posted: list[Payload] = field(default_factory=list)
    calls: list[tuple[str, Fields]] = field(default_factory=list)
    answered: list[Fields] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    webhook: Fields = field(default_factory=dict)
    pending: list[Payload] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    mishaps: list[tuple[str, Mishap]] = field(default_factory=list)
    chats: set[int] = field(default_factory=set)
    queries: set[str] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1000))
    lock: threading.Lock = field(default_factory=threading.Lock)
    methods: dict[str, Callable[[Fields], Any]] = field(default_factory=dict)
    # bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: about 30 messages a second. Here 30 in ten seconds, so that
    # the test of it does not hang on how quick the machine is.
    most_at_once: int = 30
    seconds_counted: float = 10.0
    # A poll without news is answered after so many seconds, where it asked to wait for longer.
    longest_poll: float = 0.3
    polls: int = 0
    conflicts: int = 0
    sent_at: list[float] = field(default_factory=list)

    def texts(self, chat: int) -> list[str]:
        """What stands in a chat from the bot."""
        return [message["text"] for message in self.posted if message["chat"]["id"] == chat and "text" in message]

    def message(self, chat: int, text: str | None = None, *, kind: str = "private", **more: Any) -> Payload:
        """An update with what a person writes (#update, #message)."""
        self.chats.add(chat)
        person = {"id": abs(chat), "is_bot": False, "first_name": "Amara", "language_code": "en"}
        message = {
            "message_id": next(self.numbers),
            "date": int(time.time()),
            "chat": {"id": chat, "type": kind, **({"title": "A group"} if kind != "private" else {})},
            "from": person,
            **({"text": text} if text is not None else {}),
            **more,
        }
        return {"update_id": next(self.numbers), "message": message}

    def edited(self, update: Payload, text: str) -> Payload:
        """An update with the same message, changed."""
        message = {**update["message"], "text": text, "edit_date": update["message"]["date"] + 5}
        return {"update_id": next(self.numbers), "edited_message": message}

    def pressed(self, message: Payload, data: str) -> Payload:
        """An update with a press of a button under one of the bot's messages (#callbackquery)."""
        query_id = str(next(self.numbers))
        self.queries.add(query_id)
        person = {"id": message["chat"]["id"], "is_bot": False, "first_name": "Amara"}
        query = {"id": query_id, "from": person, "message": message, "chat_instance": "1", "data": data}
        return {"update_id": next(self.numbers), "callback_query": query}

    def document(self, chat: int, name: str, content: bytes, caption: str | None = None) -> Payload:
        """An update with a document (#document)."""
        file_id = f"file{next(self.numbers)}"
        self.files[file_id] = content
        document = {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_name": name, "file_size": len(content)}
        return self.message(chat, document=document, **({"caption": caption} if caption else {}))

    def photo(self, chat: int, content: bytes, **more: Any) -> Payload:
        """An update with a photo in two sizes (#photosize)."""
        file_id = f"file{next(self.numbers)}"
        self.files[file_id] = content
        sizes = [
            {"file_id": f"{one}{file_id}", "file_unique_id": f"u{one}", "width": width, "height": width}
            for one, width in (("small", 90), ("", 800))
        ]
        return self.message(chat, photo=[{**size, "file_size": len(content)} for size in sizes], **more)

    def album(self, chat: int, contents: list[bytes], caption: str) -> list[Payload]:
        """Photos that are sent together: an update each, with the same media_group_id, words under the first."""
        group = str(next(self.numbers))
        return [
            self.photo(chat, content, media_group_id=group, **({"caption": caption} if place == 0 else {}))
            for place, content in enumerate(contents)
        ]

    def tell(self, url: str, update: Payload, secret: str | None = SECRET) -> requests.Response:
        """Bring an update to the webhook at ``url`` (#setwebhook, "secret_token")."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret is not None else {}
        return requests.post(f"{url}{PATH}", json=update, headers=headers, timeout=60)

    def will(self, method: str, *mishaps: Mishap) -> None:
        """The next calls of ``method`` meet with these, one each."""
        self.mishaps += [(method, mishap) for mishap in mishaps]

    def take_mishap(self, method: str) -> Mishap | None:
        """What the next call of ``method`` meets with."""
        with self.lock:
            for place, (named, mishap) in enumerate(self.mishaps):
                if named == method:
                    del self.mishaps[place]
                    return mishap
        return None

    def called(self, method: str) -> list[Fields]:
        """The fields of each call of a method."""
        return [fields for name, fields in self.calls if name == method]

    def send_message(self, fields: Fields) -> Payload:
        """#sendmessage."""
        chat = self._chat(fields)
        self._count()
        text, markup = rules.check_text(fields), rules.check_keyboard(fields)
        message = {
            "message_id": next(self.numbers),
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private" if chat > 0 else "group"},
            "from": BOT,
            "text": text,
            **({"reply_markup": markup} if markup else {}),
        }
        with self.lock:
            self.posted.append(message)
        return message

    def send_document(self, fields: Fields) -> Payload:
        """#senddocument: a file that is uploaded with it (#sending-files), up to 50 MB."""
        chat = self._chat(fields)
        self._count()
        name, content = self.uploads.pop(rules.check_document(fields))
        message = {
            "message_id": next(self.numbers),
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private"},
            "from": BOT,
            "document": {"file_id": "f", "file_unique_id": "u", "file_name": name, "file_size": len(content)},
            **({"caption": fields["caption"]} if "caption" in fields else {}),
        }
        with self.lock:
            self.posted.append(message)
            self.files[name] = content
        return message

    def edit_message_reply_markup(self, fields: Fields) -> Payload:
        """#editmessagereplymarkup."""
        chat, number = self._chat(fields), rules.needed(fields, "message_id")
        message = next((one for one in self.posted if str(one["message_id"]) == number), None)
        if message is None or message["chat"]["id"] != chat:
            raise bad("message to edit not found")
        markup = rules.check_keyboard(fields)
        if markup == message.get("reply_markup"):
            raise bad("message is not modified")
        message["reply_markup"] = markup
        return message

    def answer_callback_query(self, fields: Fields) -> bool:
        """#answercallbackquery; a query is answered once, and in time."""
        query_id = rules.check_callback_answer(fields)
        if query_id not in self.queries:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        self.queries.remove(query_id)
        self.answered.append(fields)
        return True

    def get_file(self, fields: Fields) -> Payload:
        """#getfile: up to 20 MB."""
        file_id = rules.needed(fields, "file_id")
        if file_id not in self.files:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if len(self.files[file_id]) > LARGEST_DOWNLOAD:
            raise bad("file is too big")
        size = len(self.files[file_id])
        return {"file_id": file_id, "file_unique_id": "u", "file_size": size, "file_path": f"documents/{file_id}"}

    def get_updates(self, fields: Fields) -> list[Payload]:
        """#getupdates: not while a webhook is set; an offset confirms what came before it."""
        if self.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
        with self.lock:
            offset = int(fields.get("offset", 0))
            self.pending = [update for update in self.pending if update["update_id"] >= offset]
            return self.pending[: int(fields.get("limit", 100))]

    async def wait_for_news(self, fields: Fields) -> list[Payload]:
        """#getupdates, "timeout": the answer waits for news. Of two who ask at once the first is told 409."""
        self.polls += 1
        mine, end = self.polls, time.monotonic() + min(int(fields.get("timeout", 0)), self.longest_poll)
        while True:
            if self.polls != mine:
                self.conflicts += 1
                raise Refusal(409, "Conflict: terminated by other getUpdates request; make sure that only one bot runs")
            found = self.get_updates(fields)
            if found or time.monotonic() >= end:
                return found
            await asyncio.sleep(0.01)

    def set_webhook(self, fields: Fields) -> bool:
        """#setwebhook."""
        rules.check_webhook(fields)
        self.webhook = fields
        return True

    def delete_webhook(self, _: Fields) -> bool:
        """#deletewebhook."""
        self.webhook = {}
        return True

    def get_webhook_info(self, _: Fields) -> Payload:
        """#getwebhookinfo."""
        told = {"url": self.webhook.get("url", ""), "has_custom_certificate": False}
        return {**told, "pending_update_count": len(self.pending)}

    def get_me(self, _: Fields) -> Payload:
        """#getme."""
        return BOT

    def leave_chat(self, fields: Fields) -> bool:
        """#leavechat."""
        self.left.append(self._chat(fields))
        return True

    def send_chat_action(self, fields: Fields) -> bool:
        """#sendchataction."""
        self._chat(fields)
        rules.check_action(fields)
        return True

    def set_my_commands(self, fields: Fields) -> bool:
        """#setmycommands."""
        rules.check_commands(fields)
        return True

    def _count(self) -> None:
        now = time.monotonic()
        self.sent_at = [at for at in self.sent_at if at > now - self.seconds_counted]
        if len(self.sent_at) >= self.most_at_once:
            raise Refusal(429, "Too Many Requests: retry after 1", retry_after=1)
        self.sent_at.append(now)

    def _chat(self, fields: Fields) -> int:
        chat = rules.needed(fields, "chat_id")
        if not chat.lstrip("-").isdigit() or int(chat) not in self.chats:
            raise bad("chat not found")
        if int(chat) in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        return int(chat)


def _application(telegram: TelegramServer) -> Starlette:
    methods = telegram.methods
    for name in _METHODS:
        head, *rest = name.split("_")
        methods["".join([head, *(word.title() for word in rest)])] = getattr(telegram, name)

    async def call(request: Request) -> Response:  # noqa: PLR0911 - one a thing that may go wrong
        method = request.path_params["method"]
        form = await request.form()
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        for name, value in form.items():
            if isinstance(value, UploadFile):
                telegram.uploads[name] = (value.filename or "", await value.read())
        await form.close()
        if request.path_params["token"] != BOT_TOKEN:
            return _refused(Refusal(401, "Unauthorized"))  # #authorizing-your-bot
        if method not in methods:
            return _refused(Refusal(404, "Not Found"))
        telegram.calls.append((method, fields))
        mishap = telegram.take_mishap(method)
        if isinstance(mishap, Refusal):
            return _refused(mishap)
        if isinstance(mishap, int):
            return Response("<html>a gateway's page</html>", status_code=mishap)
        if mishap == "before":
            return _Cut()
        try:
            result = await telegram.wait_for_news(fields) if method == "getUpdates" else methods[method](fields)
        except Refusal as error:
            return _refused(error)
        if mishap == "after":
            return _Cut()
        return JSONResponse({"ok": True, "result": result})

    async def file(request: Request) -> Response:
        """#getfile: https://api.telegram.org/file/bot<token>/<file_path>."""
        content = telegram.files.get(request.path_params["file_id"])
        if request.path_params["token"] != BOT_TOKEN or content is None:
            return _refused(Refusal(404, "Not Found"))
        return Response(content, media_type="application/octet-stream")

    return Starlette(
        routes=[
            Route("/bot{token}/{method}", call, methods=["GET", "POST"]),
            Route("/file/bot{token}/documents/{file_id}", file),
        ]
    )


_METHODS = (
    "send_message",
    "send_document",
    "edit_message_reply_markup",
    "answer_callback_query",
    "get_file",
    "get_updates",
    "set_webhook",
    "delete_webhook",
    "get_webhook_info",
    "get_me",
    "leave_chat",
    "send_chat_action",
    "set_my_commands",
)


class _Cut(Response):
    """The connection ends in the middle of the answer."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Promise more than is sent: the server closes the connection then."""
        headers = [(b"content-length", b"1000"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


def _refused(error: Refusal) -> Response:
    """#making-requests: ok, error_code, description, and at times parameters (#responseparameters)."""
    answer = {"ok": False, "error_code": error.code, "description": error.description}
    answer |= {"parameters": error.parameters} if error.parameters else {}
    return Response(json.dumps(answer), error.code, media_type="application/json")


@contextmanager
def telegram_server(port: int = 0) -> Iterator[TelegramServer]:
    """A stand-in on a port of its own."""
    telegram = TelegramServer()
    listener = socket.create_server(("127.0.0.1", port), backlog=128)
    telegram.api = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = uvicorn.Config(
        _application(telegram), log_config=None, access_log=False, timeout_graceful_shutdown=1, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield telegram
    finally:
        server.should_exit = True
        thread.join(timeout=15)
        listener.close()
