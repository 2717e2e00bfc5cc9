"""The web process with Slack's stand-in beside it: what a person on Slack does, and what stands there then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from refunds.app import App
from refunds.slack_settings import SlackSettings
from tests.chat_house import ChatHouse, served
from tests.slack_server import BOT_TOKEN, SIGNING_SECRET, TEAM, Payload, SlackServer, slack_server
from tests.world import wait_until

AMARA, BEN = "U0AMARA01", "U0BEN0001"


@dataclass
class SlackHouse:
    """A served app, its stand-in of Slack, and shorthand for one person or several."""

    url: str
    slack: SlackServer
    chat: ChatHouse

    def say(self, text: str, user: str = AMARA, **more: Any) -> Payload:
        """Something is said in the direct message, and acknowledged."""
        event = self.slack.message(user, text, **more)
        self.tell(event)
        return event

    def tell(self, event: Payload) -> None:
        """An event that must be acknowledged."""
        assert self.slack.tell(self.url, event).status_code == 200

    def hears(self, *texts: str, user: str = AMARA) -> None:
        """The person reads exactly these in the direct message."""
        channel = self.slack.direct(user)
        try:
            wait_until(lambda: self.slack.texts(channel) == list(texts), seconds=15)
        except AssertionError:
            raise AssertionError(f"heard {self.slack.texts(channel)}, not {list(texts)}") from None

    def words(self, name: str, **values: Any) -> str:
        """A text of the catalogue."""
        return self.chat.words(name, **values)

    def conversation(self, user: str = AMARA) -> str:
        """The id of the person's conversation."""
        address = f"{TEAM}:{user}"
        return self.chat.transcript.standings("slack", [address])[address].conversation_id


def slack_settings(slack: SlackServer, **other: Any) -> SlackSettings:
    """Settings that lead to the stand-in."""
    return replace(SlackSettings(BOT_TOKEN, SIGNING_SECRET, None, None, None, None, slack.api), **other)


def with_slack(app: App, slack: SlackServer, **other: Any) -> App:
    """The same app, with Slack on."""
    return replace(app, settings=replace(app.settings, slack=slack_settings(slack, **other)))


@contextmanager
def slack_house(chat: ChatHouse, **other: Any) -> Iterator[SlackHouse]:
    """A web process that speaks with a stand-in; ``other`` are settings of Slack that differ."""
    with slack_server() as slack, served(with_slack(chat.app, slack, **other)) as url:
        yield SlackHouse(url, slack, chat)
