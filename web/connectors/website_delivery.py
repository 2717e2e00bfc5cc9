"""Bringing every tab of this process what it lacks: lines by number, who is speaking, how far was read."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import socketio  # type: ignore[import-untyped]

from refunds.chat.admission import LONGEST_TEXT
from refunds.chat.file_kinds import KINDS, LARGEST_FILE
from refunds.chat.message import Line
from refunds.chat.transcript import ChatStanding, Transcript
from refunds.errors import DatabaseUnavailable
from web.connectors.website_forms import shown
from web.connectors.website_rooms import Room, Rooms, Tab
from web.connectors.website_token import make_token

CHANNEL = "website"
LIMITS = {"text": LONGEST_TEXT, "file_bytes": LARGEST_FILE, "file_types": list(KINDS)}


class Errands:
    """Work of a process that nobody waits for. Without a database it is left: `look_at_all` makes good for it."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Have it done beside all else."""
        task = asyncio.create_task(_calmly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class Delivery:
    """Sends what stands in the database to the tabs in ``rooms``. ``withdrawal_in`` are the countries whose law wants
    a way to withdraw from the contract to be always at hand, ``goes_on_in`` the channels in which a chat may go on.
    """

    def __init__(  # noqa: PLR0917 - all that a welcome tells
        self,
        server: socketio.AsyncServer,
        rooms: Rooms,
        transcript: Transcript,
        secret: str,
        withdrawal_in: Collection[str],
        goes_on_in: Sequence[str],
    ) -> None:
        self._server = server
        self._rooms = rooms
        self._transcript = transcript
        self._secret = secret
        self._withdrawal_in = withdrawal_in
        self._goes_on_in = list(goes_on_in)

    async def welcome(self, tab: Tab, unless_in: str | None = None) -> None:
        """Tell a tab all that it needs to begin; again whenever it is in another conversation than before.

        Two may find that out at once: nothing is told to a tab that is in the conversation ``unless_in`` by then.
        """
        async with tab.sending:
            if unless_in is not None and tab.conversation_id == unless_in:
                return
            room = tab.room
            await self._server.enter_room(tab.sid, room.address)
            standing = (await self._standings([room.address])).get(room.address)
            lines: list[Line] = []
            if standing is not None:
                room.conversation_id = tab.conversation_id = standing.conversation_id
                room.owner, room.agent, room.read = standing.owner, standing.agent, standing.read_number
                lines = await asyncio.to_thread(self._lines_for, standing, tab.greeting.since)
            await self.emit(tab, "welcome", self._welcome(tab, lines))
            tab.number = max((line.number for line in lines), default=standing.last_number if standing else 0)

    async def look_at(self, room: Room) -> None:
        """Send the tabs of a room what they lack now."""
        standing = (await self._standings([room.address])).get(room.address)
        if standing is not None:
            await self._show(room, standing)

    async def look_at_all(self) -> None:
        """Send every tab what it lacks: lines of agents, of other processes, of turns before a restart.

        Raises ``DatabaseUnavailable``.
        """
        for tab in self._rooms.tabs:
            if self._server.get_environ(tab.sid) is None:
                self._rooms.leave(tab.sid)  # it went while it was let in, which socket.io tells nobody
        rooms = self._rooms.by_address
        standings = await self._standings(rooms) if rooms else {}
        for address, standing in standings.items():
            await self._show(rooms[address], standing)

    async def show_said(self, room: Room, message_id: str, *, but_not_to: str) -> None:
        """Show a customer's message, as it was kept, in their tabs other than the one that sent it."""
        others = [tab for tab in room.tabs.values() if tab.sid != but_not_to]
        if others:
            said = await asyncio.to_thread(self._transcript.said, message_id)
            for tab in others:
                await self.emit(tab, "lines", shown([said]))

    async def emit(self, tab: Tab, event: str, data: Any) -> None:
        """Tell one tab, which is always one of this process."""
        await self._server.emit(event, data, to=tab.sid, ignore_queue=True)

    async def _show(self, room: Room, standing: ChatStanding) -> None:
        room.conversation_id = standing.conversation_id
        for tab in list(room.tabs.values()):
            if tab.number is not None and tab.conversation_id not in (None, standing.conversation_id):
                # What it shows was closed, and lines are counted anew.
                await self.welcome(tab, standing.conversation_id)
            elif tab.number is not None and tab.number < standing.last_number:
                await self._deliver(tab, standing.conversation_id)
        if (room.owner, room.agent) != (standing.owner, standing.agent):
            room.owner, room.agent = standing.owner, standing.agent
            await self._tell(room, "speaking", {"owner": room.owner, "agent": room.agent})
        if room.read < standing.read_number:
            room.read = standing.read_number
            await self._tell(room, "read", {"number": room.read})

    async def _deliver(self, tab: Tab, conversation_id: str) -> None:
        async with tab.sending:
            if tab.number is None or tab.conversation_id not in (None, conversation_id):
                return
            tab.conversation_id = conversation_id
            lines = await asyncio.to_thread(self._transcript.since, conversation_id, tab.number)
            if lines:
                await self.emit(tab, "lines", shown(lines))
                tab.number = lines[-1].number

    async def _tell(self, room: Room, event: str, data: dict[str, Any]) -> None:
        for tab in list(room.tabs.values()):
            await self.emit(tab, event, data)

    def _welcome(self, tab: Tab, lines: list[Line]) -> dict[str, Any]:
        country = tab.greeting.country
        return {
            "token": make_token(tab.room.address, self._secret, datetime.now(UTC)),
            "lines": shown(lines),
            "speaking": tab.room.owner,
            "agent": tab.room.agent,
            "read": tab.room.read,
            "limits": LIMITS,
            "withdrawal": country is None or country in self._withdrawal_in,
            "carry_on": self._goes_on_in,
        }

    def _lines_for(self, standing: ChatStanding, since: int | None) -> list[Line]:
        """The lines since then; all of them where the number is none of this conversation's."""
        if since is None or since > standing.last_number:
            return self._transcript.history(standing.conversation_id)
        return self._transcript.since(standing.conversation_id, since)

    async def _standings(self, addresses: Collection[str]) -> dict[str, ChatStanding]:
        return await asyncio.to_thread(self._transcript.standings, CHANNEL, addresses)


async def _calmly(work: Coroutine[Any, Any, None]) -> None:
    with suppress(DatabaseUnavailable):
        await work
