"""Calls to the action server: failures made visible, a deadline, one connection pool, a validator built once.

Rasa logs an exception of an action and goes on as if the action had done nothing; the customer would be told half
of a turn. Here such an exception ends the turn.
"""

from typing import Any, Dict, Optional

import aiohttp
import rasa.core.actions.action as actions
from jsonschema import Draft7Validator
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.domain import KEY_RESPONSES, Domain
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import EndpointConfig

from rasa_ext.mends.version import MENDED_VERSION, require_mended_version

ACTION_DEADLINE_SECONDS = 8


class ActionFailed(BaseException):
    """A custom action did not run to its end, so the turn must not go on.

    Not an Exception: `MessageProcessor._run_action` swallows all of those.
    """


def mend_action_calls() -> None:
    """Replaces the parts of RemoteAction and EndpointConfig named above, for the whole process."""
    require_mended_version()
    actions.DEFAULT_REQUEST_TIMEOUT = ACTION_DEADLINE_SECONDS
    RemoteAction.run = _failing_loudly(RemoteAction.run)
    RemoteAction._validate_action_result = _validate
    RemoteAction._action_call_format = _call_without_wording
    EndpointConfig.session = _shared_session


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
    # Building the validator at each call costs 9 ms, more than all the rest of a turn.
    _validator.validate(result)
    return True


def _call_without_wording(self: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> Dict[str, Any]:
    return {
        "next_action": self.name(),
        "sender_id": tracker.sender_id,
        "tracker": tracker.current_state(EventVerbosity.ALL),
        "version": MENDED_VERSION,
        "domain": _without_wording(domain),
    }


def _without_wording(domain: Domain) -> Dict[str, Any]:
    # The action server reads the wording itself; sending it along costs 0.8 ms a call with 300 responses.
    # Kept on the domain: its hash is a fingerprint of everything in it, too slow for a key.
    if not hasattr(domain, "_without_wording"):
        domain._without_wording = {key: value for key, value in domain.as_dict().items() if key != KEY_RESPONSES}
    return domain._without_wording


class _PooledSession:
    """Lends one aiohttp session to `async with`, without closing it at the end of the block."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def __aenter__(self) -> aiohttp.ClientSession:
        return self._session

    async def __aexit__(self, *_: Any) -> None:
        return None


_session: Optional[aiohttp.ClientSession] = None


def _shared_session(self: EndpointConfig) -> _PooledSession:
    global _session  # noqa: PLW0603 - one pool a process, as there is one event loop
    if _session is None or _session.closed:
        # No limit on connections: a slow action of one customer must not hold the next one up.
        connector = aiohttp.TCPConnector(limit=0)
        _session = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=None))
    return _PooledSession(_session)
