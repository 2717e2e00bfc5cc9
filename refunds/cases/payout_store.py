"""Payouts and what happened to them in the database; callers bring the session."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from refunds.cases.lifecycle import PAYOUT_INITIAL, PayoutEvent, PayoutState, move_payout
from refunds.cases.payout import Payout, PayoutHappening
from refunds.errors import NotFound, TransitionRefused
from refunds.money import Money
from refunds.tables import PayoutHappeningRow, PayoutRow

REQUESTED = "requested"  # the happening that makes a payout; it has no state before


def add_payout(session: Session, payout: Payout, *, who: str) -> Payout:
    """Store a new payout with its first happening."""
    session.add(_row(payout))
    session.flush()
    happening = PayoutHappening(payout.requested_at, who, REQUESTED, None, PAYOUT_INITIAL, None)
    _add_happening(session, payout.payout_id, 1, happening)
    return replace(payout, happenings=(happening,))


def change_payout(
    session: Session,
    payout: Payout,
    event: PayoutEvent,
    *,
    who: str,
    now: datetime,
    reason: str | None = None,
    **fields: Any,
) -> Payout:
    """Move ``payout`` by ``event``, with new ``fields`` where it brings some, and write it down.

    Raises ``TransitionRefused`` where the lifecycle forbids it or the payout changed since it was read; the
    transaction must be dropped then.
    """
    after = move_payout(payout.state, event)
    changed = replace(payout, state=after, reason=reason, version=payout.version + 1, updated_at=now, **fields)
    _update(session, payout, changed)
    happening = PayoutHappening(now, who, event.value, payout.state, after, reason)
    _add_happening(session, payout.payout_id, len(payout.happenings) + 1, happening)
    return replace(changed, happenings=(*payout.happenings, happening))


def note_on_payout(session: Session, payout: Payout, now: datetime, **fields: Any) -> Payout:
    """Give ``payout`` new ``fields`` (a trace id, billing's number) without moving it; raises as ``change_payout``."""
    changed = replace(payout, version=payout.version + 1, updated_at=now, **fields)
    _update(session, payout, changed)
    return changed


def get_payout(session: Session, payout_id: str) -> Payout:
    """The payout of that id; raises ``NotFound``."""
    row = session.get(PayoutRow, payout_id)
    if row is None:
        raise NotFound(f"there is no payout {payout_id}")
    return _payout(row, _happenings_of(session, [payout_id])[payout_id])


def payout_of_refund(session: Session, refund_id: str) -> str | None:
    """The id of the payout that billing knows as ``refund_id``."""
    return session.scalars(select(PayoutRow.payout_id).where(PayoutRow.refund_id == refund_id)).one_or_none()


def payouts_of_payment(session: Session, payment_id: str) -> list[Payout]:
    """All payouts of a payment, of whatever case, without what happened to them."""
    rows = session.scalars(select(PayoutRow).where(PayoutRow.payment_id == payment_id).order_by(PayoutRow.requested_at))
    return [_payout(row, ()) for row in rows]


def payouts_of(session: Session, case_ids: Sequence[str]) -> defaultdict[str, list[Payout]]:
    """The payouts of each case, oldest first."""
    found: defaultdict[str, list[Payout]] = defaultdict(list)
    if not case_ids:
        return found
    rows = session.scalars(select(PayoutRow).where(PayoutRow.case_id.in_(case_ids)).order_by(PayoutRow.attempt)).all()
    happenings = _happenings_of(session, [row.payout_id for row in rows])
    for row in rows:
        found[row.case_id].append(_payout(row, happenings[row.payout_id]))
    return found


def _update(session: Session, before: Payout, after: Payout) -> None:
    unchanged = update(PayoutRow).where(PayoutRow.payout_id == before.payout_id, PayoutRow.version == before.version)
    values = {
        "kind": after.kind,
        "state": after.state.value,
        "reason": after.reason,
        "refund_id": after.refund_id,
        "trace_type": after.trace_type,
        "trace_value": after.trace_value,
        "sends": after.sends,
        "first_sent_at": after.first_sent_at,
        "last_sent_at": after.last_sent_at,
        "submitted_at": after.submitted_at,
        "succeeded_at": after.succeeded_at,
        "updated_at": after.updated_at,
        "version": after.version,
    }
    result = cast("CursorResult[Any]", session.execute(unchanged.values(values)))
    if result.rowcount != 1:
        raise TransitionRefused(f"payout {before.payout_id} changed meanwhile; look at it again")


def _add_happening(session: Session, payout_id: str, number: int, happening: PayoutHappening) -> None:
    session.add(
        PayoutHappeningRow(
            payout_id=payout_id,
            number=number,
            at=happening.at,
            who=happening.who,
            what=happening.what,
            state_before=happening.state_before,
            state_after=happening.state_after,
            reason=happening.reason,
        )
    )
    session.flush()


def _happenings_of(session: Session, payout_ids: Sequence[str]) -> defaultdict[str, list[PayoutHappening]]:
    found: defaultdict[str, list[PayoutHappening]] = defaultdict(list)
    theirs = select(PayoutHappeningRow).where(PayoutHappeningRow.payout_id.in_(payout_ids))
    for row in session.scalars(theirs.order_by(PayoutHappeningRow.number)) if payout_ids else ():
        before = None if row.state_before is None else PayoutState(row.state_before)
        happening = PayoutHappening(row.at, row.who, row.what, before, PayoutState(row.state_after), row.reason)
        found[row.payout_id].append(happening)
    return found


def _row(payout: Payout) -> PayoutRow:
    return PayoutRow(
        payout_id=payout.payout_id,
        case_id=payout.case_id,
        attempt=payout.attempt,
        payment_id=payout.payment_id,
        route=payout.route,
        original_route=payout.original_route,
        kind=payout.kind,
        amount_minor=payout.amount.minor,
        currency=payout.amount.currency,
        state=payout.state.value,
        reason=payout.reason,
        idempotency_key=payout.idempotency_key,
        sends=payout.sends,
        requested_at=payout.requested_at,
        updated_at=payout.updated_at,
        version=payout.version,
    )


def _payout(row: PayoutRow, happenings: Sequence[PayoutHappening]) -> Payout:
    return Payout(
        payout_id=row.payout_id,
        case_id=row.case_id,
        attempt=row.attempt,
        payment_id=row.payment_id,
        route=row.route,
        original_route=row.original_route,
        amount=Money.from_minor(row.amount_minor, row.currency),
        state=PayoutState(row.state),
        idempotency_key=row.idempotency_key,
        requested_at=row.requested_at,
        updated_at=row.updated_at,
        kind=row.kind,
        reason=row.reason,
        refund_id=row.refund_id,
        trace_type=row.trace_type,
        trace_value=row.trace_value,
        sends=row.sends,
        first_sent_at=row.first_sent_at,
        last_sent_at=row.last_sent_at,
        submitted_at=row.submitted_at,
        succeeded_at=row.succeeded_at,
        version=row.version,
        happenings=tuple(happenings),
    )
