"""One turn: a message and a state go in; replies, the new state and the reading come out. Nothing else is kept."""

import asyncio
from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY

from rasa_ext.intent_classifier import DOUBTFUL_KEY
from rasa_ext.mends.action_calls import ActionFailed
from rasa_ext.replies import ReplyCollector
from rasa_ext.request_tracker import State, state_before, state_of, tracker_after

TURN_DEADLINE_SECONDS = 11
DOUBTFUL_INTENT = "doubtful"
_WORD_JOINER = "\u2060"
_RANKED = 3


class TurnFailed(BaseException):
    """The turn cannot be finished. Not an Exception, for the reason that ActionFailed gives."""


@dataclass(frozen=True)
class Turn:
    """A message as the service sends it; exactly one of `text` (a customer's words) and `payload` (a button) is set.

    `metadata` holds `now` (ISO, with offset), `zone` (IANA name or None) and `message_id` besides what was sent.
    """

    conversation_id: str
    message_id: str
    text: Optional[str]
    payload: Optional[str]
    state: Optional[State]
    metadata: Dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What came of a turn. Where `failed` says why, there are no replies and the state is the one that came in."""

    replies: List[Dict[str, Any]]
    state: Optional[State]
    reading: Optional[Dict[str, Any]]
    failed: Optional[str]


def harmless(text: str) -> str:
    """The text with a word joiner in front where Rasa would take it for a command: a slash, also after blanks."""
    return _WORD_JOINER + text.strip() if text.strip().startswith("/") else text


async def take_turn(agent: Agent, turn: Turn) -> Outcome:
    """Runs one turn within the deadline. Never raises for what an action or the dialogue did wrong: see `failed`."""
    reading: Dict[str, Any] = {}
    try:
        replies, state = await asyncio.wait_for(_dialogue(agent, turn, reading), TURN_DEADLINE_SECONDS)
    except ActionFailed as failure:
        return Outcome([], turn.state, reading, f"action failed: {failure}")
    except TurnFailed as failure:
        return Outcome([], turn.state, reading, str(failure))
    except asyncio.TimeoutError:
        return Outcome([], turn.state, reading, f"the turn took longer than {TURN_DEADLINE_SECONDS} s")
    if not replies:
        return Outcome([], turn.state, reading, "no reply")
    return Outcome(replies, state, reading, None)


async def _dialogue(agent: Agent, turn: Turn, reading: Dict[str, Any]) -> Any:
    collector = ReplyCollector()
    message = UserMessage(
        turn.payload if turn.payload is not None else harmless(turn.text or ""),
        collector,
        turn.conversation_id,
        input_channel=collector.name(),
        message_id=turn.message_id,
        metadata=turn.metadata,
    )
    state_before.set(turn.state)
    understood = await agent.processor.parse_message(message)
    reading.update(_reading(understood))
    if turn.payload is not None and _intent_of(turn.payload) != reading["intent"]:
        # Rasa reads a payload with an unknown intent as a customer's words.
        raise TurnFailed("the payload names no intent of this model")
    message.parse_data = _with_doubt(understood)
    agent.processor.on_circuit_break = _too_many_actions
    await agent.handle_message(message)
    return collector.replies, state_of(tracker_after.get())


def _intent_of(payload: str) -> str:
    return payload[1:].partition("{")[0].strip()


def _with_doubt(understood: Dict[str, Any]) -> Dict[str, Any]:
    # For the dialogue doubt is an intent of its own: one rule asks the clarifying question, and the action
    # finds the two likeliest readings in the ranking. /model/parse goes on naming the likeliest intent.
    if not understood.get(DOUBTFUL_KEY):
        return understood
    confidence = 1 - understood[INTENT]["confidence"]
    return {**understood, INTENT: {"name": DOUBTFUL_INTENT, "confidence": confidence}}


def _reading(understood: Dict[str, Any]) -> Dict[str, Any]:
    return {
        "intent": understood[INTENT]["name"],
        "confidence": understood[INTENT]["confidence"],
        "doubtful": bool(understood.get(DOUBTFUL_KEY)),
        "entities": understood[ENTITIES],
        "ranking": understood.get(INTENT_RANKING_KEY, [])[:_RANKED],
    }


def _too_many_actions(*_: Any) -> None:
    raise TurnFailed("too many actions in one turn")
