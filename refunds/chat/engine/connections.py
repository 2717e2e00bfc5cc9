"""HTTP to the engine over connections that stay open.

Speaks only what the engine speaks (HTTP/1.1, answers of a stated length) on the loopback interface: a client library
for all of HTTP took 4 ms of processor time a call, this takes 0.3 (docs/decisions/engine.md).
"""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlsplit

from refunds.errors import EngineUnavailable

MOST_CONNECTIONS = 200
# Shorter than the engine keeps idle connections, so that none is used just as it is closed.
IDLE_SECONDS = 2.0
_BROKEN = (OSError, EOFError, ValueError, asyncio.LimitOverrunError)

_Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class EngineConnections:
    """A pool of connections to the engine at ``url``, all with its ``token``."""

    def __init__(self, url: str, token: str) -> None:
        address = urlsplit(url)
        self._host, self._port = address.hostname or "127.0.0.1", address.port or 80
        self._head = (
            f"Host: {address.netloc}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        ).encode()
        self._idle: list[tuple[float, _Connection]] = []
        self._places = asyncio.Semaphore(MOST_CONNECTIONS)

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer; raises ``EngineUnavailable`` when there is none or it is no HTTP."""
        async with self._places:
            try:
                connection = self._kept() or await asyncio.open_connection(self._host, self._port)
                return await self._exchange(connection, path, body)
            except _BROKEN as error:
                raise EngineUnavailable(type(error).__name__) from error

    async def close(self) -> None:
        """Give the connections back."""
        writers = [writer for _, (_, writer) in self._idle]
        self._idle.clear()
        for writer in writers:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in writers), return_exceptions=True)

    async def _exchange(self, connection: _Connection, path: str, body: bytes) -> tuple[int, bytes]:
        reader, writer = connection
        is_whole = False
        try:
            writer.write(
                b"POST %b HTTP/1.1\r\n%bContent-Length: %d\r\n\r\n%b" % (path.encode(), self._head, len(body), body)
            )
            head = await reader.readuntil(b"\r\n\r\n")
            status, headers = _read_head(head)
            answer = await reader.readexactly(int(headers[b"content-length"]))
            is_whole = True
        except KeyError as error:
            raise ValueError("an answer of no stated length") from error
        finally:
            # A connection that still owes bytes must not be asked again.
            if not is_whole or headers.get(b"connection", b"").lower() == b"close":
                writer.close()
            else:
                self._idle.append((time.monotonic(), connection))
        return status, answer

    def _kept(self) -> _Connection | None:
        """The idle connection used last, if it is still good."""
        while self._idle:
            since, (reader, writer) = self._idle.pop()
            if time.monotonic() - since < IDLE_SECONDS and not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return None


def _read_head(head: bytes) -> tuple[int, dict[bytes, bytes]]:
    """The status and the headers by their lower-case names; raises ``ValueError`` for what is no head of HTTP/1.1."""
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    if not first.startswith(b"HTTP/1."):
        raise ValueError("no HTTP")
    headers = [line.partition(b":") for line in lines]
    return int(first.split(b" ")[1]), {name.lower(): value.strip() for name, _, value in headers}
