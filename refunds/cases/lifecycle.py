"""The states of a case and of a payout, and what moves each from one to another: a table each, no other way."""

from __future__ import annotations

from enum import StrEnum

from refunds.errors import TransitionRefused


class CaseState(StrEnum):
    """Where a case stands."""

    SUBMITTED = "submitted"
    VERIFYING = "verifying"
    INFO_REQUESTED = "info_requested"
    APPROVED = "approved"
    PAID = "paid"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    APPEALED = "appealed"
    CLOSED = "closed"


class Event(StrEnum):
    """What can happen to a case."""

    VERIFICATION_STARTED = "verification_started"
    INFORMATION_ASKED = "information_asked"
    INFORMATION_GIVEN = "information_given"
    AMOUNT_CHANGED = "amount_changed"
    FIRST_APPROVED = "first_approved"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    APPEALED = "appealed"
    ROUTE_AGREED = "route_agreed"
    PAYOUT_FAILED = "payout_failed"
    PAID = "paid"
    PAYOUT_REVERSED = "payout_reversed"
    CLOSED = "closed"


FILED = "filed"  # the event that makes a case; it has no state before
INITIAL = CaseState.SUBMITTED
OPEN = frozenset(CaseState) - {CaseState.REJECTED, CaseState.WITHDRAWN, CaseState.CLOSED}
# Where nobody has decided yet.
UNDECIDED = frozenset({CaseState.SUBMITTED, CaseState.VERIFYING, CaseState.INFO_REQUESTED, CaseState.APPEALED})

TRANSITIONS: dict[tuple[CaseState, Event], CaseState] = {
    (CaseState.SUBMITTED, Event.VERIFICATION_STARTED): CaseState.VERIFYING,
    (CaseState.SUBMITTED, Event.INFORMATION_ASKED): CaseState.INFO_REQUESTED,
    (CaseState.SUBMITTED, Event.AMOUNT_CHANGED): CaseState.SUBMITTED,
    (CaseState.SUBMITTED, Event.FIRST_APPROVED): CaseState.VERIFYING,
    (CaseState.SUBMITTED, Event.APPROVED): CaseState.APPROVED,
    (CaseState.SUBMITTED, Event.REJECTED): CaseState.REJECTED,
    (CaseState.SUBMITTED, Event.WITHDRAWN): CaseState.WITHDRAWN,
    (CaseState.VERIFYING, Event.INFORMATION_ASKED): CaseState.INFO_REQUESTED,
    (CaseState.VERIFYING, Event.AMOUNT_CHANGED): CaseState.VERIFYING,
    (CaseState.VERIFYING, Event.FIRST_APPROVED): CaseState.VERIFYING,
    (CaseState.VERIFYING, Event.APPROVED): CaseState.APPROVED,
    (CaseState.VERIFYING, Event.REJECTED): CaseState.REJECTED,
    (CaseState.VERIFYING, Event.WITHDRAWN): CaseState.WITHDRAWN,
    (CaseState.INFO_REQUESTED, Event.INFORMATION_GIVEN): CaseState.VERIFYING,
    (CaseState.INFO_REQUESTED, Event.AMOUNT_CHANGED): CaseState.INFO_REQUESTED,
    (CaseState.INFO_REQUESTED, Event.FIRST_APPROVED): CaseState.VERIFYING,
    (CaseState.INFO_REQUESTED, Event.APPROVED): CaseState.APPROVED,
    (CaseState.INFO_REQUESTED, Event.REJECTED): CaseState.REJECTED,
    (CaseState.INFO_REQUESTED, Event.WITHDRAWN): CaseState.WITHDRAWN,
    (CaseState.APPROVED, Event.ROUTE_AGREED): CaseState.APPROVED,
    (CaseState.APPROVED, Event.PAYOUT_FAILED): CaseState.APPROVED,
    (CaseState.APPROVED, Event.PAID): CaseState.PAID,
    (CaseState.APPROVED, Event.CLOSED): CaseState.CLOSED,
    (CaseState.PAID, Event.PAYOUT_REVERSED): CaseState.APPROVED,
    (CaseState.PAID, Event.CLOSED): CaseState.CLOSED,
    (CaseState.CLOSED, Event.PAYOUT_REVERSED): CaseState.APPROVED,  # money may come back weeks later
    (CaseState.REJECTED, Event.APPEALED): CaseState.APPEALED,
    (CaseState.REJECTED, Event.CLOSED): CaseState.CLOSED,
    (CaseState.APPEALED, Event.INFORMATION_ASKED): CaseState.INFO_REQUESTED,
    (CaseState.APPEALED, Event.AMOUNT_CHANGED): CaseState.APPEALED,
    (CaseState.APPEALED, Event.FIRST_APPROVED): CaseState.APPEALED,
    (CaseState.APPEALED, Event.APPROVED): CaseState.APPROVED,
    (CaseState.APPEALED, Event.REJECTED): CaseState.REJECTED,
    (CaseState.APPEALED, Event.WITHDRAWN): CaseState.WITHDRAWN,
}


def move(state: CaseState, event: Event) -> CaseState:
    """The state after ``event``; raises ``TransitionRefused`` where the table has no such row."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise TransitionRefused(f"a case that is {_words(state)} cannot be {_words(event)}") from None


class PayoutState(StrEnum):
    """Where money on its way back stands. The first is ours to know, the others are billing's to tell."""

    REQUESTED = "requested"
    SUBMITTED = "submitted"
    PENDING = "pending"
    NEEDS_CUSTOMER_DETAILS = "needs_customer_details"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REVERSED = "reversed"


class PayoutEvent(StrEnum):
    """What can happen to a payout."""

    SENT = "sent"  # the intent, stored before billing is asked
    ACCEPTED = "accepted"
    DELAYED = "delayed"
    DETAILS_NEEDED = "details_needed"
    RESUMED = "resumed"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REVERSED = "reversed"


PAYOUT_INITIAL = PayoutState.REQUESTED
# Money that may still arrive: it counts against what was captured, and a case has one such payout at most.
UNDER_WAY = frozenset(
    {PayoutState.REQUESTED, PayoutState.SUBMITTED, PayoutState.PENDING, PayoutState.NEEDS_CUSTOMER_DETAILS}
)
# Money that is not with the customer and will not come by this payout: what was reserved for it is free again.
GAVE_BACK = frozenset({PayoutState.FAILED, PayoutState.CANCELLED, PayoutState.REVERSED})

PAYOUT_TRANSITIONS: dict[tuple[PayoutState, PayoutEvent], PayoutState] = {
    (PayoutState.REQUESTED, PayoutEvent.SENT): PayoutState.REQUESTED,
    (PayoutState.REQUESTED, PayoutEvent.ACCEPTED): PayoutState.SUBMITTED,
    (PayoutState.REQUESTED, PayoutEvent.FAILED): PayoutState.FAILED,
    (PayoutState.REQUESTED, PayoutEvent.CANCELLED): PayoutState.CANCELLED,
    (PayoutState.SUBMITTED, PayoutEvent.DELAYED): PayoutState.PENDING,
    (PayoutState.SUBMITTED, PayoutEvent.DETAILS_NEEDED): PayoutState.NEEDS_CUSTOMER_DETAILS,
    (PayoutState.SUBMITTED, PayoutEvent.SUCCEEDED): PayoutState.SUCCEEDED,
    (PayoutState.SUBMITTED, PayoutEvent.FAILED): PayoutState.FAILED,
    (PayoutState.SUBMITTED, PayoutEvent.CANCELLED): PayoutState.CANCELLED,
    (PayoutState.PENDING, PayoutEvent.RESUMED): PayoutState.SUBMITTED,
    (PayoutState.PENDING, PayoutEvent.DETAILS_NEEDED): PayoutState.NEEDS_CUSTOMER_DETAILS,
    (PayoutState.PENDING, PayoutEvent.SUCCEEDED): PayoutState.SUCCEEDED,
    (PayoutState.PENDING, PayoutEvent.FAILED): PayoutState.FAILED,
    (PayoutState.PENDING, PayoutEvent.CANCELLED): PayoutState.CANCELLED,
    (PayoutState.NEEDS_CUSTOMER_DETAILS, PayoutEvent.RESUMED): PayoutState.SUBMITTED,
    (PayoutState.NEEDS_CUSTOMER_DETAILS, PayoutEvent.DELAYED): PayoutState.PENDING,
    (PayoutState.NEEDS_CUSTOMER_DETAILS, PayoutEvent.SUCCEEDED): PayoutState.SUCCEEDED,
    (PayoutState.NEEDS_CUSTOMER_DETAILS, PayoutEvent.FAILED): PayoutState.FAILED,
    (PayoutState.NEEDS_CUSTOMER_DETAILS, PayoutEvent.CANCELLED): PayoutState.CANCELLED,
    (PayoutState.SUCCEEDED, PayoutEvent.REVERSED): PayoutState.REVERSED,
}


def move_payout(state: PayoutState, event: PayoutEvent) -> PayoutState:
    """The state after ``event``; raises ``TransitionRefused`` where the table has no such row."""
    try:
        return PAYOUT_TRANSITIONS[state, event]
    except KeyError:
        raise TransitionRefused(f"a payout that is {_words(state)} cannot be {_words(event)}") from None


def _words(name: StrEnum) -> str:
    return name.value.replace("_", " ")
