"""Plays seeded conversations on the engine, inside its process, for a test that compares two ways of running it.

``.venv-rasa/bin/python benchmarks/engine_play.py mended|stock CONVERSATIONS TURNS`` prints one JSON object a turn: what
the turn gave, and what the action server was asked. ``stock`` leaves out what only makes Rasa quicker. An action
answers by what it was asked, the same in both: slots, texts, buttons, cards, now and then nothing, a rejection, another
event.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from rasa_ext.surroundings import prepare

prepare()
os.environ |= {"REFUNDS_RASA_TOKEN": "a token for tests that is long enough", "REFUNDS_ACTIONS_PORT": "1"}

from rasa.core.agent import load_agent  # noqa: E402 - Rasa is imported after its surroundings are set
from rasa.utils.endpoints import ClientResponseError  # noqa: E402

from rasa_ext.mends.action_calls import mend_action_calls  # noqa: E402
from rasa_ext.serve import MENDS, ROOT, AvailableEndpoints, _keep_nothing  # noqa: E402
from rasa_ext.turn import Turn, take_turn  # noqa: E402

WORDS = (
    "hello", "I want my money back", "my server failed last Tuesday", "ORD-48213", "yes", "no", "paid by card",
    "how long does a paypal refund take?", "where is my refund R-2345X", "I was charged twice", "qwx zzt",
    "  /restart", "cancel my subscription", "a person please", "thanks", "is that right?", "I withdraw", "no idea",
)  # fmt: skip
KEPT = ("sender_id", "slots", "latest_message", "latest_action_name", "active_loop", "followup_action", "paused")


class Actions:
    """The action server, without a network: its answers follow from the conversation's own dice."""

    def __init__(self, domain: Any) -> None:
        self.called: list[Any] = []
        self._pending = [*domain.as_dict()["slots"]["pending_question"]["values"], None]
        self._actions = [name for name in domain.user_actions if name.startswith("action_")]

    async def request(self, json: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Answer one call."""
        tracker = json["tracker"]
        self.called.append([json["next_action"], {name: tracker[name] for name in KEPT}])
        message = tracker["latest_message"]["message_id"]
        dice = random.Random(f"{json['next_action']} {tracker['sender_id']} {message} {len(self.called)}")
        if dice.random() < 0.03:
            body = {"error": "no", "action_name": json["next_action"]}
            raise ClientResponseError(400, "rejected", _as_text(body))
        events: list[dict[str, Any]] = [
            {"event": "slot", "timestamp": None, "name": "pending_question", "value": dice.choice(self._pending)},
            {"event": "slot", "timestamp": None, "name": "frame", "value": {"n": dice.randrange(99), "words": ["a"]}},
        ]
        if dice.random() < 0.05:
            events.append({"event": "reset_slots", "timestamp": None})
        if dice.random() < 0.05:
            events.append({"event": "followup", "timestamp": None, "name": dice.choice(self._actions)})
        return {"events": events[: dice.randrange(4)], "responses": _responses(dice)}


def _as_text(body: dict[str, Any]) -> str:
    return json.dumps(body)


def _responses(dice: random.Random) -> list[dict[str, Any]]:
    buttons = [{"title": "A", "payload": "/affirm"}, {"title": "B", "payload": '/choose_order{"order_number": "1"}'}]
    response = {"text": f"said {dice.randrange(9)}", "buttons": buttons[: dice.randrange(3)], "elements": []}
    return [
        response | ({"custom": {"card": {"type": "orders"}}} if dice.random() < 0.3 else {"custom": {}})
        for _ in range(dice.choice((0, 1, 1, 1, 2)))
    ]


async def play(conversations: int, turns: int) -> None:
    """Play them one after the other."""
    endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    agent = await load_agent(model_path=str(ROOT / "models"), endpoints=endpoints)
    _keep_nothing(agent)
    actions = Actions(agent.domain)
    agent.processor.action_endpoint.request = actions.request
    _read_each_text_once(agent.processor)
    payloads = [f"/{intent}" for intent in agent.domain.intents if "{" not in intent]
    for number in range(conversations):
        dice, state = random.Random(number), None
        for turn in range(turns):
            text = dice.choice(WORDS) if dice.random() < 0.6 else None
            payload = None if text else dice.choice(payloads)
            said = {"now": "2026-11-24T15:00:00+01:00", "zone": "Europe/Berlin", "message_id": f"{number}-{turn}"}
            outcome = await take_turn(agent, Turn(f"c{number}", f"{number}-{turn}", text, payload, state, said))
            print(json.dumps([text or payload, asdict(outcome), actions.called], sort_keys=True))
            state = outcome.state
            actions.called = []


def _read_each_text_once(processor: Any) -> None:
    """Reading is not what is compared, and takes most of the time."""
    read, known = processor._parse_message_with_graph, {}

    def remembered(message: Any, tracker: Any, only_output_properties: bool = True) -> Any:
        if message.text not in known:
            known[message.text] = json.dumps(read(message, tracker, only_output_properties))
        return {**json.loads(known[message.text]), "message_id": message.message_id, "metadata": message.metadata}

    processor._parse_message_with_graph = remembered


if __name__ == "__main__":
    # Without that one a failed action would only be logged, which is a change of ours, not a quicker way.
    mends = MENDS if sys.argv[1] == "mended" else (mend_action_calls,)
    for mend in mends:
        mend()
    asyncio.run(play(int(sys.argv[2]), int(sys.argv[3])))
