"""Sending money back and following it: what the worker does, and what a person may ask it to do again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from refunds import outbox
from refunds.backoffice.client import BackOffice
from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.lifecycle import Event, PayoutEvent, PayoutState
from refunds.cases.payout import Payout
from refunds.cases.payout_failures import OTHER_ROUTES
from refunds.cases.payout_store import change_payout, get_payout
from refunds.cases.reservations import AboveCaptured, record_payment
from refunds.database import Database
from refunds.days import BankCalendars
from refunds.errors import BackOfficeRefused, TransitionRefused
from refunds.notify.notices import Notices
from refunds.payouts.learning import WORKER, Learning
from refunds.payouts.looking import next_look
from refunds.payouts.planning import LOOK, Planning, went_elsewhere
from refunds.policy.book import PolicyBook
from refunds.policy.records import Records, RefundMade

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# Billing may still be busy with a call that we gave up on: no new key and no end before it must have arrived.
QUIET_BEFORE_A_NEW_KEY = timedelta(minutes=10)
_KEY_HAS_ANOTHER_BODY = "idempotency_key_reused"
_REFUSALS = {"refund_exceeds_payment": "refunded_elsewhere"}


class Payouts:
    """Payouts from request to money. Every method may be repeated, by several workers, after any crash.

    Before billing is asked to make a refund, the intent is stored, and billing is asked whether it has made it already:
    a payout has one idempotency key and one reference for life. No transaction is open while billing is asked.
    """

    def __init__(
        self,
        database: Database,
        backoffice: BackOffice,
        policy: PolicyBook,
        calendars: BankCalendars,
        notices: Notices,
    ) -> None:
        self._database = database
        self._backoffice = backoffice
        self._planning = Planning(policy, calendars)
        self._learning = Learning(self._planning, notices)
        self.plan = self._planning.plan

    def send(self, payout_id: str, now: datetime) -> None:
        """Have billing make the refund of a requested payout; nothing for one that was sent or stopped.

        Raises ``BackOfficeUnavailable`` where it may or may not have been made, and ``TransitionRefused`` where it is
        to be stopped but a call that was given up on may still arrive: send again later.
        """
        payout, case = self._read(payout_id)
        if payout.state is not PayoutState.REQUESTED:
            return
        records = self._backoffice.records_for(case.order_id)
        refund = _made_for(payout, records)
        if refund is None:
            if (why_not := self._why_not(payout, records)) is not None:
                self._stop(payout_id, why_not, records, now)
                return
            refund = self._create(payout, records, now)
        if refund is not None:
            self._learn(payout_id, refund, records, now)

    def follow(self, payout_id: str, now: datetime) -> None:
        """Ask billing where the refund of a payout stands, and learn it."""
        payout, case = self._read(payout_id)
        records = self._backoffice.records_for(case.order_id)
        refund = _made_for(payout, records)
        if refund is not None:
            self._learn(payout_id, refund, records, now)

    def look(self, payout_id: str, number: int, now: datetime) -> None:
        """Follow a payout for the ``number``-th time unasked, and note when to look next."""
        self.follow(payout_id, now)
        with self._database.transaction() as session:
            due = next_look(get_payout(session, payout_id), now)
            if due is not None:
                payload = {"payout_id": payout_id, "number": number + 1}
                outbox.write(session, LOOK, f"{LOOK}:{payout_id}:{number + 1}", payload, now, due_at=due)

    def pay_again(self, case_id: str, *, route: str | None, who: str, now: datetime) -> Payout:
        """Request another payout of an approved case: along ``route`` as agreed with the customer, or as before.

        One that never reached billing is cancelled first, ten minutes after it was last tried. Raises
        ``TransitionRefused`` where money is on its way, the case is not approved, or the route is not one of those
        that can be agreed; ``AboveCaptured`` where the payment does not hold the amount any more.
        """
        with self._database.reading() as session:
            case = store.get(session, case_id)
        records = self._backoffice.records_for(case.order_id)
        payment = records.order.payment
        if route is not None and route not in (payment.method, *OTHER_ROUTES):
            raise TransitionRefused(f"{route} is no route to pay along; choose one of {', '.join(OTHER_ROUTES)}")
        if payment.disputed:
            raise TransitionRefused("the payment is disputed at the bank: it could be paid twice; settle that first")
        with self._database.transaction() as session:
            case = store.get(session, case_id)
            self._drop_never_made(session, case, records, now)
            route = route or case.agreed_route
            why = f"to be paid along {route or payment.method}"
            case = store.change(session, case, Event.ROUTE_AGREED, who=who, why=why, now=now, agreed_route=route)
            return self._planning.plan(session, store.get(session, case_id), records, who=who, now=now, route=route)

    def _read(self, payout_id: str) -> tuple[Payout, Case]:
        with self._database.reading() as session:
            payout = get_payout(session, payout_id)
            return payout, store.get(session, payout.case_id)

    def _why_not(self, payout: Payout, records: Records) -> str | None:
        """What forbids to send now what was right to request then."""
        if records.order.payment.disputed:
            return "disputed"
        with self._database.reading() as session:
            left = records.order.payment.amount - went_elsewhere(session, records)
        return "refunded_elsewhere" if left < payout.amount else None

    def _create(self, payout: Payout, records: Records, now: datetime) -> RefundMade | None:
        """The refund as billing made it; None where it refused for good, which is learned then."""
        try:
            before, payout = self._store_intent(payout.payout_id, records, now)
        except AboveCaptured:
            self._stop(payout.payout_id, "refunded_elsewhere", records, now)
            return None
        try:
            return self._backoffice.create_refund(
                payout.payment_id,
                payout.amount,
                f"case {payout.case_id}",
                payout.idempotency_key,
                reference=payout.payout_id,
                route=None if payout.original_route else payout.route,
            )
        except BackOfficeRefused as refusal:
            if refusal.code == _KEY_HAS_ANOTHER_BODY:
                raise  # somebody else used our key: a person must look before anything else is tried
            # An earlier call may fare better, and so may a later one: the payout must be as this call left it.
            _refuse_while_a_call_may_arrive(before, now)
            with self._database.transaction() as session:
                reason = _REFUSALS.get(refusal.code, refusal.code)
                self._learning.refused(session, payout, reason, records, now)
            return None

    def _store_intent(self, payout_id: str, records: Records, now: datetime) -> tuple[Payout, Payout]:
        """The payout as it was, and as it is with the intent to call billing now."""
        payment = records.order.payment
        with self._database.transaction() as session:
            payout = get_payout(session, payout_id)
            record_payment(session, payment.payment_id, payment.amount, went_elsewhere(session, records), now)
            sent = change_payout(
                session,
                payout,
                PayoutEvent.SENT,
                who=WORKER,
                now=now,
                sends=payout.sends + 1,
                first_sent_at=payout.first_sent_at or now,
                last_sent_at=now,
            )
            return payout, sent

    def _learn(self, payout_id: str, refund: RefundMade, records: Records, now: datetime) -> None:
        with self._database.transaction() as session:
            self._learning.learn(session, payout_id, refund, records, now)

    def _stop(self, payout_id: str, why: str, records: Records, now: datetime) -> None:
        with self._database.transaction() as session:
            payout = get_payout(session, payout_id)
            _refuse_while_a_call_may_arrive(payout, now)
            self._learning.stop(session, payout, why, records, now)

    def _drop_never_made(self, session: Session, case: Case, records: Records, now: datetime) -> None:
        payout = next((p for p in case.payouts if p.state is PayoutState.REQUESTED), None)
        if payout is None:
            return
        if _made_for(payout, records) is not None:
            raise TransitionRefused(f"billing has made the refund of case {case.case_id}; it will be learned shortly")
        if payout.last_sent_at is None:
            raise TransitionRefused(f"the payout of case {case.case_id} is about to be sent")
        _refuse_while_a_call_may_arrive(payout, now)
        self._learning.drop(session, payout, now)


def _refuse_while_a_call_may_arrive(payout: Payout, now: datetime) -> None:
    if payout.last_sent_at is not None and now < payout.last_sent_at + QUIET_BEFORE_A_NEW_KEY:
        raise TransitionRefused(f"the payout of case {payout.case_id} is being sent; try again in ten minutes")


def _made_for(payout: Payout, records: Records) -> RefundMade | None:
    """The refund that billing made for ``payout``, known by our reference."""
    return next((refund for refund in records.refunds if refund.reference == payout.payout_id), None)
