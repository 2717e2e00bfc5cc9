"""The action server's HTTP: the engine's calls and health, and nobody else's."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from actions.server import ActionServer

TOKEN = [(b"authorization", b"Bearer secret")]
CALL = {"next_action": "action_echo", "tracker": {"sender_id": "c1", "slots": {"a": 1}}, "domain": {}}


class Echo(Action):  # type: ignore[misc] # rasa-sdk carries no types
    def name(self) -> str:
        return "action_echo"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        dispatcher.utter_message(text=f"{tracker.sender_id} {tracker.slots}")
        return [{"event": "slot", "name": "a", "value": 2, "timestamp": None}]


def asked(method: str, path: str, *pieces: bytes, headers: Any = TOKEN) -> tuple[int, Any]:
    executor = ActionExecutor()
    executor.register_action(Echo())
    coming = [{"body": piece, "more_body": number < len(pieces)} for number, piece in enumerate(pieces, 1)]
    sent: list[Any] = []

    async def receive() -> Any:
        return coming.pop(0)

    async def send(event: Any) -> None:
        sent.append(event)

    scope = {"type": "http", "method": method, "path": path, "headers": headers}
    asyncio.run(ActionServer(executor, "secret")(scope, receive, send))
    assert dict(sent[0]["headers"])[b"content-length"] == str(len(sent[1]["body"])).encode()
    return sent[0]["status"], json.loads(sent[1]["body"])


def test_a_call_runs_its_action() -> None:
    body = json.dumps(CALL).encode()
    status, answer = asked("POST", "/webhook", body[:9], body[9:])
    assert status == 200
    assert answer["events"] == [{"event": "slot", "name": "a", "value": 2, "timestamp": None}]
    assert answer["responses"][0]["text"] == "c1 {'a': 1}"


@pytest.mark.parametrize("headers", [[], [(b"authorization", b"Bearer wrong")]])
def test_without_the_token_nothing_is_answered_but_health(headers: Any) -> None:
    assert asked("POST", "/webhook", json.dumps(CALL).encode(), headers=headers)[0] == 401
    assert asked("GET", "/actions", b"", headers=headers)[0] == 401
    assert asked("GET", "/health", b"", headers=headers) == (200, {"status": "ok"})


def test_what_is_not_there_is_not_found() -> None:
    assert asked("GET", "/webhook", b"")[0] == 404
    unknown = json.dumps({**CALL, "next_action": "action_unknown"}).encode()
    assert asked("POST", "/webhook", unknown)[0] == 404


@pytest.mark.parametrize("body", [b"", b"{", b"\xff"])
def test_what_is_no_call_is_refused(body: bytes) -> None:
    assert asked("POST", "/webhook", body)[0] == 400
