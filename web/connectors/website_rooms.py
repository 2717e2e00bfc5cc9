"""Which browser tabs are connected to this process, and to which conversation."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from refunds.chat.transcript import ChatStanding
from web.connectors.website_forms import Greeting


@dataclass
class Tab:
    """One connected tab. ``number`` is the last line that it was sent, None until it was welcomed."""

    sid: str
    room: Room
    greeting: Greeting
    number: int | None = None
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class Room:
    """All tabs of one address; ``conversation_id`` is None until something was said."""

    address: str
    conversation_id: str | None = None
    tabs: dict[str, Tab] = field(default_factory=dict)

    def follow(self, standing: ChatStanding) -> None:
        """Turn to the address's newest conversation: after a closed one, lines are counted anew."""
        if self.conversation_id not in (None, standing.conversation_id):
            for tab in self.tabs.values():
                tab.number = 0
        self.conversation_id = standing.conversation_id


class Rooms:
    """The rooms of this process."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}
        self._tabs: dict[str, Tab] = {}

    def enter(self, sid: str, address: str, greeting: Greeting) -> Tab:
        """A tab comes in at its address."""
        room = self._rooms.setdefault(address, Room(address))
        tab = Tab(sid, room, greeting)
        room.tabs[sid] = self._tabs[sid] = tab
        return tab

    def leave(self, sid: str) -> None:
        """A tab is gone; the last one out ends the room."""
        tab = self._tabs.pop(sid, None)
        if tab is not None:
            del tab.room.tabs[sid]
            if not tab.room.tabs:
                del self._rooms[tab.room.address]

    def tab(self, sid: str) -> Tab | None:
        """The tab of that connection, while it is here."""
        return self._tabs.get(sid)

    def room_of(self, conversation_id: str) -> Room | None:
        """The room in which a conversation is read here, if it is."""
        return next((room for room in self._rooms.values() if room.conversation_id == conversation_id), None)

    @property
    def by_address(self) -> dict[str, Room]:
        """All rooms that have somebody in them now."""
        return dict(self._rooms)
