"""POST /slack/events: what Slack tells, checked by Slack's own library, stored, and only then acknowledged.

Bolt checks the signature and its five minutes, and knows the kinds of payloads; it runs our listener before it answers
(``process_before_response``), since by its usual way an event is acknowledged before anybody stored it.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from weakref import WeakValueDictionary

import structlog
from fastapi import APIRouter, Request, Response
from slack_bolt import BoltResponse
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from refunds.carry_on import CarryOn
from refunds.chat.admission import Admission
from refunds.chat.channel_events import ChannelEvents
from refunds.chat.message import Incoming, Reply
from refunds.chat.turns import Turns
from refunds.errors import DatabaseUnavailable, NothingSaid
from refunds.slack_settings import SlackSettings
from refunds.words import Words
from web.connectors.fetched_files import FileNotKept
from web.connectors.outgoing import Sender
from web.connectors.slack import events as read
from web.connectors.slack.api import SlackApi, SlackRefused, SlackUnavailable
from web.connectors.slack.blocks import answered
from web.connectors.slack.events import CHANNEL, Chosen, Mentioned, Said
from web.connectors.slack.files import SlackFiles
from web.connectors.slack.home import Home
from web.connectors.slack.people import People
from web.connectors.slack.texts import plain

_log = structlog.get_logger()
_BOLT = logging.getLogger("refunds.slack_bolt")
_BOLT.setLevel(logging.ERROR)  # its warnings hold what people wrote
LARGEST_BODY = 1_000_000
# Slack waits three seconds; what takes longer goes on, and Slack comes again to hear that it is done.
PATIENCE = 2.0
COMMAND = "/refund"


class NotYet(Exception):
    """Not stored so far: Slack gets no acknowledgement and tells it again."""


@dataclass(frozen=True)
class SlackRooms:
    """What the connector hands on to."""

    admission: Admission
    turns: Turns
    events: ChannelEvents
    words: Words
    api: SlackApi
    people: People
    files: SlackFiles
    home: Home
    carry_on: CarryOn
    sender: Sender


class SlackConnector:
    """One conversation a person, in their direct message; in channels nothing but a general word."""

    def __init__(self, rooms: SlackRooms, settings: SlackSettings) -> None:
        self._rooms = rooms
        self._settings = settings
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._errands: set[asyncio.Task[None]] = set()
        self._in_order: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._bolt = self._app()
        self._socket: AsyncSocketModeHandler | None = None
        self.router = APIRouter()
        if not settings.app_token:
            self._handler = AsyncSlackRequestHandler(self._bolt)
            self.router.add_api_route("/slack/events", self._receive, methods=["POST"], response_model=None)

    async def open(self) -> None:
        """Listen by Socket Mode where that is set; a Slack that cannot be reached does not hold up the start."""
        await self._rooms.api.open()
        if self._settings.app_token:
            self._start(self._listen())

    async def close(self) -> None:
        """Hang up; what is under way and not acknowledged comes again."""
        if self._socket is not None:
            await self._socket.close_async()  # type: ignore[no-untyped-call]
        for task in [*self._errands, *self._under_way.values()]:
            task.cancel()
        await asyncio.gather(*self._errands, *self._under_way.values(), return_exceptions=True)
        await self._rooms.api.close()

    def _app(self) -> AsyncApp:
        app = AsyncApp(
            name="refunds",
            logger=_BOLT,
            client=AsyncWebClient(),
            signing_secret=self._settings.signing_secret or "by Socket Mode",
            authorize=_authorised,
            process_before_response=True,
            request_verification_enabled=not self._settings.app_token,
            ignoring_self_events_enabled=False,  # events.py does it, for the words of every app
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        app.event("message")(self._on_message)
        app.event("app_mention")(self._on_mention)
        app.event("app_home_opened")(self._on_home)
        app.event(re.compile(".*"))(_let_pass)
        app.action(re.compile(".*"))(self._on_action)
        app.command(COMMAND)(self._on_command)
        app.error(_not_acknowledged)
        return app

    async def _receive(self, request: Request) -> Response:
        length = request.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            return Response(status_code=413)
        if not _is_readable(request, await request.body()):
            return Response(status_code=401)
        return await self._handler.handle(request)

    async def _listen(self) -> None:
        """Socket Mode; Slack's client connects again by itself once it has been connected."""
        pause = 1.0
        while True:
            handler = AsyncSocketModeHandler(
                self._bolt, self._settings.app_token, _BOLT, self._rooms.api.client(self._settings.app_token)
            )
            try:
                await handler.connect_async()  # type: ignore[no-untyped-call]
            except Exception as error:  # noqa: BLE001 - the edge of the process: Slack may be away in many ways
                _log.warning("slack_socket_not_open", why=type(error).__name__)
                await handler.close_async()  # type: ignore[no-untyped-call]
                await asyncio.sleep(pause)
                pause = min(pause * 2, 60.0)
            else:
                self._socket = handler
                return

    async def _on_message(self, body: dict[str, Any]) -> None:
        said = read.said(body)
        if said is not None and not said.edited and await self._was_edited(said):
            said = replace(said, text="") if said.files else None
        if said is not None and said.files:
            await self._in_time(said.message_id, self._take_with_files, said)
        elif said is not None:
            await self._take(said, ())

    async def _was_edited(self, said: Said) -> bool:
        """Whether a message comes so late that new words stand in its place already."""
        return await asyncio.to_thread(self._rooms.events.knows, CHANNEL, f"edited {said.original}")

    async def _on_mention(self, body: dict[str, Any]) -> None:
        mention = read.mentioned(body)
        if mention is None:
            return
        ref = read.message_ref(mention.channel, mention.ts, None)
        direct = read.direct_address(mention.team, mention.user)
        if mention.text:
            await self._admit_or_carry_on(mention.user, Incoming(CHANNEL, direct, ref, mention.text))
        else:
            await self._tell(direct, f"welcome {ref}", "utter_slack_welcome")
        if mention.files:
            await self._tell(direct, f"files {ref}", "utter_slack_file_in_channel")
        await self._tell_in_public(mention, ref)

    async def _tell_in_public(self, mention: Mentioned, ref: str) -> None:
        """A general word where others read along: nothing in it comes from the person's orders, or from the engine."""
        overview = self._rooms.words.say("utter_policy_overview")
        thread = read.thread_address(mention.team, mention.channel, mention.thread)
        await self._tell(thread, f"mention {ref}", "utter_slack_in_channel", overview=overview)

    async def _on_home(self, body: dict[str, Any]) -> None:
        event = body["event"]
        if event.get("tab") == "home":
            self._start(self._rooms.home.publish(event["user"], read.direct_address(body["team_id"], event["user"])))

    async def _on_action(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        choice = read.chosen(body, action)
        if choice is not None:
            await self._choose(choice)
        await ack()

    async def _choose(self, choice: Chosen) -> None:
        address = read.direct_address(choice.team, choice.user)
        try:
            await self._admit(
                choice.user, Incoming(CHANNEL, address, choice.message_id, choice.text, button=choice.button)
            )
        except NothingSaid:
            await self._tell(address, f"unknown {choice.message_id}", "utter_nothing_said")
        else:
            self._start(self._show_choice(choice))

    async def _show_choice(self, choice: Chosen) -> None:
        """Put what was chosen in the place of the choices, since Slack shows nothing of a press by itself."""
        blocks = answered(choice.shown, choice.choice, self._rooms.words)
        where = {"channel": choice.channel, "ts": choice.ts}
        await self._rooms.api.call("chat.update", **where, text=choice.asked, blocks=blocks)

    async def _on_command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        words = self._rooms.words
        text = plain(body.get("text") or "").strip() or words.say("slack_asks_refund")
        address = read.direct_address(body["team_id"], body["user_id"])
        incoming = Incoming(CHANNEL, address, f"command:{body['trigger_id']}", text)
        try:
            await self._admit_or_carry_on(body["user_id"], incoming)
        except DatabaseUnavailable:
            await ack(words.say("utter_slack_command_not_taken"))
        else:
            await ack(words.say("utter_slack_command_taken"))

    async def _take_with_files(self, said: Said) -> None:
        kept, told = [], []
        for file in said.files:
            try:
                kept.append(await self._rooms.files.keep(said.address, file))
            except FileNotKept as error:
                told.append(error.reply)
        if told:
            await self._say(said.address, f"files {said.message_id}", told)
        if kept or said.text.strip():
            await self._take(said, tuple(kept))

    async def _take(self, said: Said, files: tuple[str, ...]) -> None:
        if said.edited:
            await self._tell(said.address, f"edit {said.message_id}", "utter_slack_edited")
        try:
            incoming = Incoming(CHANNEL, said.address, said.message_id, said.text, files=files)
            await self._admit_or_carry_on(said.user, incoming)
        except NothingSaid:
            await self._tell(said.address, f"nothing {said.message_id}", "utter_nothing_said")
        if said.edited:
            note, now = self._rooms.events.note, datetime.now(UTC)
            await asyncio.to_thread(note, CHANNEL, f"edited {said.original}", now)

    async def _admit_or_carry_on(self, user: str, incoming: Incoming) -> None:
        """Words of a direct message; a code of another chat is no message, and is stored nowhere as it is."""
        code = read.carry_on_code(incoming.text)
        if code is None:
            await self._admit(user, incoming)
            return
        use, now = self._rooms.carry_on.use, datetime.now(UTC)
        _, conversation_id = await asyncio.to_thread(use, code, CHANNEL, incoming.address, incoming.message_id, now)
        self._rooms.sender.start(conversation_id)

    async def _admit(self, user: str, incoming: Incoming) -> None:
        """Store a message and have it answered; those of one person stand in the order in which they came."""
        async with self._in_order.setdefault(incoming.address, asyncio.Lock()):
            person = await self._rooms.people.person(user)
            whole = replace(incoming, zone=person.zone, locale=person.locale)
            admitted = await asyncio.to_thread(self._rooms.admission.admit, whole, datetime.now(UTC))
        self._rooms.sender.expect(admitted.conversation_id)
        self._rooms.turns.start(admitted.conversation_id)

    async def _tell(self, address: str, event_id: str, name: str, **values: Any) -> None:
        await self._say(address, event_id, [Reply(self._rooms.words.say(name, **values))])

    async def _say(self, address: str, event_id: str, replies: list[Reply]) -> None:
        now = datetime.now(UTC)
        told = await asyncio.to_thread(self._rooms.events.tell, CHANNEL, address, event_id, replies, now)
        if told is not None:
            self._rooms.sender.start(told)

    async def _in_time(self, key: str, work: Callable[[Said], Coroutine[Any, Any, None]], said: Said) -> None:
        """Wait for work that may take longer than Slack waits; told again, it is joined, not begun anew."""
        task = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.create_task(work(said))
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        done, _ = await asyncio.wait([task], timeout=PATIENCE)
        if not done:
            raise NotYet
        task.result()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_calmly(work))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)


async def _authorised(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Whoever signs with our secret is Slack; tokens are no matter of what comes in."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)


async def _let_pass() -> None:
    """An event that is none of ours."""


async def _not_acknowledged(error: Exception) -> BoltResponse:
    """Not stored: Slack is to tell it again."""
    expected = isinstance(error, DatabaseUnavailable | NotYet)
    _log.warning("slack_event_not_stored", why=type(error).__name__, exc_info=None if expected else error)
    return BoltResponse(status=503, body="")


async def _calmly(work: Coroutine[Any, Any, None]) -> None:
    """Work that nobody waits for and that is no loss where it fails."""
    try:
        await work
    except (DatabaseUnavailable, SlackRefused, SlackUnavailable) as error:
        _log.warning("slack_errand_left", why=str(error))


def _is_readable(request: Request, body: bytes) -> bool:
    """Whether Bolt can read it at all: what is no time, no ASCII or no UTF-8 makes it stumble."""
    stamp, signature = (request.headers.get(f"X-Slack-{name}", "") for name in ("Request-Timestamp", "Signature"))
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return stamp.isascii() and stamp.isdigit() and len(stamp) < 16 and signature.isascii()
