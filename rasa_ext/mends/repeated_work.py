"""Work that Rasa does anew at each message, though its outcome never changes while a model is served."""

from typing import Any, Dict, List, Optional, Text, Type

import rasa.core.actions.action as actions
from rasa.core.actions.action import Action
from rasa.core.channels.channel import OutputChannel
from rasa.core.processor import MessageProcessor
from rasa.shared.core.constants import ACTION_VALIDATE_SLOT_MAPPINGS
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.slot_mappings import SlotMappingType
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from rasa_ext.mends.version import require_mended_version

_default_actions = actions.default_actions
_default_actions_of: Dict[int, List[Action]] = {}
_extract_slots = MessageProcessor.run_action_extract_slots
_resolve_by_type = Event.resolve_by_type
_event_types: Dict[Text, Type[Event]] = {}


def mend_repeated_work() -> None:
    """Replaces the methods below for the whole process."""
    require_mended_version()
    actions.default_actions = _known_default_actions
    MessageProcessor.run_action_extract_slots = _extract_slots_if_any
    Event.resolve_by_type = staticmethod(_known_type)
    MessageProcessor._check_for_unseen_features = _check_nothing


def _known_type(type_name: Text, default: Optional[Type[Event]] = None) -> Optional[Type[Event]]:
    # Rasa walks through all subclasses of Event, and theirs, for each event that an action returns (0.2 ms).
    if type_name not in _event_types:
        found = _resolve_by_type(type_name, default)
        if found is None:
            return None
        _event_types[type_name] = found
    return _event_types[type_name]


def _check_nothing(self: MessageProcessor, parse_data: Dict[Text, Any]) -> None:
    # It only warns of intents and entities that the domain does not name, and makes an empty domain for that each
    # time (0.5 ms); `make check` compares the training data with the domain.
    return None


def _known_default_actions(action_endpoint: Optional[EndpointConfig] = None) -> List[Action]:
    # Twelve objects for each action that is looked up, three times a message; they keep nothing between two runs.
    if id(action_endpoint) not in _default_actions_of:
        _default_actions_of[id(action_endpoint)] = _default_actions(action_endpoint)
    return _default_actions_of[id(action_endpoint)]


async def _extract_slots_if_any(
    self: MessageProcessor, output_channel: OutputChannel, tracker: DialogueStateTracker
) -> DialogueStateTracker:
    # Our slots are set by actions alone: there is nothing to extract from a message (0.2 ms).
    if not hasattr(self.domain, "_extracts_slots"):
        self.domain._extracts_slots = _extracts_slots(self.domain)
    return await _extract_slots(self, output_channel, tracker) if self.domain._extracts_slots else tracker


def _extracts_slots(domain: Domain) -> bool:
    mappings = [mapping for slot in domain.slots for mapping in slot.mappings]
    return ACTION_VALIDATE_SLOT_MAPPINGS in domain.user_actions or any(
        mapping.get("type") != str(SlotMappingType.CUSTOM) or "action" in mapping for mapping in mappings
    )
