"""What billing's word about a refund means for our payout: pure, the same whenever and however often it is heard."""

from __future__ import annotations

from refunds.cases.lifecycle import GAVE_BACK, UNDER_WAY, PayoutEvent, PayoutState
from refunds.policy.records import RefundMade

_ON_ITS_WAY = frozenset({None, "", "processing"})  # waiting for these reasons is how refunds go
_ALIVE = frozenset({"pending", "requires_action", "succeeded"})
_ENDED = {
    "failed": PayoutEvent.FAILED,
    "cancelled": PayoutEvent.CANCELLED,
    "canceled": PayoutEvent.CANCELLED,
}


def news_of(state: PayoutState, refund: RefundMade) -> list[PayoutEvent]:
    """The events that bring a payout in ``state`` to where billing says its refund stands; none for what is known.

    News that is older than what we know, or a status that no provider of ours has, changes nothing. A refund that
    failed, was cancelled or came back after it had succeeded is a reversal.
    """
    events = [PayoutEvent.ACCEPTED] if state is PayoutState.REQUESTED else []
    now = PayoutState.SUBMITTED if events else state
    if now is PayoutState.SUCCEEDED:
        came_back = refund.status in _ENDED or refund.status == "reversed"
        return [PayoutEvent.REVERSED] if came_back else []
    return events + _while_under_way(now, refund) if now in UNDER_WAY else []


def _while_under_way(state: PayoutState, refund: RefundMade) -> list[PayoutEvent]:
    match refund.status:
        case "succeeded":
            return [PayoutEvent.SUCCEEDED]
        case "reversed":  # both happened while nobody looked
            return [PayoutEvent.SUCCEEDED, PayoutEvent.REVERSED]
        case "requires_action":
            return [] if state is PayoutState.NEEDS_CUSTOMER_DETAILS else [PayoutEvent.DETAILS_NEEDED]
        case "pending" if refund.status_reason in _ON_ITS_WAY:
            return [] if state is PayoutState.SUBMITTED else [PayoutEvent.RESUMED]
        case "pending":
            return [] if state is PayoutState.PENDING else [PayoutEvent.DELAYED]
    ended = _ENDED.get(refund.status)
    return [ended] if ended else []


def disagrees(state: PayoutState, refund: RefundMade) -> bool:
    """Whether billing holds a refund alive whose payout we count as ended: somebody must look, it may be paid twice."""
    return state in GAVE_BACK - {PayoutState.REVERSED} and refund.status in _ALIVE
