"""The engine alone: a real ``rasa_ext`` process on a free port, beside an action server made of a function."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.stack import ENGINE_PYTHON, ROOT, TOKEN, free_ports, needs_engine, wait_for

NOW = "2026-11-24T15:00:00+01:00"
ZONE = "Europe/Berlin"
Answer = dict[str, Any]
Call = dict[str, Any]


def count_and_echo(call: Call) -> tuple[int, Answer]:
    """An action for tests: says what it was asked, asks for the order next and counts its calls in the frame."""
    frame = call["tracker"]["slots"].get("frame") or {}
    message = call["tracker"]["latest_message"]
    events = [
        {"event": "slot", "name": "pending_question", "value": "order"},
        {"event": "slot", "name": "frame", "value": {"calls": frame.get("calls", 0) + 1}},
    ]
    text = f"{call['next_action']} after {message['intent']['name']}"
    buttons = [{"title": "ORD-48213", "payload": '/choose_order{"order_number": "ORD-48213"}'}]
    return 200, {"events": events, "responses": [{"text": text, "buttons": buttons, "custom": {"card": {"kind": "x"}}}]}


@dataclass
class FakeActions:
    """An action server whose every action is `act`, which a test may replace."""

    act: Callable[[Call], tuple[int, Answer]] = count_and_echo
    calls: list[Call] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        """A request handler that answers with `act`."""
        actions = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, format: str, *args: Any) -> None:
                """Tests are silent."""

            def do_POST(self) -> None:
                call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                actions.calls.append(call)
                actions.headers.append(dict(self.headers))
                status, answer = actions.act(call)
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler


@dataclass
class Engine:
    """A running engine and how to ask it."""

    url: str
    actions: FakeActions
    pid: int

    def parse(self, text: str) -> Answer:
        """What `/model/parse` says."""
        answer = requests.post(f"{self.url}/model/parse", params={"token": TOKEN}, json={"text": text}, timeout=10)
        answer.raise_for_status()
        parsed: Answer = answer.json()
        return parsed

    def turn(self, text: str | None = None, payload: str | None = None, **changes: Any) -> Answer:
        """One turn through the channel; `changes` replace or add fields of the body."""
        body = {"conversation_id": "c", "message_id": "m", "text": text, "payload": payload, "now": NOW, "zone": ZONE}
        answer = self.post(body | changes)
        answer.raise_for_status()
        outcome: Answer = answer.json()
        return outcome

    def post(self, body: Any, token: str = TOKEN) -> requests.Response:
        """A request to the channel, as it is."""
        headers = {"Authorization": f"Bearer {token}"}
        return requests.post(f"{self.url}/webhooks/turn/webhook", json=body, headers=headers, timeout=15)

    def details(self, text: str, **changes: Any) -> list[tuple[str, Any]]:
        """The entities of a text as (name, value), read at NOW in ZONE."""
        reading = self.turn(text, **changes)["reading"]
        return [(entity["entity"], entity["value"]) for entity in reading["entities"]]

    def answers(self) -> bool:
        """Whether it names an intent, which is more than that its port is open."""
        try:
            return self.parse("hello")["intent"]["name"] is not None
        except (requests.RequestException, KeyError):
            return False


def start_engine(log: Path) -> Iterator[Engine]:
    """An engine process with its fake action server; both end with the generator."""
    needs_engine()
    actions = FakeActions()
    server = ThreadingHTTPServer(("127.0.0.1", 0), actions.handler())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (port,) = free_ports(1)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("REFUNDS_")} | {
        "REFUNDS_RASA_PORT": str(port),
        "REFUNDS_RASA_TOKEN": TOKEN,
        "REFUNDS_ACTIONS_PORT": str(server.server_address[1]),
    }
    with log.open("wb") as output:
        command = [str(ENGINE_PYTHON), "-m", "rasa_ext"]
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT)
    engine = Engine(f"http://127.0.0.1:{port}", actions, process.pid)
    try:
        wait_for("the engine to answer", lambda: engine.answers() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield engine
    finally:
        process.terminate()
        process.wait(15)
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def running_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One engine for all tests of a run."""
    yield from start_engine(tmp_path_factory.mktemp("engine") / "engine.log")


@pytest.fixture
def engine(running_engine: Engine) -> Engine:
    """The engine with a fresh action server behaviour for this test."""
    running_engine.actions.act = count_and_echo
    running_engine.actions.calls.clear()
    running_engine.actions.headers.clear()
    return running_engine
