"""A player that talks through Telegram instead of REST, with the stand-in of the Bot API in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from refunds.chat.deliveries import Deliveries
from refunds.database import Database
from refunds.settings import read_settings
from tests.conversations.player import Player
from tests.stack import Stack
from tests.telegram_server import Payload, TelegramServer
from tests.world import wait_until


@dataclass
class TelegramPlayer(Player):
    """One customer in a private chat; ``url`` is the web process that Telegram brings updates to."""

    telegram: TelegramServer | None = None
    url: str = ""

    @classmethod
    def in_chat(cls, stack: Stack, telegram: TelegramServer, url: str, person: int) -> TelegramPlayer:
        """The player of the private chat with ``person``."""
        return cls(stack, str(person), telegram=telegram, url=url)

    @property
    def messages(self) -> list[Payload]:
        """What stands in the chat from the bot."""
        assert self.telegram is not None
        return [message for message in self.telegram.posted if str(message["chat"]["id"]) == self.sender]

    def bring(self, update: Payload) -> None:
        """Something comes from Telegram; waits until all that it brought stands there."""
        assert self.telegram is not None
        known = len(self.messages)
        assert self.telegram.tell(self.url, update).status_code == 200
        wait_until(lambda: len(self.messages) > known and self._all_sent())
        self.lines = [_as_over_rest(message) for message in self.messages[known:]]

    def _send(self, message: str) -> None:
        assert self.telegram is not None
        offered = [(shown, button["payload"]) for shown in self.messages for button in _buttons(shown)]
        shown = next((one for one, payload in reversed(offered) if payload == message), None)
        if shown is not None:
            self.bring(self.telegram.pressed(shown, message))
        else:
            self.bring(self.telegram.message(int(self.sender), message))

    def _all_sent(self) -> bool:
        database = Database(read_settings(self.stack.environ).database_url)
        try:
            return Deliveries(database).counts("telegram").waiting == 0
        finally:
            database.close()


def _buttons(message: Payload) -> list[dict[str, str]]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [{"title": button["text"], "payload": button["callback_data"]} for row in rows for button in row]


def _as_over_rest(message: Payload) -> dict[str, Any]:
    return {"text": message["text"], "buttons": _buttons(message), "custom": None}
