"""A player that talks through the website's chat, as the widget does, instead of REST."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jwt

from tests.conversations.player import Player
from tests.stack import Stack
from tests.website_client import Tab
from tests.world import wait_until


@dataclass
class WebsitePlayer(Player):
    """One customer in one tab of a browser."""

    page: Tab | None = None

    @classmethod
    def in_tab(cls, stack: Stack, page: Tab) -> WebsitePlayer:
        """The player of a connected tab; its conversation is found by the address in the tab's token."""
        address = jwt.decode(page.token, options={"verify_signature": False})["sub"]
        return cls(stack, address, page=page)

    def _send(self, message: str) -> None:
        assert self.page is not None
        known, answered = len(self.page.lines), self.page.typing.count(False)
        titles = {button["payload"]: button["title"] for line in self.lines for button in line["buttons"]}
        if message in titles:
            self.page.say(titles[message], button=message)
        else:
            self.page.say(message)
        page = self.page
        wait_until(lambda: len(page.lines) > known and page.typing.count(False) > answered)
        self.lines = [_as_over_rest(line) for line in page.lines[known:]]


def _as_over_rest(line: dict[str, Any]) -> dict[str, Any]:
    buttons = [{"title": button["title"], "payload": button["id"]} for button in line.get("buttons") or []]
    return {"text": line["text"], "buttons": buttons, "custom": line.get("card")}
