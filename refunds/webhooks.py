"""Taking in what billing tells by webhook: kept once, and the payout it may concern is looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from refunds import outbox
from refunds.cases.payout_store import payout_of_refund
from refunds.database import Database
from refunds.tables import PayoutRow, WebhookRow

# Billing sends an event again for hours at most; until then it must be known.
KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class RefundEvent:
    """News of a refund, and nothing that is believed of it: how the refund stands is asked of billing.

    ``reference`` is what its maker calls it: of ours, the payout's id.
    """

    event_id: str
    kind: str
    refund_id: str
    reference: str | None


def take_in(database: Database, event: RefundEvent, now: datetime) -> bool:
    """Keep ``event`` and, where its refund is one of ours, have the worker ask billing about it.

    False for an event taken in before, which changes nothing. Raises ``DatabaseUnavailable``.
    """
    try:
        with database.transaction() as session:
            return _keep(session, event, now)
    except IntegrityError:
        return False  # another process took in the same event at this very moment


def forget_old(database: Database, now: datetime) -> int:
    """Delete events that were taken in more than 90 days ago; returns how many."""
    with database.transaction() as session:
        gone = session.execute(delete(WebhookRow).where(WebhookRow.received_at < now - KEPT))
        return cast("CursorResult[Any]", gone).rowcount


def _keep(session: Session, event: RefundEvent, now: datetime) -> bool:
    if session.get(WebhookRow, event.event_id) is not None:
        return False
    row = WebhookRow(event_id=event.event_id, kind=event.kind, refund_id=event.refund_id, received_at=now)
    session.add(row)
    session.flush()
    if payout_id := _payout_of(session, event):
        outbox.write(session, "payout_follow", f"payout_follow:{event.event_id}", {"payout_id": payout_id}, now)
    return True


def _payout_of(session: Session, event: RefundEvent) -> str | None:
    """The payout of that refund; by reference where billing's number did not reach us, as after a time-out."""
    if known := payout_of_refund(session, event.refund_id):
        return known
    referred = session.get(PayoutRow, event.reference) if event.reference else None
    return referred.payout_id if referred else None
