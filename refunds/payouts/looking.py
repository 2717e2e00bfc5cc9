"""When to ask billing again: often while news is likely, then ever more rarely, until none is due any more. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from refunds.cases.lifecycle import UNDER_WAY, PayoutState
from refunds.cases.payout import Payout

_SOONEST = timedelta(seconds=5)
_RAREST = timedelta(hours=6)
_RAREST_AFTER_SUCCESS = timedelta(days=1)
# A trace id may take 7 business days (refund facts, S10), a failure may show up to 30 calendar days later (S9).
_UNTIL = timedelta(days=31)


def first_look(now: datetime) -> datetime:
    """When billing is asked for the first time after it took a refund on; a webhook may be quicker."""
    return now + _SOONEST


def next_look(payout: Payout, now: datetime) -> datetime | None:
    """When to ask next, half as long from now as the payout is old, within bounds; None when it is over."""
    if payout.state in UNDER_WAY:
        age = now - (payout.submitted_at or payout.requested_at)
        return now + min(max(age / 2, _SOONEST), _RAREST)
    if payout.state is PayoutState.SUCCEEDED and payout.succeeded_at and now < payout.succeeded_at + _UNTIL:
        rarest = _RAREST_AFTER_SUCCESS if payout.trace_value or payout.kind == "reversal" else _RAREST
        return now + min(max((now - payout.succeeded_at) / 2, timedelta(minutes=1)), rarest)
    return None
