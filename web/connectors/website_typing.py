"""Who is writing just now: signs between a customer's browser and the desk, kept nowhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import socketio  # type: ignore[import-untyped]

from refunds.chat.ownership import Owner
from web.connectors.website_forms import TypingSign
from web.connectors.website_limits import OF_SIGNS, Allowance
from web.connectors.website_rooms import Room, Rooms, Tab
from web.connectors.website_shared import SharedManager

Watcher = Callable[[str], None]


class Typing:
    """Carries signs of writing both ways, over all processes where they share a Redis.

    A sign holds for a few seconds and is given again while somebody goes on; one that is lost costs nothing.
    """

    def __init__(self, server: socketio.AsyncServer, rooms: Rooms, shared: SharedManager | None) -> None:
        self._server = server
        self._rooms = rooms
        self._shared = shared
        self._allowance = Allowance(OF_SIGNS)
        self._watchers: list[Watcher] = []

    def watch(self, watcher: Watcher) -> None:
        """Call ``watcher`` with the conversation, on the event loop, whenever its customer writes to an agent."""
        self._watchers.append(watcher)

    async def customer_writes(self, tab: Tab, sign: TypingSign) -> None:
        """The desk hears it while an agent holds the chat; more signs than anybody gives are dropped in silence."""
        conversation_id = tab.room.conversation_id
        if conversation_id is None or tab.room.owner is not Owner.AGENT or not sign.on:
            return
        if not self._allowance.wait(tab.room.address, time.monotonic()):
            await self._tell({"customer_writes": conversation_id})

    async def agent_writes(self, conversation_id: str, *, on: bool = True) -> None:
        """Show the customer that an agent writes, or no longer does."""
        await self._tell({"agent_writes": conversation_id, "on": on})

    async def hear(self, sign: dict[str, Any]) -> None:
        """A sign that this process or another has told."""
        if "customer_writes" in sign:
            for watcher in self._watchers:
                watcher(sign["customer_writes"])
            return
        room = self._rooms.room_of(sign["agent_writes"])
        if room is not None and room.owner is Owner.AGENT:
            await self._show(room, on=sign["on"])

    async def _tell(self, sign: dict[str, Any]) -> None:
        await self.hear(sign)
        if self._shared is not None:
            await self._shared.tell("", {"sign": sign})

    async def _show(self, room: Room, *, on: bool) -> None:
        for tab in list(room.tabs.values()):
            await self._server.emit("typing", {"on": on, "who": "agent"}, to=tab.sid, ignore_queue=True)
