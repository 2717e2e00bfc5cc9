"""The web process with Telegram's stand-in beside it: what a person on Telegram does, and what stands there then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from refunds.app import App
from refunds.chat.deliveries import Deliveries, DeliveryCounts
from refunds.telegram_settings import TelegramSettings
from tests.chat_house import ChatHouse, served
from tests.telegram_server import BOT_TOKEN, SECRET, Payload, TelegramServer, telegram_server
from tests.world import wait_until

AMARA, BEN = 7001, 7002


@dataclass
class TelegramHouse:
    """A served app, its stand-in of Telegram, and shorthand for one person or several."""

    url: str
    telegram: TelegramServer
    chat: ChatHouse

    def say(self, text: str, person: int = AMARA) -> Payload:
        """Something is said in the private chat, and acknowledged."""
        update = self.telegram.message(person, text)
        self.tell(update)
        return update

    def tell(self, update: Payload) -> None:
        """An update that must be acknowledged."""
        assert self.telegram.tell(self.url, update).status_code == 200

    def press(self, title: str, person: int = AMARA) -> None:
        """The button of that title is pressed under the last message that has it."""
        message, button = next(
            (message, button)
            for message in reversed(self.telegram.posted)
            for row in message.get("reply_markup", {}).get("inline_keyboard", [])
            for button in row
            if button["text"] == title and message["chat"]["id"] == person
        )
        self.tell(self.telegram.pressed(message, button["callback_data"]))

    def hears(self, *texts: str, person: int = AMARA) -> None:
        """The person reads exactly these."""
        try:
            wait_until(lambda: self.telegram.texts(person) == list(texts), seconds=15)
        except AssertionError:
            raise AssertionError(f"heard {self.telegram.texts(person)}, not {list(texts)}") from None

    def words(self, name: str, **values: Any) -> str:
        """A text of the catalogue."""
        return self.chat.words(name, **values)

    def conversation(self, person: int = AMARA) -> str:
        """The id of the person's conversation."""
        return self.chat.transcript.standings("telegram", [str(person)])[str(person)].conversation_id

    @property
    def counts(self) -> DeliveryCounts:
        """How deliveries stand."""
        return Deliveries(self.chat.app.database).counts("telegram")


def telegram_settings(telegram: TelegramServer, **other: Any) -> TelegramSettings:
    """Settings that lead to the stand-in."""
    return replace(TelegramSettings(BOT_TOKEN, SECRET, polling=False, api=telegram.api), **other)


def with_telegram(app: App, telegram: TelegramServer, **other: Any) -> App:
    """The same app, with Telegram on."""
    return replace(app, settings=replace(app.settings, telegram=telegram_settings(telegram, **other)))


@contextmanager
def telegram_house(chat: ChatHouse, **other: Any) -> Iterator[TelegramHouse]:
    """A web process that speaks with a stand-in; ``other`` are settings of Telegram that differ."""
    with telegram_server() as telegram, served(with_telegram(chat.app, telegram, **other)) as url:
        yield TelegramHouse(url, telegram, chat)
