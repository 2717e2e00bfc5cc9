"""A case's states and what moves it from one to another: one table, no other way."""

from __future__ import annotations

from enum import StrEnum

from refunds.errors import TransitionRefused


class CaseState(StrEnum):
    """Where a case stands."""

    SUBMITTED = "submitted"
    VERIFYING = "verifying"
    INFO_REQUESTED = "info_requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    APPEALED = "appealed"
    CLOSED = "closed"


class Event(StrEnum):
    """What can happen to a case."""

    VERIFICATION_STARTED = "verification_started"
    INFORMATION_ASKED = "information_asked"
    INFORMATION_GIVEN = "information_given"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    APPEALED = "appealed"
    CLOSED = "closed"


FILED = "filed"  # the event that makes a case; it has no state before
INITIAL = CaseState.SUBMITTED
OPEN = frozenset(CaseState) - {CaseState.REJECTED, CaseState.WITHDRAWN, CaseState.CLOSED}

TRANSITIONS: dict[tuple[CaseState, Event], CaseState] = {
    (CaseState.SUBMITTED, Event.VERIFICATION_STARTED): CaseState.VERIFYING,
    (CaseState.SUBMITTED, Event.INFORMATION_ASKED): CaseState.INFO_REQUESTED,
    (CaseState.SUBMITTED, Event.APPROVED): CaseState.APPROVED,
    (CaseState.SUBMITTED, Event.REJECTED): CaseState.REJECTED,
    (CaseState.SUBMITTED, Event.WITHDRAWN): CaseState.WITHDRAWN,
    (CaseState.VERIFYING, Event.INFORMATION_ASKED): CaseState.INFO_REQUESTED,
    (CaseState.VERIFYING, Event.APPROVED): CaseState.APPROVED,
    (CaseState.VERIFYING, Event.REJECTED): CaseState.REJECTED,
    (CaseState.VERIFYING, Event.WITHDRAWN): CaseState.WITHDRAWN,
    (CaseState.INFO_REQUESTED, Event.INFORMATION_GIVEN): CaseState.VERIFYING,
    (CaseState.INFO_REQUESTED, Event.APPROVED): CaseState.APPROVED,
    (CaseState.INFO_REQUESTED, Event.REJECTED): CaseState.REJECTED,
    (CaseState.INFO_REQUESTED, Event.WITHDRAWN): CaseState.WITHDRAWN,
    (CaseState.APPROVED, Event.CLOSED): CaseState.CLOSED,
    (CaseState.REJECTED, Event.APPEALED): CaseState.APPEALED,
    (CaseState.REJECTED, Event.CLOSED): CaseState.CLOSED,
    (CaseState.APPEALED, Event.INFORMATION_ASKED): CaseState.INFO_REQUESTED,
    (CaseState.APPEALED, Event.APPROVED): CaseState.APPROVED,
    (CaseState.APPEALED, Event.REJECTED): CaseState.REJECTED,
    (CaseState.APPEALED, Event.WITHDRAWN): CaseState.WITHDRAWN,
}


def move(state: CaseState, event: Event) -> CaseState:
    """The state after ``event``; raises ``TransitionRefused`` where the table has no such row."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise TransitionRefused(f"a case that is {state} cannot be {event}") from None
