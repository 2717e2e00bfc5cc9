"""What follows from billing's news about a payout: its state, the case's, the reservation, promises, notices, tasks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog

from refunds import outbox
from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.lifecycle import GAVE_BACK, TRANSITIONS, CaseState, Event, PayoutEvent, PayoutState
from refunds.cases.payout import Payout
from refunds.cases.payout_failures import PAUSE_BEFORE_AGAIN, NextRoute, next_route
from refunds.cases.payout_news import disagrees, news_of
from refunds.cases.payout_store import change_payout, get_payout, note_on_payout
from refunds.cases.promises import PromiseKind, PromiseOutcome, end_promise
from refunds.cases.reservations import AboveCaptured, release
from refunds.cases.tasks import finish_tasks_of, open_task
from refunds.notify.notices import Notices, Occasion
from refunds.payouts.looking import first_look
from refunds.payouts.planning import LOOK, Planning
from refunds.policy.records import Records, RefundMade

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_log = structlog.get_logger()

BILLING, WORKER = "billing", "worker"
NEVER_MADE = "never_made"
_SETTLED_BY_PAYING = frozenset({"agree_route", "payout_failed", "payout_not_sent", "overdue_payout"})
_GIVES_A_REASON = frozenset(
    {PayoutEvent.DELAYED, PayoutEvent.DETAILS_NEEDED, PayoutEvent.FAILED, PayoutEvent.CANCELLED, PayoutEvent.REVERSED}
)


class Learning:
    """Writes what is learned into one transaction each; the caller brings the session."""

    def __init__(self, planning: Planning, notices: Notices) -> None:
        self._planning = planning
        self._notices = notices
        self._consequences: dict[PayoutEvent, Callable[[Session, Case, Payout, datetime], None]] = {
            PayoutEvent.ACCEPTED: self._accepted,
            PayoutEvent.DELAYED: self._delayed,
            PayoutEvent.DETAILS_NEEDED: self._details_needed,
            PayoutEvent.SUCCEEDED: self._succeeded,
            PayoutEvent.FAILED: self._failed,
            PayoutEvent.CANCELLED: self._failed,
            PayoutEvent.REVERSED: self._reversed,
        }

    def learn(self, session: Session, payout_id: str, refund: RefundMade, records: Records, now: datetime) -> None:
        """Bring a payout to where billing says that ``refund`` stands; what is known already changes nothing.

        Raises ``TransitionRefused`` where another process learned something in the same moment.
        """
        payout = get_payout(session, payout_id)
        if disagrees(payout.state, refund):
            _open_disagreement(session, payout, refund, now)
        for event in news_of(payout.state, refund):
            reason = refund.status_reason if event in _GIVES_A_REASON else None
            told = _told(event, refund, now)
            payout = change_payout(session, payout, event, who=BILLING, now=now, reason=reason, **told)
            self._follow_from(session, event, payout, records, now)
        if refund.trace_value and payout.state is PayoutState.SUCCEEDED and payout.trace_value != refund.trace_value:
            self._traced(session, payout, refund, now)
        if payout.state is PayoutState.PENDING and refund.status == "pending" and payout.reason != refund.status_reason:
            note_on_payout(session, payout, now, reason=refund.status_reason)

    def stop(self, session: Session, payout: Payout, reason: str, records: Records, now: datetime) -> None:
        """Do not send a requested payout after all: a dispute is open, or billing has sent the money already."""
        payout = change_payout(session, payout, PayoutEvent.CANCELLED, who=WORKER, now=now, reason=reason)
        _let_go(session, payout, now)
        case = _change(session, store.get(session, payout.case_id), Event.PAYOUT_FAILED, WORKER, reason, now)
        elsewhere = _whole_amount_elsewhere(case, records) if reason == "refunded_elsewhere" else None
        if elsewhere is None:
            key = f"stopped:{payout.payout_id}"
            self._notices.tell(session, case, Occasion.STOPPED, key=key, now=now, payout=payout)
            _open_failure_task(session, payout, NextRoute.PERSON, now)
            return
        case = _change(session, case, Event.CLOSED, WORKER, f"billing sent {elsewhere.refund_id} already", now)
        self._notices.tell(
            session,
            case,
            Occasion.CLOSED_ELSEWHERE,
            key=f"closed_elsewhere:{payout.payout_id}",
            now=now,
            payout=payout,
            refund_id=elsewhere.refund_id,
            day=elsewhere.created_at.date().isoformat(),
            amount=elsewhere.amount.as_json(),
        )

    def drop(self, session: Session, payout: Payout, now: datetime) -> None:
        """Give a requested payout up that never reached billing, so that another can take its place."""
        payout = change_payout(session, payout, PayoutEvent.CANCELLED, who=WORKER, now=now, reason=NEVER_MADE)
        _let_go(session, payout, now)

    def refused(self, session: Session, payout: Payout, reason: str, records: Records, now: datetime) -> None:
        """Billing refused for good to make the refund of a requested payout."""
        payout = change_payout(session, payout, PayoutEvent.FAILED, who=BILLING, now=now, reason=reason)
        self._follow_from(session, PayoutEvent.FAILED, payout, records, now)

    def _follow_from(
        self, session: Session, event: PayoutEvent, payout: Payout, records: Records, now: datetime
    ) -> None:
        consequence = self._consequences.get(event)
        if consequence is None:
            return
        consequence(session, store.get(session, payout.case_id), payout, now)
        if event in (PayoutEvent.FAILED, PayoutEvent.CANCELLED):
            self._find_a_way(session, payout, records, now)

    def _accepted(self, session: Session, case: Case, payout: Payout, now: datetime) -> None:
        end_promise(session, case.case_id, PromiseKind.PAY_BY, PromiseOutcome.KEPT, now)
        late = case.statutory_due is not None and self._planning.today(case, now) > case.statutory_due
        statutory = PromiseOutcome.SLIPPED if late else PromiseOutcome.KEPT
        end_promise(session, case.case_id, PromiseKind.STATUTORY_BY, statutory, now)
        self._planning.promise_arrival(session, case, payout, now)
        finish_tasks_of(session, case.case_id, _SETTLED_BY_PAYING, who=WORKER, now=now)
        payload = {"payout_id": payout.payout_id, "number": 1}
        outbox.write(session, LOOK, f"{LOOK}:{payout.payout_id}:1", payload, now, due_at=first_look(now))

    def _delayed(self, session: Session, case: Case, payout: Payout, now: datetime) -> None:
        key = f"delayed:{payout.payout_id}:{payout.reason}"
        self._notices.tell(session, case, Occasion.DELAYED, key=key, now=now, payout=payout)

    def _details_needed(self, session: Session, case: Case, payout: Payout, now: datetime) -> None:
        key = f"details_needed:{payout.payout_id}"
        self._notices.tell(session, case, Occasion.DETAILS_NEEDED, key=key, now=now, payout=payout)

    def _succeeded(self, session: Session, case: Case, payout: Payout, now: datetime) -> None:
        case = _change(session, case, Event.PAID, BILLING, f"{payout.amount} along {payout.route}", now)
        self._planning.promise_arrival(session, case, payout, now)
        self._notices.tell(session, case, Occasion.PAID, key=f"paid:{payout.payout_id}", now=now, payout=payout)

    def _traced(self, session: Session, payout: Payout, refund: RefundMade, now: datetime) -> None:
        """A trace id that came days after the success is told too: it is what the bank asks for."""
        payout = note_on_payout(session, payout, now, trace_type=refund.trace_type, trace_value=refund.trace_value)
        case = store.get(session, payout.case_id)
        key = f"traced:{payout.payout_id}:{refund.trace_value}"
        self._notices.tell(session, case, Occasion.TRACED, key=key, now=now, payout=payout)

    def _failed(self, session: Session, case: Case, payout: Payout, now: datetime) -> None:
        _let_go(session, payout, now)
        _change(session, case, Event.PAYOUT_FAILED, BILLING, payout.reason or "no reason given", now)

    def _find_a_way(self, session: Session, payout: Payout, records: Records, now: datetime) -> None:
        """What comes next after a failure: again by itself, another route, or a person; the customer hears which."""
        case = store.get(session, payout.case_id)
        following = next_route(payout.reason, _failed_along(case, payout.route))
        if following is NextRoute.AGAIN and not self._planned_again(session, case, payout, records, now):
            following = NextRoute.PERSON
        if following is not NextRoute.AGAIN:
            _open_failure_task(session, payout, following, now)
        self._notices.tell(
            session,
            case,
            Occasion.FAILED,
            key=f"failed:{payout.payout_id}",
            now=now,
            payout=payout,
            next_route=following.value,
        )

    def _planned_again(self, session: Session, case: Case, payout: Payout, records: Records, now: datetime) -> bool:
        """Request the same payout once more, a little later; False where the payment does not hold it any more."""
        route = None if payout.original_route else payout.route
        later = now + PAUSE_BEFORE_AGAIN
        try:
            with session.begin_nested():
                self._planning.plan(session, case, records, who=WORKER, now=now, route=route, not_before=later)
        except AboveCaptured:
            return False
        return True

    def _reversed(self, session: Session, case: Case, payout: Payout, now: datetime) -> None:
        _let_go(session, payout, now)
        why = payout.reason or "the money came back to us"
        if case.state is not CaseState.CLOSED or store.open_case_of(session, case.order_id) is None:
            case = _change(session, case, Event.PAYOUT_REVERSED, BILLING, why, now)
        _open_failure_task(session, payout, NextRoute.OTHER_ROUTE, now)
        self._notices.tell(session, case, Occasion.REVERSED, key=f"reversed:{payout.payout_id}", now=now, payout=payout)


def _told(event: PayoutEvent, refund: RefundMade, now: datetime) -> dict[str, Any]:
    """What billing's word adds to a payout besides its state."""
    match event:
        case PayoutEvent.ACCEPTED:
            return {"refund_id": refund.refund_id, "kind": refund.kind, "submitted_at": refund.created_at}
        case PayoutEvent.SUCCEEDED:
            return {"succeeded_at": now, "trace_type": refund.trace_type, "trace_value": refund.trace_value}
    return {}


def _open_disagreement(session: Session, payout: Payout, refund: RefundMade, now: datetime) -> None:
    key = f"payout_disagrees:{payout.payout_id}"
    details = {"payout_id": payout.payout_id, "refund_id": refund.refund_id, "status": refund.status}
    open_task(session, "payout_disagrees", key, now, case_id=payout.case_id, **details)


def _let_go(session: Session, payout: Payout, now: datetime) -> None:
    """The money is with us again: it may be paid by another payout, and no day of arrival holds."""
    release(session, payout.payment_id, payout.amount, now)
    end_promise(session, payout.case_id, PromiseKind.ARRIVE_BY, PromiseOutcome.VOID, now)


def _open_failure_task(session: Session, payout: Payout, following: NextRoute, now: datetime) -> None:
    kind = "agree_route" if following is NextRoute.OTHER_ROUTE else "payout_failed"
    details = {"payout_id": payout.payout_id, "reason": payout.reason, "route": payout.route}
    open_task(session, kind, f"{kind}:{payout.payout_id}", now, case_id=payout.case_id, **details)


def _failed_along(case: Case, route: str) -> int:
    return sum(payout.route == route and payout.state in GAVE_BACK for payout in case.payouts)


def _change(session: Session, case: Case, event: Event, who: str, why: str, now: datetime) -> Case:  # noqa: PLR0917
    """Move the case where its table allows it; where not, what billing says is kept with the payout alone."""
    if (case.state, event) not in TRANSITIONS:
        _log.warning("case_not_moved", case_id=case.case_id, state=case.state.value, by=event.value)
        return case
    store.change(session, case, event, who=who, why=why, now=now)
    return store.get(session, case.case_id)


def _whole_amount_elsewhere(case: Case, records: Records) -> RefundMade | None:
    """The refund by other hands that covers what the case is about."""
    ours = {payout.payout_id for payout in case.payouts}
    others = (r for r in records.refunds if r.status == "succeeded" and r.reference not in ours)
    return next((refund for refund in others if case.amount and refund.amount >= case.amount), None)
