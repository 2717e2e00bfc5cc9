"""Who owns a conversation: one table of changes, and each change raises the epoch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from refunds.errors import TransitionRefused


class Owner(StrEnum):
    """Who answers the customer. ``WAITING``: for a person, nobody has taken it yet."""

    ASSISTANT = "assistant"
    WAITING = "waiting"
    AGENT = "agent"
    CLOSED = "closed"


class Change(StrEnum):
    """What may happen to the ownership of a conversation."""

    PERSON_NEEDED = "person_needed"
    TAKEN = "taken"
    RELEASED = "released"
    HANDED_BACK = "handed_back"
    WENT_ON = "went_on"
    ENDED = "ended"


TRANSITIONS: Mapping[tuple[Owner, Change], Owner] = {
    (Owner.ASSISTANT, Change.PERSON_NEEDED): Owner.WAITING,
    (Owner.ASSISTANT, Change.TAKEN): Owner.AGENT,
    (Owner.ASSISTANT, Change.ENDED): Owner.CLOSED,
    (Owner.WAITING, Change.TAKEN): Owner.AGENT,
    (Owner.WAITING, Change.WENT_ON): Owner.ASSISTANT,
    (Owner.WAITING, Change.ENDED): Owner.CLOSED,
    (Owner.AGENT, Change.RELEASED): Owner.WAITING,
    (Owner.AGENT, Change.HANDED_BACK): Owner.ASSISTANT,
    (Owner.AGENT, Change.ENDED): Owner.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Who owns a conversation, for the how-many-eth time: an answer made under an older epoch is dropped."""

    owner: Owner
    epoch: int


def move(standing: Standing, change: Change) -> Standing:
    """The standing after ``change``; raises ``TransitionRefused`` for one that the table does not know."""
    owner = TRANSITIONS.get((standing.owner, change))
    if owner is None:
        raise TransitionRefused(f"a conversation of {standing.owner} cannot be {change}")
    return Standing(owner, standing.epoch + 1)
