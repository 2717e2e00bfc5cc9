"""Which browser tabs are connected to this process, and to which conversation."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from refunds.chat.ownership import Owner
from web.connectors.website_forms import Greeting


@dataclass
class Tab:
    """One connected tab. ``number`` is the last line of ``conversation_id`` that it was sent, None until its welcome.

    ``network`` is the address that it came from. What it says is taken in the order in which it came (``saying``).
    """

    sid: str
    room: Room
    greeting: Greeting
    network: str
    conversation_id: str | None = None
    number: int | None = None
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)
    saying: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class Room:
    """All tabs of one address; ``conversation_id``, the newest there, is None until something was said.

    ``owner``, the ``agent``'s name and ``read`` are what its tabs were last told.
    """

    address: str
    conversation_id: str | None = None
    owner: Owner = Owner.ASSISTANT
    agent: str | None = None
    read: int = 0
    tabs: dict[str, Tab] = field(default_factory=dict)


class Rooms:
    """The rooms of this process."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}
        self._tabs: dict[str, Tab] = {}
        self._networks: Counter[str] = Counter()

    def enter(self, sid: str, address: str, greeting: Greeting, network: str) -> Tab:
        """A tab comes in at its address."""
        room = self._rooms.setdefault(address, Room(address))
        tab = Tab(sid, room, greeting, network)
        room.tabs[sid] = self._tabs[sid] = tab
        self._networks[network] += 1
        return tab

    def leave(self, sid: str) -> None:
        """A tab is gone; the last one out ends the room."""
        tab = self._tabs.pop(sid, None)
        if tab is not None:
            self._take_out(tab)
            self._networks -= Counter([tab.network])

    def move(self, room: Room, address: str) -> list[Tab]:
        """All tabs of a room go over to another address, as if they had just come in there."""
        tabs = list(room.tabs.values())
        for tab in tabs:
            self._take_out(tab)
            tab.room = self._rooms.setdefault(address, Room(address))
            tab.room.tabs[tab.sid] = tab
            tab.conversation_id = tab.number = None
            tab.greeting = tab.greeting.model_copy(update={"token": None, "since": None})
        return tabs

    def tab(self, sid: str) -> Tab | None:
        """The tab of that connection, while it is here."""
        return self._tabs.get(sid)

    def tabs_of(self, network: str) -> int:
        """How many tabs came from that address."""
        return self._networks[network]

    def room_of(self, conversation_id: str) -> Room | None:
        """The room in which a conversation is read here, if it is."""
        return next((room for room in self._rooms.values() if room.conversation_id == conversation_id), None)

    @property
    def by_address(self) -> dict[str, Room]:
        """All rooms that have somebody in them now."""
        return dict(self._rooms)

    @property
    def tabs(self) -> list[Tab]:
        """All tabs that are here now."""
        return list(self._tabs.values())

    def _take_out(self, tab: Tab) -> None:
        del tab.room.tabs[tab.sid]
        if not tab.room.tabs:
            del self._rooms[tab.room.address]
