"""A browser's end of the website connector, for tests: a WebSocket that speaks socket.io by hand.

The client of python-socketio would do, but over polling it takes half a minute to hang up.
"""

from __future__ import annotations

import json
import queue
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidMessage
from websockets.sync.client import connect

from tests.world import wait_until

# Engine.io's and socket.io's packet types, as they stand before a packet's JSON.
PING, PONG, OPENED, EVENT, ACKNOWLEDGED, REFUSED = "2", "3", "40", "42", "43", "44"

# What a tab meets whose server dies, at whatever moment of connecting or of the talk.
HUNG_UP = (OSError, EOFError, ConnectionClosed, InvalidMessage)


class Refused(Exception):
    """The server did not want this tab."""


class Tab:
    """One connected tab: ``lines`` as they came, ``typing`` as it was switched, the last ``welcome`` it got.

    ``speaking`` with the ``agents``' names, ``read`` and ``refused`` are what it was told of them, in order; ``signs``
    are the switches of ``typing`` whole.
    """

    def __init__(self, url: str, auth: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        self.lines: list[dict[str, Any]] = []
        self.url = url
        self.typing: list[bool] = []
        self.signs: list[dict[str, Any]] = []
        self.speaking: list[str] = []
        self.agents: list[str | None] = []
        self.read: list[int] = []
        self.refused: list[dict[str, Any]] = []
        self.welcome: dict[str, Any] = {}
        self.welcomes = 0
        self._acknowledgements: queue.Queue[dict[str, Any]] = queue.Queue()
        address = f"{url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket"
        self._socket = connect(address, open_timeout=10, additional_headers=headers, proxy=None)
        self._socket.recv(10)
        self._socket.send(OPENED + json.dumps(auth))
        opened = str(self._socket.recv(10))
        if opened.startswith(REFUSED):
            self._socket.close()
            raise Refused(opened)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def say(
        self, text: str = "", button: str | None = None, message_id: str | None = None, files: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Say something and give the acknowledgement."""
        said = {"id": message_id or secrets.token_hex(8), "text": text, "button": button, "files": list(files)}
        return self.send(said)

    def send(self, said: Any) -> dict[str, Any]:
        """Say something in whatever form and give the acknowledgement."""
        return self.ask("say", said)

    def tell(self, event: str, *data: Any) -> None:
        """Send an event that is not acknowledged."""
        self.send_packet(f"{EVENT}{json.dumps([event, *data])}")

    def send_packet(self, packet: str | bytes) -> None:
        """Send whatever is wanted, whether it makes sense or not."""
        self._socket.send(packet)

    def ask(self, event: str, *data: Any) -> dict[str, Any]:
        """Send an event and give the acknowledgement."""
        self.send_packet(f"{EVENT}7{json.dumps([event, *data])}")
        try:
            return self._acknowledgements.get(timeout=5)
        except queue.Empty:
            raise TimeoutError("no acknowledgement came") from None

    def hears(self, *texts: str) -> None:
        """Wait until exactly these lines have come."""
        wait_until(lambda: self.texts == list(texts))

    @property
    def texts(self) -> list[str]:
        """The texts of all lines that have come since it was first welcomed."""
        return [line["text"] for line in self.lines]

    @property
    def history(self) -> list[str]:
        """The texts that it was welcomed with."""
        return [line["text"] for line in self.welcome["lines"]]

    @property
    def token(self) -> str:
        return str(self.welcome["token"])

    @property
    def is_over(self) -> bool:
        """Whether the server has ended the connection."""
        return not self._reader.is_alive()

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
        self.welcomes += 1

    def _on_speaking(self, speaking: dict[str, Any]) -> None:
        self.speaking.append(speaking["owner"])
        self.agents.append(speaking["agent"])

    def _on_read(self, read: dict[str, int]) -> None:
        self.read.append(read["number"])

    def _on_refused(self, refused: dict[str, Any]) -> None:
        self.refused.append(refused)

    def _on_lines(self, lines: list[dict[str, Any]]) -> None:
        self.lines.extend(lines)

    def _on_typing(self, typing: dict[str, bool]) -> None:
        self.typing.append(typing["on"])
        self.signs.append(typing)


@contextmanager
def tab(url: str, headers: dict[str, str] | None = None, **auth: Any) -> Iterator[Tab]:
    """A tab that is connected and welcomed; ``auth`` may hold token, identity, zone, locale and since."""
    opened = Tab(url, auth, headers)
    try:
        wait_until(lambda: bool(opened.welcome))
        yield opened
    finally:
        opened.close()
