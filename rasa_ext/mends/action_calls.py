"""Calls to the action server: failures made visible, a deadline, one connection pool, a quick check, small calls.

Rasa logs an exception of an action and goes on as if the action had done nothing; the customer would be told half
of a turn. Here such an exception ends the turn.
"""

import asyncio
from typing import Any, Dict

from jsonschema import Draft7Validator
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import EndpointConfig

from rasa_ext.action_connections import ActionConnections
from rasa_ext.mends.version import MENDED_VERSION, require_mended_version

ACTION_DEADLINE_SECONDS = 8


class ActionFailed(BaseException):
    """A custom action did not run to its end, so the turn must not go on.

    Not an Exception: `MessageProcessor._run_action` swallows all of those.
    """


def mend_action_calls() -> None:
    """Replaces the parts of RemoteAction and EndpointConfig named above, for the whole process."""
    require_mended_version()
    RemoteAction.run = _failing_loudly(RemoteAction.run)
    RemoteAction._validate_action_result = _validate
    RemoteAction._action_call_format = _small_call
    EndpointConfig.request = _quick_request


def _failing_loudly(run: Any) -> Any:
    async def run_or_fail(
        self: RemoteAction,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> Any:
        try:
            return await run(self, output_channel, nlg, tracker, domain)
        except ActionExecutionRejection:
            raise
        except Exception as error:
            raise ActionFailed(f"{self.name()}: {type(error).__name__}") from error

    return run_or_fail


_validator = Draft7Validator(RemoteAction.action_response_format_spec())


def _validate(self: RemoteAction, result: Dict[str, Any]) -> bool:
    # Building the validator at each call costs 9 ms, asking it 0.7: an event is compared with 20 schemas.
    if not _only_sets_slots(result):
        _validator.validate(result)
    return True


def _only_sets_slots(result: Any) -> bool:
    """Whether the result is what all of our actions give: slots and responses, which the schema lets through."""
    if not isinstance(result, dict):
        return False
    events, responses = result.get("events"), result.get("responses")
    return (
        isinstance(events, list)
        and all(isinstance(event, dict) and _sets_slot(event) for event in events)
        and isinstance(responses, list)
        and all(isinstance(response, dict) for response in responses)
    )


def _sets_slot(event: Dict[str, Any]) -> bool:
    return (
        event.get("event") == "slot"
        and isinstance(event.get("name"), str)
        and event.keys() <= {"event", "name", "value", "timestamp"}
        and "value" in event
        and isinstance(event.get("timestamp"), (int, float, type(None)))
    )


def _small_call(self: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> Dict[str, Any]:
    # The action server knows the domain and the wording, and looks at the last message and the slots only. With all
    # that Rasa sends besides, a call has 7 kB instead of 2; an empty domain counts as given.
    return {
        "next_action": self.name(),
        "sender_id": tracker.sender_id,
        "tracker": tracker.current_state(EventVerbosity.NONE),
        "version": MENDED_VERSION,
        "domain": {},
    }


async def _quick_request(self: EndpointConfig, json: Dict[str, Any], **_: Any) -> Any:
    # Rasa opens a new connection for each call; even kept open, aiohttp takes 0.9 ms of processor time for one.
    if not hasattr(self, "_connections"):
        self._connections = ActionConnections(self.url, self.headers)
    return await asyncio.wait_for(self._connections.post(json), ACTION_DEADLINE_SECONDS)
