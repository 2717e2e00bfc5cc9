"""The chat rooms on a test's own database with a fake engine: what admission, turn and delivery tests stand on."""

from __future__ import annotations

import asyncio
import secrets
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import requests
import uvicorn
from sqlalchemy import event

import refunds.tables  # noqa: F401 - rows must be known before tables are made
from refunds.app import App, open_app
from refunds.chat.admission import Admitted
from refunds.chat.conversations import change_owner, locked
from refunds.chat.engine import EngineClient
from refunds.chat.lines import AGENT, add_lines
from refunds.chat.message import Incoming, Line, Reply
from refunds.chat.ownership import Change
from refunds.chat.steps import Steps
from refunds.chat.transcript import Transcript, list_conversations
from refunds.chat.turns import Turns
from refunds.handoff import Desk
from refunds.policy_files import load_policy
from refunds.settings import read_settings
from refunds.tables import ConversationRow, MessageRow
from refunds.words import Words
from tests.databases import make_tables
from tests.fake_engine import TOKEN, FakeEngine, fake_engine
from tests.world import wait_until
from web.app import build


@dataclass
class ChatHouse:
    """An app, an engine that answers as told, and shorthand for what customers, agents and time do."""

    app: App
    engine: FakeEngine
    deadline: float = 10

    @property
    def transcript(self) -> Transcript:
        return Transcript(self.app.database)

    @property
    def steps(self) -> Steps:
        """The steps of a turn as another web process would take them."""
        app = self.app
        return Steps(app.database, app.handoff, self.desk, app.words, retry_delays=app.settings.retry_delays)

    @property
    def desk(self) -> Desk:
        return Desk(self.app.settings.desk_hours, self.app.calendars, self.app.words)

    def say(
        self, text: str, message_id: str | None = None, *, address: str = "amara", button: str | None = None
    ) -> Admitted:
        """One message comes in by REST and is admitted; nothing answers it yet."""
        incoming = Incoming("rest", address, message_id or secrets.token_hex(8), text, button)
        return self.app.admission.admit(incoming, datetime.now(UTC))

    def turn(self, *conversation_ids: str, at_once: int = 1) -> None:
        """Run the turns of conversations, ``at_once`` times each at the same time."""

        async def run() -> None:
            client = EngineClient(self.engine.url, TOKEN, deadline=self.deadline)
            turns = self.turns(client)
            await asyncio.gather(*(turns.run(one) for one in conversation_ids for _ in range(at_once)))
            await turns.close()
            await client.close()

        asyncio.run(run())

    def turns(self, client: EngineClient) -> Turns:
        """Turns of one more web process."""
        app = self.app
        return Turns(app.database, client, app.handoff, self.desk, app.words, retry_delays=app.settings.retry_delays)

    def heard(self, conversation_id: str) -> list[str]:
        """What the customer read, in order."""
        return [line.text for line in self.lines(conversation_id)]

    def lines(self, conversation_id: str) -> list[Line]:
        return self.transcript.since(conversation_id, 0)

    def owner(self, conversation_id: str) -> str:
        with self.app.database.reading() as session:
            rows = {row["conversation_id"]: row for row in list_conversations(session)}
        return str(rows[conversation_id]["owner"])

    def message(self, message_id: str) -> MessageRow:
        with self.app.database.transaction() as session:
            return session.get_one(MessageRow, message_id)

    def change(self, conversation_id: str, change: Change) -> None:
        """An agent, or the customer, changes who owns the conversation."""
        with self.app.database.transaction() as session:
            row = locked(session, conversation_id)
            assert row is not None
            change_owner(session, row, change, reason=None, now=datetime.now(UTC))

    def agent_says(self, conversation_id: str, text: str) -> None:
        with self.app.database.transaction() as session:
            row = locked(session, conversation_id)
            assert row is not None
            add_lines(session, row, [Reply(text)], author=AGENT, in_reply_to=None, now=datetime.now(UTC))

    def let_time_pass(self, conversation_id: str, passed: timedelta = timedelta(minutes=5)) -> None:
        """Leases run out and retries come due, without anybody waiting for it."""
        with self.app.database.transaction() as session:
            row = session.get_one(ConversationRow, conversation_id)
            row.lease_until = row.lease_until and row.lease_until - passed
            for message in session.query(MessageRow).filter_by(conversation_id=conversation_id, status="pending"):
                message.retry_at = message.retry_at and message.retry_at - passed

    def words(self, name: str, **values: Any) -> str:
        return self.app.words.say(name, **values)


# The chat does not change them, and reading them anew for each test would take most of its time.
_policy = cache(load_policy)
_words = cache(Words.load)


@pytest.fixture
def chat(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatHouse]:
    """Chat rooms on an empty database, on SQLite and PostgreSQL."""
    with _chat_house(database_url, tmp_path, monkeypatch) as house:
        yield house


@pytest.fixture
def chat_on_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatHouse]:
    """Chat rooms on an empty SQLite file, where the database makes no difference to the test."""
    with _chat_house(f"sqlite:///{tmp_path / 'refunds.sqlite'}", tmp_path, monkeypatch) as house:
        yield house


@contextmanager
def quiet_house(folder: Path) -> Iterator[ChatHouse]:
    """Chat rooms for a test that needs many of them, one after the other, and no engine."""
    url = f"sqlite:///{folder / 'refunds.sqlite'}"
    with pytest.MonkeyPatch.context() as monkeypatch, _chat_house(url, folder, monkeypatch) as house:
        event.listen(house.app.database.engine, "connect", _in_memory_first)
        house.app.database.engine.dispose()
        yield house


@contextmanager
def _chat_house(database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatHouse]:
    monkeypatch.setattr("refunds.app.load_policy", _policy)
    monkeypatch.setattr(Words, "load", _words)
    with fake_engine() as engine:
        settings = read_settings(
            {
                "REFUNDS_VAR": str(folder / "var"),
                "REFUNDS_DATABASE_URL": database_url,
                "REFUNDS_RASA_PORT": str(engine.port),
                "REFUNDS_RASA_TOKEN": TOKEN,
                "REFUNDS_SECRET": "a secret for tests that is long enough to be one",
                "REFUNDS_RETRY_DELAYS": "60,60",
            }
        )
        make_tables(database_url)  # before anything opens: which policy is in force stands there
        app = open_app(settings)
        yield ChatHouse(app, engine)
        app.database.close()


def with_retries_after(app: App, *delays: float) -> App:
    """The same app, which tries again after so many seconds."""
    return replace(app, settings=replace(app.settings, retry_delays=delays))


@contextmanager
def database_down(app: App) -> Iterator[None]:
    """Nobody can write to the SQLite file of ``app``, and nobody waits long for it."""
    engine = app.database.engine
    impatient = partial(_set_patience, 20)
    event.listen(engine, "connect", impatient)
    engine.dispose()
    with closing(sqlite3.connect(str(engine.url.database))) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.rollback()
    event.remove(engine, "connect", impatient)
    engine.dispose()


def _in_memory_first(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _set_patience(milliseconds: int, connection: Any, _record: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout={milliseconds}")


@contextmanager
def served(app: App) -> Iterator[str]:
    """The web process of ``app`` on a free port of this process; gives its address."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    config = uvicorn.Config(
        build(app), log_config=None, access_log=False, timeout_graceful_shutdown=1, proxy_headers=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        wait_until(lambda: server.started)
        yield url
    finally:
        server.should_exit = True
        thread.join(timeout=15)
        listener.close()


def post(url: str, sender: str, message: str, message_id: str | None = None) -> requests.Response:
    """One request to the REST connector, as a client makes it."""
    body = {"sender": sender, "message": message} | ({"message_id": message_id} if message_id else {})
    return requests.post(f"{url}/webhooks/rest/webhook", json=body, timeout=20)


def texts(response: requests.Response) -> list[str]:
    """The texts of a REST answer."""
    assert response.status_code == 200, response.text
    return [reply["text"] for reply in response.json()]
