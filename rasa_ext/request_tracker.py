"""A tracker store that keeps nothing: the conversation's state comes with the request and leaves with the answer."""

from contextvars import ContextVar
from typing import Any, Dict, Iterator, Optional

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME, LOOP_NAME
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

State = Dict[str, Any]
"""`{"slots": {name: value}, "active_loop": name or null}`; slots that hold their initial value are left out."""

# One value a request: requests run as tasks of one process, each with a context of its own.
state_before: ContextVar[Optional[State]] = ContextVar("state_before", default=None)
tracker_after: ContextVar[Optional[DialogueStateTracker]] = ContextVar("tracker_after", default=None)


class RequestTrackerStore(TrackerStore):
    """Makes a tracker from the request's state, and remembers the one that the turn ended with."""

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """A tracker that listens, as if the conversation had just come to this state."""
        tracker = self.init_tracker(sender_id)
        for event in self._events(state_before.get() or {}):
            tracker.update(event, self.domain)
        return tracker

    def _events(self, state: State) -> Iterator[Event]:
        yield ActionExecuted(ACTION_SESSION_START_NAME)
        yield SessionStarted()
        known = {slot.name for slot in self.domain.slots}
        # A slot that this model no longer has is left out: the state may be older than the model.
        yield from (SlotSet(name, value) for name, value in state.get("slots", {}).items() if name in known)
        if state.get("active_loop") in self.domain.form_names:
            yield ActiveLoop(state["active_loop"])
        yield ActionExecuted(ACTION_LISTEN_NAME)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Hands the tracker to the channel; nothing is written."""
        tracker_after.set(tracker)


def state_of(tracker: DialogueStateTracker) -> State:
    """What the next message of this conversation has to bring along."""
    loop = tracker.active_loop
    return {
        "slots": {slot.name: slot.value for slot in tracker.slots.values() if slot.value != slot.initial_value},
        "active_loop": getattr(loop, LOOP_NAME) if loop else None,
    }
