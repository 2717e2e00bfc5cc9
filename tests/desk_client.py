"""A colleague at the desk of a running web process: signs in by the form and sends what its pages send."""

from __future__ import annotations

import re
import secrets

import requests

from refunds.desk.demo import PASSWORD


class Colleague:
    """One of the demo agents (``refunds/desk/demo.py``), signed in at ``url``."""

    def __init__(self, url: str, login: str = "ann@jjsg.example") -> None:
        self._desk = f"{url}/desk"
        self._browser = requests.Session()
        self._browser.get(f"{self._desk}/sign-in", timeout=10).raise_for_status()
        form = {"login": login, "password": PASSWORD}
        self._browser.post(f"{self._desk}/sign-in", data=form, timeout=10).raise_for_status()

    def page(self, conversation_id: str) -> str:
        """A chat as the desk shows it."""
        answer = self._browser.get(f"{self._desk}/chats/{conversation_id}", timeout=10)
        answer.raise_for_status()
        return answer.text

    def take(self, conversation_id: str) -> None:
        """Take a chat that waits."""
        self._send(conversation_id, "take")

    def say(self, conversation_id: str, text: str) -> None:
        """Write to the customer."""
        self._send(conversation_id, "say", text=text, sent_key=secrets.token_hex(8))

    def hand_back(self, conversation_id: str) -> None:
        """Give the chat back to the assistant."""
        self._send(conversation_id, "hand-back", goes_on_with="nothing")

    def _send(self, conversation_id: str, act: str, **form: str) -> None:
        found = re.search(r'data-csrf="(\w+)"', self.page(conversation_id))
        assert found, "the page of the chat holds no token for its forms"
        path = f"{self._desk}/chats/{conversation_id}/{act}"
        self._browser.post(path, data={"csrf": found[1], **form}, timeout=10).raise_for_status()
