"""What of a payment may still go back: one row a payment, held by the database's own check."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from refunds.errors import NotFound, RefundsError
from refunds.money import Money
from refunds.tables import PaymentRow


class AboveCaptured(RefundsError):
    """More would go back than was captured; nothing was reserved and the transaction must be dropped."""


def record_payment(session: Session, payment_id: str, captured: Money, outside: Money, now: datetime) -> None:
    """Keep what was captured of a payment and what went back by other hands than ours.

    Raises ``AboveCaptured`` where that leaves too little for what is reserved already.
    """
    row = session.get(PaymentRow, payment_id, with_for_update=True)
    try:
        if row is None:
            with session.begin_nested():
                session.add(_new_row(payment_id, captured, outside, now))
            return
        row.captured_minor, row.outside_minor, row.updated_at = captured.minor, outside.minor, now
        session.flush()
    except IntegrityError as error:
        if row is None and session.get(PaymentRow, payment_id) is not None:
            record_payment(session, payment_id, captured, outside, now)  # another process made the row just now
            return
        raise AboveCaptured(f"payment {payment_id} does not hold that much") from error


def reserve(session: Session, payment_id: str, amount: Money, now: datetime) -> None:
    """Set ``amount`` of a recorded payment aside; raises ``AboveCaptured``, and ``NotFound`` where none is recorded."""
    try:
        _add(session, payment_id, amount.minor, now)
    except IntegrityError as error:
        raise AboveCaptured(f"less than {amount} is left of payment {payment_id}") from error


def release(session: Session, payment_id: str, amount: Money, now: datetime) -> None:
    """Free what was set aside for a payout that will not arrive; raises ``NotFound`` as ``reserve`` does."""
    _add(session, payment_id, -amount.minor, now)


def _add(session: Session, payment_id: str, minor: int, now: datetime) -> None:
    added = update(PaymentRow).where(PaymentRow.payment_id == payment_id)
    values = {"reserved_minor": PaymentRow.reserved_minor + minor, "updated_at": now}
    result = cast("CursorResult[Any]", session.execute(added.values(values)))
    if result.rowcount != 1:
        raise NotFound(f"payment {payment_id} was never recorded")


def _new_row(payment_id: str, captured: Money, outside: Money, now: datetime) -> PaymentRow:
    return PaymentRow(
        payment_id=payment_id,
        currency=captured.currency,
        captured_minor=captured.minor,
        outside_minor=outside.minor,
        reserved_minor=0,
        updated_at=now,
    )
