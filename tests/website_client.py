"""A browser's end of the website connector, for tests: a WebSocket that speaks socket.io by hand.

The client of python-socketio would do, but over polling it takes half a minute to hang up.
"""

from __future__ import annotations

import json
import queue
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.world import wait_until

# Engine.io's and socket.io's packet types, as they stand before a packet's JSON.
PING, PONG, OPENED, EVENT, ACKNOWLEDGED, REFUSED = "2", "3", "40", "42", "43", "44"


class Refused(Exception):
    """The server did not want this tab."""


class Tab:
    """One connected tab: ``lines`` as they came, ``typing`` as it was switched, the ``welcome`` it got."""

    def __init__(self, url: str, auth: dict[str, Any]) -> None:
        self.lines: list[dict[str, Any]] = []
        self.typing: list[bool] = []
        self.welcome: dict[str, Any] = {}
        self._acknowledgements: queue.Queue[dict[str, Any]] = queue.Queue()
        self._socket = connect(f"{url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket", open_timeout=10)
        self._socket.recv(10)
        self._socket.send(OPENED + json.dumps(auth))
        opened = str(self._socket.recv(10))
        if opened.startswith(REFUSED):
            self._socket.close()
            raise Refused(opened)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def say(self, text: str = "", button: str | None = None, message_id: str | None = None) -> dict[str, Any]:
        """Say something and give the acknowledgement."""
        return self.send({"id": message_id or secrets.token_hex(8), "text": text, "button": button})

    def send(self, said: Any) -> dict[str, Any]:
        """Say something in whatever form and give the acknowledgement."""
        self._socket.send(f"{EVENT}7{json.dumps(['say', said])}")
        try:
            return self._acknowledgements.get(timeout=5)
        except queue.Empty:
            raise TimeoutError("no acknowledgement came") from None

    def hears(self, *texts: str) -> None:
        """Wait until exactly these lines have come."""
        wait_until(lambda: [line["text"] for line in self.lines] == list(texts))

    @property
    def history(self) -> list[str]:
        """The texts that it was welcomed with."""
        return [line["text"] for line in self.welcome["lines"]]

    @property
    def token(self) -> str:
        return str(self.welcome["token"])

    def close(self) -> None:
        self._socket.close()
        self._reader.join(10)

    def _read(self) -> None:
        try:
            for packet in self._socket:
                self._take(str(packet))
        except ConnectionClosed:
            return

    def _take(self, packet: str) -> None:
        if packet == PING:
            self._socket.send(PONG)
        elif packet.startswith(EVENT):
            name, data = json.loads(packet[len(EVENT) :])
            getattr(self, f"_on_{name}")(data)
        elif packet.startswith(ACKNOWLEDGED):
            self._acknowledgements.put(json.loads(packet[len(ACKNOWLEDGED) + 1 :])[0])

    def _on_welcome(self, welcome: dict[str, Any]) -> None:
        self.welcome = welcome

    def _on_lines(self, lines: list[dict[str, Any]]) -> None:
        self.lines.extend(lines)

    def _on_typing(self, typing: dict[str, bool]) -> None:
        self.typing.append(typing["on"])


@contextmanager
def tab(url: str, **auth: Any) -> Iterator[Tab]:
    """A tab that is connected and welcomed; ``auth`` may hold token, identity, zone, locale and since."""
    opened = Tab(url, auth)
    try:
        wait_until(lambda: bool(opened.welcome))
        yield opened
    finally:
        opened.close()
