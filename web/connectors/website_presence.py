"""Tells the desk which customers have their chat open, of those who wait for a person or speak with one."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

from refunds.chat.ownership import Owner
from refunds.chat.transcript import Transcript
from web.connectors.website_rooms import Room, Rooms

AGAIN_AFTER = 20.0
HOLDS = timedelta(seconds=45)
_FOR_PEOPLE = (Owner.WAITING, Owner.AGENT)


class Presence:
    """Keeps in the database who is here, so that the desk of whatever process knows."""

    def __init__(self, rooms: Rooms, transcript: Transcript) -> None:
        self._rooms = rooms
        self._transcript = transcript
        self._told: set[str] = set()
        self._told_at = 0.0

    async def tell(self) -> None:
        """Note who is here: who came just now at once, all others every few seconds. Raises ``DatabaseUnavailable``."""
        here = {chat for room in self._rooms.by_address.values() if (chat := _chat_for_people(room))}
        now = time.monotonic()
        if here and (not here <= self._told or now - self._told_at >= AGAIN_AFTER):
            await asyncio.to_thread(self._transcript.note_here, here, datetime.now(UTC) + HOLDS)
            self._told_at = now
        self._told = here

    async def left(self, room: Room) -> None:
        """Note that the last tab of ``room`` in this process is gone; one in another is noted again within seconds."""
        chat = _chat_for_people(room)
        if chat is not None and not room.tabs:
            await asyncio.to_thread(self._transcript.note_here, [chat], datetime.now(UTC))
            self._told.discard(chat)


def _chat_for_people(room: Room) -> str | None:
    return room.conversation_id if room.owner in _FOR_PEOPLE else None
