"""What the web processes of one installation tell each other about a chat, through Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import socketio  # type: ignore[import-untyped]

# Between processes only; no browser ever hears it.
NEWS = "news"


class SharedManager(socketio.AsyncRedisManager):  # type: ignore[misc]
    """Carries events to the browsers of all processes, and news of a chat to the processes themselves.

    Without Redis nothing is lost: each process looks into the database once a second anyway.
    """

    def __init__(self, url: str, on_news: Callable[[str, dict[str, Any]], None]) -> None:
        super().__init__(url, channel="refunds-chat", redis_options={"socket_connect_timeout": 2})
        self._on_news = on_news
        self.thread: asyncio.Task[None] | None = None

    async def tell(self, address: str, news: dict[str, Any]) -> None:
        """Tell the other processes that something is new in the chat at ``address``."""
        await self._publish({"method": "emit", "event": NEWS, "room": address, "data": [news], "host_id": self.host_id})

    async def close(self) -> None:
        """Hang up."""
        if self.thread is not None:
            self.thread.cancel()
            await asyncio.gather(self.thread, return_exceptions=True)
        if self.redis is not None:
            await self.pubsub.aclose()
            await self.redis.aclose()

    def _redis_connect(self) -> None:
        """One client for good, which connects anew by itself: socket.io would make one more each time."""
        if self.redis is None:
            super()._redis_connect()
        else:
            self.pubsub = self.redis.pubsub(ignore_subscribe_messages=True)
            self.connected = True

    async def _handle_emit(self, message: dict[str, Any]) -> None:
        if message["event"] == NEWS:
            self._on_news(message["room"], message["data"][0])
        else:
            await super()._handle_emit(message)
