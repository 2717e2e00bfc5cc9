"""Requesting a payout: what is left of the payment, the reservation, and the row that makes the worker send it."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import TYPE_CHECKING

from refunds import outbox
from refunds.cases.case import Case
from refunds.cases.expected import window_of, zone_of
from refunds.cases.lifecycle import PAYOUT_INITIAL, UNDER_WAY, PayoutState
from refunds.cases.payout import Payout, payout_key
from refunds.cases.payout_store import add_payout, payouts_of_payment
from refunds.cases.promises import PromiseKind, promise
from refunds.cases.reservations import record_payment, reserve
from refunds.days import BankCalendars, local_day
from refunds.errors import TransitionRefused
from refunds.money import Money
from refunds.policy.book import PolicyBook
from refunds.policy.payment import made
from refunds.policy.records import Records

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SEND, LOOK, FOLLOW = "payout_send", "payout_look", "payout_follow"
_HOLDS_MONEY = UNDER_WAY | {PayoutState.SUCCEEDED}


class Planning:
    """Writes payouts into the transaction of whoever decides on them."""

    def __init__(self, policy: PolicyBook, calendars: BankCalendars) -> None:
        self._policy = policy
        self._calendars = calendars

    def plan(
        self,
        session: Session,
        case: Case,
        records: Records,
        *,
        who: str,
        now: datetime,
        route: str | None = None,
        not_before: datetime | None = None,
    ) -> Payout:
        """Request the payout of an approved ``case`` along ``route``, the payment's own if None.

        ``records`` are fresh. Raises ``AboveCaptured`` where the payment does not hold the amount any more, and
        ``TransitionRefused`` for a case without an amount or with a payout under way; the transaction must be dropped.
        """
        if case.amount is None:
            raise TransitionRefused(f"case {case.case_id} has no amount; set it first")
        if any(payout.state in _HOLDS_MONEY for payout in case.payouts):
            raise TransitionRefused(f"the money of case {case.case_id} is on its way already")
        payment = records.order.payment
        record_payment(session, payment.payment_id, payment.amount, went_elsewhere(session, records), now)
        reserve(session, payment.payment_id, case.amount, now)
        attempt = len(case.payouts) + 1
        payout = Payout(
            payout_id=secrets.token_hex(16),
            case_id=case.case_id,
            attempt=attempt,
            payment_id=payment.payment_id,
            route=route or payment.method,
            original_route=route in (None, payment.method),
            amount=case.amount,
            state=PAYOUT_INITIAL,
            idempotency_key=payout_key(case.case_id, attempt),
            requested_at=now,
            updated_at=now,
        )
        payout = add_payout(session, payout, who=who)
        outbox.write(
            session, SEND, f"{SEND}:{payout.payout_id}", {"payout_id": payout.payout_id}, now, due_at=not_before
        )
        self.promise_arrival(session, case, payout, now)
        return payout

    def today(self, case: Case, now: datetime) -> date:
        """The day of ``now`` where the customer of ``case`` lives."""
        return local_day(now, zone_of(case, self._policy))

    def promise_arrival(self, session: Session, case: Case, payout: Payout, now: datetime) -> None:
        """Note by when the money of ``payout`` should be there, as the customer is told."""
        zone = zone_of(case, self._policy)
        window = window_of(case, payout, self._policy, self._calendars, zone)
        promise(session, case.case_id, PromiseKind.ARRIVE_BY, window.latest, str(zone), window.basis, now)


def went_elsewhere(session: Session, records: Records) -> Money:
    """What of a payment went back, or is on its way back, by other hands than our payouts that hold money."""
    payment = records.order.payment
    zero = Money.zero(payment.amount.currency)
    payouts = payouts_of_payment(session, payment.payment_id)
    ours = {payout.payout_id for payout in payouts if payout.state in _HOLDS_MONEY}
    by_others = sum((r.amount for r in records.refunds if made(r) and r.reference not in ours), start=zero)
    back_by_us = sum((r.amount for r in records.refunds if r.status == "succeeded" and r.reference in ours), start=zero)
    back = payment.amount if payment.status == "refunded" else payment.refunded
    return max(by_others, back - back_by_us, zero)
