"""The desk on a test's own database: its application in this process, agents of every role, and browsers for them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher

from refunds.app import App
from refunds.desk.accounts import Accounts, Agent
from refunds.desk.passwords import Passwords
from refunds.desk.permissions import Role
from tests.chat_house import ChatHouse
from web.app import build
from web.desk.guard import COOKIE, Gate

PASSWORD = "a password for tests"
NOBODY_LISTENS = 9
PASSWORDS = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
"""argon2 with next to no work: nobody is to be kept out."""


@dataclass(frozen=True)
class Visitor:
    """A browser at the desk, without a browser. ``csrf`` is that of its session. No redirect is followed."""

    api: Any
    agent: Agent | None = None
    csrf: str = ""
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """A page."""
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, **form: Any) -> httpx.Response:
        """A form of the desk, sent with the session's token."""
        return self.ask("POST", path, data={"csrf": self.csrf, **form})

    def ask(self, method: str, path: str, *, headers: dict[str, str] | None = None, **body: Any) -> httpx.Response:
        """Any request."""
        return asyncio.run(self._ask(method, path, {"Accept": "text/html", **(headers or {})}, body))

    async def _ask(self, method: str, path: str, headers: dict[str, str], body: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self.api, client=("127.0.0.1", 50_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", cookies=self.cookies) as http:
            answer = await http.request(method, path, headers=headers, **body)
            self.cookies.clear()
            self.cookies.update(http.cookies)
            return answer


@dataclass(frozen=True)
class DeskHouse:
    """An app and its desk."""

    app: App
    api: Any

    @property
    def now(self) -> datetime:
        """The moment."""
        return datetime.now(UTC)

    def agent(self, role: Role = Role.AGENT, name: str | None = None) -> Agent:
        """An agent with ``PASSWORD``."""
        name = name or role.title()
        login = f"{name.lower()}@desk.example"
        return self.app.accounts.add(login, name, role, PASSWORD, self.now, by="a test")

    def visitor(self) -> Visitor:
        """Somebody who is not signed in."""
        return Visitor(self.api)

    def signed_in(self, role_or_agent: Role | Agent = Role.AGENT) -> Visitor:
        """Somebody at work, without the detour of the sign-in page."""
        agent = self.agent(role_or_agent) if isinstance(role_or_agent, Role) else role_or_agent
        key = self.app.desk_sessions.begin(agent, self.now, how="a test")
        cookies = httpx.Cookies()
        cookies.set(COOKIE, key, domain="127.0.0.1", path="/desk")
        return Visitor(self.api, agent, token_of(self.app, key), cookies)


def token_of(app: App, key: str) -> str:
    """The CSRF token of the session that ``key`` opens."""
    return Gate(app.desk_sessions, app.settings).token(key)


@contextmanager
def desk_house(app: App) -> Iterator[DeskHouse]:
    """The desk of ``app``, with quick passwords.

    Visitors meet it without an engine: each of their requests has a loop of its own, and an open connection to an
    engine would outlive it.
    """
    quick = replace(app, accounts=Accounts(app.database, app.audit, PASSWORDS))
    alone = replace(quick, settings=replace(quick.settings, rasa_port=NOBODY_LISTENS))
    yield DeskHouse(quick, build(alone))


@pytest.fixture
def desk(chat_on_file: ChatHouse) -> Iterator[DeskHouse]:
    """The desk on an empty SQLite file."""
    with desk_house(chat_on_file.app) as house:
        yield house
