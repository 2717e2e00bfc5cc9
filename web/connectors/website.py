"""The website's chat over socket.io: signed tokens, acknowledgements, and delivery by number to every open tab.

Who asks for too much, or for what cannot be, is told so in a sentence: by the acknowledgement, by the refusal of the
connection, or by the event ``refused``.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import socketio  # type: ignore[import-untyped]
from pydantic import ValidationError

from refunds.chat.admission import LONGEST_TEXT, Admission, AnotherCustomer
from refunds.chat.closing import ChatClosing
from refunds.chat.conversations import new_id
from refunds.chat.message import Incoming
from refunds.chat.transcript import Transcript
from refunds.chat.turns import Progress, Received, Turns
from refunds.errors import DatabaseUnavailable, NotFound, NothingSaid, NotVerified
from refunds.notify.transcript_mails import TranscriptMails
from refunds.settings import Settings
from refunds.words import Words
from web.connectors.carry_on import channels_to_go_on_in
from web.connectors.website_delivery import CHANNEL, Delivery, Errands
from web.connectors.website_forms import Greeting, Said, Seen, TypingSign
from web.connectors.website_limits import Limits, Refusals
from web.connectors.website_origins import allowed_origins, network_of
from web.connectors.website_packets import TextPacket
from web.connectors.website_presence import Presence
from web.connectors.website_rooms import Room, Rooms, Tab
from web.connectors.website_shared import SharedManager
from web.connectors.website_token import address_of
from web.connectors.website_typing import Typing

LARGEST_PACKET = 100_000
# A packet that makes no sense is dropped; a line of the log for each would be a gift to whoever sends them.
_SILENT = logging.getLogger("refunds.engineio")
_SILENT.setLevel(logging.CRITICAL)


class TooLong(Exception):
    """More than a message may hold: it would be cut, so it is better refused while it can be parted."""


class NotConnected(Exception):
    """A tab that has not come in yet, or has gone."""


_NOT_NOW = "utter_not_received_yet"
_NOT_RECEIVED: dict[type[Exception], str] = {
    ValidationError: "utter_nothing_said",
    NothingSaid: "utter_nothing_said",
    TooLong: "utter_message_too_long",
    NotFound: "utter_file_unknown",
    DatabaseUnavailable: _NOT_NOW,
    NotConnected: _NOT_NOW,
}


class WebsiteConnector:
    """One conversation a browser, in as many tabs as it likes."""

    def __init__(  # noqa: PLR0917 - all that a browser may ask for
        self,
        admission: Admission,
        turns: Turns,
        transcript: Transcript,
        closing: ChatClosing,
        mails: TranscriptMails,
        words: Words,
        settings: Settings,
        *,
        withdrawal_in: frozenset[str],
    ) -> None:
        self._admission = admission
        self._turns = turns
        self._transcript = transcript
        self._closing = closing
        self._mails = mails
        self._words = words
        self._secret = settings.secret
        self._rooms = Rooms()
        self._coming: Counter[str] = Counter()
        self._refusals = Refusals()
        self._limits = Limits(words, self._refusals)
        self._shared = SharedManager(settings.redis_url, self._on_news) if settings.redis_url else None
        self._server = socketio.AsyncServer(
            async_mode="asgi",
            client_manager=self._shared,
            serializer=TextPacket,
            cors_allowed_origins=allowed_origins(settings),
            max_http_buffer_size=LARGEST_PACKET,
            engineio_logger=_SILENT,
        )
        given = (settings.secret, withdrawal_in, channels_to_go_on_in(settings))
        self._delivery = Delivery(self._server, self._rooms, transcript, *given)
        self._errands = Errands()
        self._presence = Presence(self._rooms, transcript)
        self.typing = Typing(self._server, self._rooms, self._shared)
        for name in ("connect", "disconnect", "say", "read", "typing", "start_over", "transcript"):
            self._server.on(name, getattr(self, f"_on_{name}"))
        turns.watch(self._on_progress)
        self.asgi = socketio.ASGIApp(self._server, socketio_path="/socket.io")

    async def deliver_all(self) -> None:
        """Send every tab what it lacks; raises ``DatabaseUnavailable``."""
        self._hear_others()
        await self._delivery.look_at_all()
        await self._presence.tell()

    def _hear_others(self) -> None:
        """The desk of a process may be told of signs before a first browser comes, from which on socket.io listens."""
        if not self._server.manager_initialized:
            self._server.manager_initialized = True
            self._server.manager.initialize()

    async def close(self) -> None:
        """Hang up where other processes are listened to."""
        if self._shared is not None:
            await self._shared.close()

    async def _on_connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        network = network_of(environ)
        refused = self._limits.refuse_tab(network, self._rooms.tabs_of(network) + self._coming[network])
        if refused:
            raise socketio.exceptions.ConnectionRefusedError(refused)
        self._coming[network] += 1
        try:
            greeting = Greeting.model_validate(auth or {})
            address = await asyncio.to_thread(self._address, greeting, datetime.now(UTC))
        except ValidationError as error:
            self._refusals.note("connect", "form")
            raise socketio.exceptions.ConnectionRefusedError("not understood") from error
        except DatabaseUnavailable as error:
            raise socketio.exceptions.ConnectionRefusedError(self._words.say(_NOT_NOW)) from error
        finally:
            self._coming -= Counter([network])
        # The welcome must not overtake the acknowledgement of the connection itself.
        self._errands.start(self._delivery.welcome(self._rooms.enter(sid, address, greeting, network)))

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

    async def _on_disconnect(self, sid: str, *_reason: Any) -> None:
        tab = self._rooms.tab(sid)
        self._rooms.leave(sid)
        if tab is not None:
            self._errands.start(self._presence.left(tab.room))

    async def _on_say(self, sid: str, data: Any = None, *_: Any) -> dict[str, Any]:
        """The browser's acknowledgement: once it says ``received``, the browser may forget the message.

        With ``final`` sending the same again is of no use; with ``retry_after`` it is, after so many seconds.
        """
        tab = self._rooms.tab(sid)
        if tab is None:
            return self._not_received(NotConnected())
        refusal = self._limits.refuse("say", tab.room.address, tab.network)
        if refusal:
            return {"received": False, "why": refusal.why, "retry_after": refusal.retry_after}
        try:
            received = await self._received(tab, Said.model_validate(data))
        except tuple(_NOT_RECEIVED) as error:
            return self._not_received(error)
        self._errands.start(self._carry_on(tab, received))
        return {"received": True}

    def _not_received(self, error: Exception) -> dict[str, Any]:
        name = next(name for kind, name in _NOT_RECEIVED.items() if isinstance(error, kind))
        self._refusals.note("say", name.removeprefix("utter_"))
        final = {} if name == _NOT_NOW else {"final": True}
        return {"received": False, "why": self._words.say(name, most=LONGEST_TEXT), **final}

    async def _received(self, tab: Tab, said: Said) -> Received:
        if len(said.text) > LONGEST_TEXT:
            raise TooLong
        zone, locale = tab.greeting.zone, tab.greeting.locale
        async with tab.saying:
            address, given = tab.room.address, (said.files, said.wish)
            incoming = Incoming(CHANNEL, address, said.id, said.text, said.button, zone, locale, *given)
            return await self._turns.receive(self._admission, incoming, datetime.now(UTC))

    async def _carry_on(self, tab: Tab, received: Received) -> None:
        """Have the message answered, and show it in the customer's other tabs as it was kept."""
        room, admitted = tab.room, received.admitted
        if room.conversation_id is None:
            room.conversation_id = admitted.conversation_id
        self._turns.begin(received)
        if room.conversation_id != admitted.conversation_id:
            await self._news_of(room, {})  # the one before was closed
        elif not admitted.repeated:
            await self._news_of(room, {"said": admitted.message_id, "by": tab.sid})

    async def _on_read(self, sid: str, data: Any = None, *_: Any) -> None:
        """How far the customer has seen; a tab cannot have seen what it was not sent."""
        tab = self._rooms.tab(sid)
        if tab is None or self._limits.refuse("read", f"read {tab.room.address}", tab.network):
            return
        try:
            number = min(Seen.model_validate(data).number, tab.number or 0)
        except ValidationError:
            self._refusals.note("read", "form")
            return
        if tab.conversation_id is not None and number > tab.room.read:
            self._errands.start(self._mark_read(tab.room, tab.conversation_id, number))

    async def _mark_read(self, room: Room, conversation_id: str, number: int) -> None:
        await asyncio.to_thread(self._transcript.mark_read, conversation_id, number)
        await self._news_of(room, {})

    async def _on_typing(self, sid: str, data: Any = None, *_: Any) -> None:
        """A sign for the desk that the customer is writing."""
        tab = self._rooms.tab(sid)
        if tab is None:
            return
        try:
            await self.typing.customer_writes(tab, TypingSign.model_validate(data))
        except ValidationError:
            self._refusals.note("typing", "form")

    async def _on_start_over(self, sid: str, *_: Any) -> None:
        """Close the conversation, whoever owns it, and begin a new one in all tabs of the browser."""
        tab = self._rooms.tab(sid)
        if tab is None or await self._is_refused(tab, "start_over"):
            return
        now, room = datetime.now(UTC), tab.room
        try:
            await asyncio.to_thread(self._closing.close, CHANNEL, room.address, now)
            greeting = tab.greeting.model_copy(update={"token": None})
            address = await asyncio.to_thread(self._address, greeting, now)
        except DatabaseUnavailable:
            await self._refuse(tab, "start_over", self._words.say("utter_start_over_not_now"))
            return
        await self._news_of(room, {"moved": address})

    async def _on_transcript(self, sid: str, *_: Any) -> dict[str, Any]:
        """Mail the conversation to the customer who showed who they are."""
        tab = self._rooms.tab(sid)
        if tab is None:
            return {"sent": False, "why": self._words.say("utter_transcript_not_now")}
        refusal = self._limits.refuse("transcript", tab.room.address, tab.network)
        if refusal:
            return {"sent": False, "why": refusal.why}
        try:
            why = await asyncio.to_thread(self._mails.ask, tab.room.conversation_id, datetime.now(UTC))
        except DatabaseUnavailable:
            why = self._words.say("utter_transcript_not_now")
        return {"sent": True} if why is None else {"sent": False, "why": why}

    async def _is_refused(self, tab: Tab, what: str) -> bool:
        refusal = self._limits.refuse(what, tab.room.address, tab.network)
        if refusal:
            await self._refuse(tab, what, refusal.why, retry_after=refusal.retry_after)
        return refusal is not None

    async def _refuse(self, tab: Tab, what: str, why: str, **more: int) -> None:
        await self._delivery.emit(tab, "refused", {"what": what, "why": why, **more})

    def _on_progress(self, conversation_id: str, progress: Progress) -> None:
        if progress is Progress.AGENT_WRITES:
            self._errands.start(self.typing.agent_writes(conversation_id))
            return
        room = self._rooms.room_of(conversation_id)
        if room is not None:
            self._errands.start(self._progressed(room, progress))

    async def _progressed(self, room: Room, progress: Progress) -> None:
        if progress is Progress.SAID:
            await self._news_of(room, {})
        if progress is Progress.CUSTOMER_WRITES:
            return
        typing = {"on": progress is not Progress.SAID, "who": "assistant"}
        await self._server.emit("typing", typing, to=room.address)

    async def _news_of(self, room: Room, news: dict[str, Any]) -> None:
        """Something changed in a chat: see to the tabs of this process, and have the other processes see to theirs."""
        await self._see_to(room, news)
        if self._shared is not None:
            await self._shared.tell(room.address, news)

    def _on_news(self, address: str, news: dict[str, Any]) -> None:
        if "sign" in news:
            self._errands.start(self.typing.hear(news["sign"]))
            return
        room = self._rooms.by_address.get(address)
        if room is not None:
            self._errands.start(self._see_to(room, news))

    async def _see_to(self, room: Room, news: dict[str, Any]) -> None:
        if "moved" in news:
            for tab in self._rooms.move(room, news["moved"]):
                await self._server.leave_room(tab.sid, room.address)
                await self._delivery.welcome(tab)
        elif "said" in news:
            await self._delivery.show_said(room, news["said"], but_not_to=news["by"])
        else:
            await self._delivery.look_at(room)
