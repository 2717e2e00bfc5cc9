"""HTTP to the action server over connections that stay open: a tenth of what a general client costs an answer."""

import asyncio
import json
import time
from typing import Any, Dict, List, Tuple
from urllib.parse import urlsplit

from rasa.utils.endpoints import ClientResponseError

# Shorter than the action server keeps idle connections, so that none is used just as it is closed.
_IDLE_SECONDS = 2.0
_BAD_REQUEST = 400

_Connection = Tuple[asyncio.StreamReader, asyncio.StreamWriter]


class ActionConnections:
    """A pool of connections to one address. No limit: a slow action of one customer must not hold the next one up."""

    def __init__(self, url: str, headers: Dict[str, str]) -> None:
        address = urlsplit(url)
        self._host, self._port = address.hostname or "127.0.0.1", address.port or 80
        named = {"Host": address.netloc, "Content-Type": "application/json", **headers}
        lines = [f"POST {address.path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items())]
        self._head = "\r\n".join(lines).encode()
        self._idle: List[Tuple[float, _Connection]] = []

    async def post(self, call: Dict[str, Any]) -> Any:
        """What the action server answers, read as JSON.

        Raises ClientResponseError for a status of 400 and more, as Rasa's own client does, and OSError, EOFError or
        ValueError when there is no answer or it cannot be read.
        """
        connection = self._kept() or await asyncio.open_connection(self._host, self._port)
        is_whole = False
        try:
            status, body = await self._exchange(connection, json.dumps(call).encode())
            is_whole = True
        finally:
            # A connection that still owes bytes must not be asked again.
            if is_whole:
                self._idle.append((time.monotonic(), connection))
            else:
                connection[1].close()
        if status >= _BAD_REQUEST:
            raise ClientResponseError(status, "refused", body.decode("utf-8", "replace"))
        return json.loads(body)

    async def _exchange(self, connection: _Connection, body: bytes) -> Tuple[int, bytes]:
        reader, writer = connection
        writer.write(b"%b\r\nContent-Length: %d\r\n\r\n%b" % (self._head, len(body), body))
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        if b"content-length" not in headers:
            raise ValueError("an answer of no stated length")
        return int(first.split(b" ")[1]), await reader.readexactly(int(headers[b"content-length"]))

    def _kept(self) -> Any:
        while self._idle:
            since, (reader, writer) = self._idle.pop()
            if time.monotonic() - since < _IDLE_SECONDS and not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return None
