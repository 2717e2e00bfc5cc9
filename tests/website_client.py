"""A browser's end of the website connector, for tests: it collects what comes and acknowledges nothing by itself."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import socketio  # type: ignore[import-untyped]

from tests.world import wait_until


class Tab:
    """One connected tab: ``lines`` as they came, ``typing`` as it was switched, the ``welcome`` it got."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        self.typing: list[bool] = []
        self.welcome: dict[str, Any] = {}
        self._welcomed = threading.Event()
        self._client = socketio.Client(reconnection=False)
        self._client.on("welcome", self._on_welcome)
        self._client.on("lines", self.lines.extend)
        self._client.on("typing", lambda typing: self.typing.append(typing["on"]))

    def connect(self, url: str, **auth: Any) -> None:
        self._client.connect(url, auth=auth, transports=["polling"], wait_timeout=10)
        assert self._welcomed.wait(10), "no welcome came"

    def say(self, text: str = "", button: str | None = None, message_id: str | None = None) -> dict[str, Any]:
        """Say something and give the acknowledgement."""
        said = {"id": message_id or secrets.token_hex(8), "text": text} | ({"button": button} if button else {})
        acknowledgement: dict[str, Any] = self._client.call("say", said, timeout=15)
        return acknowledgement

    def send(self, said: Any) -> dict[str, Any]:
        """Say something in whatever form."""
        acknowledgement: dict[str, Any] = self._client.call("say", said, timeout=15)
        return acknowledgement

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
        self._client.disconnect()

    def _on_welcome(self, welcome: dict[str, Any]) -> None:
        self.welcome = welcome
        self._welcomed.set()


@contextmanager
def tab(url: str, **auth: Any) -> Iterator[Tab]:
    """A tab that is connected and welcomed; ``auth`` may hold token, identity, zone, locale and since."""
    opened = Tab()
    opened.connect(url, **auth)
    try:
        yield opened
    finally:
        opened.close()
