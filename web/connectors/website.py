"""The website's chat over socket.io: signed tokens, acknowledgements, and delivery by number to every open tab."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import socketio  # type: ignore[import-untyped]
from pydantic import ValidationError

from refunds.chat.admission import Admission, Admitted, AnotherCustomer
from refunds.chat.conversations import new_id
from refunds.chat.message import Incoming, Line
from refunds.chat.ownership import Owner
from refunds.chat.transcript import Transcript
from refunds.chat.turns import Progress, Turns
from refunds.errors import DatabaseUnavailable, NothingSaid, NotVerified
from refunds.settings import Settings
from refunds.words import Words
from web.connectors.website_forms import Greeting, Said, shown
from web.connectors.website_rooms import Room, Rooms, Tab
from web.connectors.website_token import address_of, make_token

CHANNEL = "website"
LARGEST_PACKET = 100_000


class WebsiteConnector:
    """One conversation a browser, in as many tabs as it likes."""

    def __init__(
        self, admission: Admission, turns: Turns, transcript: Transcript, words: Words, settings: Settings
    ) -> None:
        self._admission = admission
        self._turns = turns
        self._transcript = transcript
        self._words = words
        self._secret = settings.secret
        self._rooms = Rooms()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = socketio.AsyncServer(
            async_mode="asgi",
            cors_allowed_origins=_origins(settings),
            max_http_buffer_size=LARGEST_PACKET,
        )
        for event, handler in (("connect", self._connect), ("disconnect", self._disconnect), ("say", self._say)):
            self._server.on(event, handler)
        turns.watch(self._on_progress)
        self.asgi = socketio.ASGIApp(self._server, socketio_path="/socket.io")

    async def deliver_all(self) -> None:
        """Send every tab what it lacks: lines of agents, of other processes, of turns before a restart.

        Raises ``DatabaseUnavailable``.
        """
        rooms = self._rooms.by_address
        if not rooms:
            return
        standings = await asyncio.to_thread(self._transcript.standings, CHANNEL, rooms)
        for address, standing in standings.items():
            rooms[address].follow(standing)
            for tab in list(rooms[address].tabs.values()):
                if tab.number is not None and tab.number < standing.last_number:
                    await self._deliver(tab)

    async def _connect(self, sid: str, _environ: dict[str, Any], auth: Any = None) -> None:
        try:
            greeting = Greeting.model_validate(auth or {})
            address = await asyncio.to_thread(self._address, greeting, datetime.now(UTC))
        except ValidationError as error:
            raise socketio.exceptions.ConnectionRefusedError("not understood") from error
        except DatabaseUnavailable as error:
            raise socketio.exceptions.ConnectionRefusedError(self._words.say("utter_not_received_yet")) from error
        # The welcome must not overtake the acknowledgement of the connection itself.
        self._start(self._welcome(self._rooms.enter(sid, address, greeting)))

    def _address(self, greeting: Greeting, now: datetime) -> str:
        """The conversation's address: the token's, or a new one, also when another customer signed in meanwhile."""
        address = (greeting.token and address_of(greeting.token, self._secret)) or new_id()
        if greeting.identity is None:
            return address
        try:
            self._admission.sign_in(CHANNEL, address, greeting.identity, now)
        except AnotherCustomer:
            return self._address(greeting.model_copy(update={"token": None}), now)
        except NotVerified:
            return address  # a guest then, who can still show who they are by a code
        return address

    async def _disconnect(self, sid: str, *_reason: Any) -> None:
        self._rooms.leave(sid)

    async def _welcome(self, tab: Tab) -> None:
        async with tab.sending:
            room = tab.room
            standing = (await asyncio.to_thread(self._transcript.standings, CHANNEL, [room.address])).get(room.address)
            lines = []
            if standing is not None:
                room.follow(standing)
                lines = await asyncio.to_thread(self._lines_for, standing.conversation_id, tab.greeting.since)
            welcome = {
                "token": make_token(room.address, self._secret, datetime.now(UTC)),
                "lines": shown(lines),
                "speaking": standing.owner if standing else Owner.ASSISTANT,
            }
            await self._server.emit("welcome", welcome, to=tab.sid)
            tab.number = max((line.number for line in lines), default=tab.greeting.since or 0)

    async def _say(self, sid: str, data: Any) -> dict[str, Any]:
        """The browser's acknowledgement: once it says ``received``, the browser may forget the message."""
        tab = self._rooms.tab(sid)
        if tab is None:
            return {"received": False, "why": self._words.say("utter_not_received_yet")}
        try:
            admitted = await self._admitted(tab, Said.model_validate(data))
        except (ValidationError, NothingSaid):
            return {"received": False, "why": self._words.say("utter_nothing_said")}
        except DatabaseUnavailable:
            return {"received": False, "why": self._words.say("utter_not_received_yet")}
        self._start(self._carry_on(tab, admitted))
        return {"received": True}

    async def _admitted(self, tab: Tab, said: Said) -> Admitted:
        zone, locale = tab.greeting.zone, tab.greeting.locale
        incoming = Incoming(CHANNEL, tab.room.address, said.id, said.text, said.button, zone, locale)
        admitted = await asyncio.to_thread(self._admission.admit, incoming, datetime.now(UTC))
        if tab.room.conversation_id is None:
            tab.room.conversation_id = admitted.conversation_id
        return admitted

    async def _carry_on(self, tab: Tab, admitted: Admitted) -> None:
        """Show the message in the customer's other tabs, as it was kept, and have it answered."""
        self._turns.start(admitted.conversation_id)
        others = [sid for sid in tab.room.tabs if sid != tab.sid]
        if others and not admitted.repeated:
            said = await asyncio.to_thread(self._transcript.said, admitted.message_id)
            for sid in others:
                await self._server.emit("lines", shown([said]), to=sid)

    def _on_progress(self, conversation_id: str, progress: Progress) -> None:
        room = self._rooms.room_of(conversation_id)
        if room is not None:
            self._start(self._progressed(room, progress))

    async def _progressed(self, room: Room, progress: Progress) -> None:
        for tab in list(room.tabs.values()):
            if progress is Progress.SAID and tab.number is not None:
                await self._deliver(tab)
            await self._server.emit("typing", {"on": progress is Progress.THINKING}, to=tab.sid)

    async def _deliver(self, tab: Tab) -> None:
        async with tab.sending:
            conversation_id = tab.room.conversation_id
            if conversation_id is None or tab.number is None:
                return
            lines = await asyncio.to_thread(self._transcript.since, conversation_id, tab.number)
            if lines:
                await self._server.emit("lines", shown(lines), to=tab.sid)
                tab.number = lines[-1].number

    def _lines_for(self, conversation_id: str, since: int | None) -> list[Line]:
        if since is None:
            return self._transcript.history(conversation_id)
        return self._transcript.since(conversation_id, since)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_calmly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _calmly(work: Coroutine[Any, Any, None]) -> None:
    """Without a database nothing can be delivered now; `deliver_all` does it when it is back."""
    with suppress(DatabaseUnavailable):
        await work


def _origins(settings: Settings) -> list[str] | None:
    """None leaves it at pages of our own origin."""
    return [settings.site_url, *settings.widget_origins] if settings.widget_origins else None
