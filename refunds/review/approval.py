"""What follows from an approval, whoever gave it: the day of the payout, the payout itself, and the notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.lifecycle import Event
from refunds.cases.payout_failures import OTHER_ROUTES
from refunds.cases.receipt import read_receipt
from refunds.cases.tasks import open_task
from refunds.days import BankCalendars
from refunds.notify.notices import Notices, Occasion
from refunds.payouts import Payouts
from refunds.policy.book import PolicyBook
from refunds.policy.payment import p3a_original_route_closed
from refunds.policy.records import Records
from refunds.policy.situation import Situation
from refunds.review.payable import ReviewRefused
from refunds.review.targets import Targets

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Approval:
    """Carries an approval out in the transaction of whoever approves: a person (Review) or the policy (Filing)."""

    def __init__(self, policy: PolicyBook, calendars: BankCalendars, payouts: Payouts, notices: Notices) -> None:
        self._policy = policy
        self._payouts = payouts
        self._notices = notices
        self._targets = Targets(policy, calendars)

    def carry_out(
        self,
        session: Session,
        case: Case,
        records: Records,
        *,
        who: str,
        why: str,
        now: datetime,
        route: str | None = None,
    ) -> Case:
        """Approve ``case`` and request its payout; ``records`` are fresh. The customer is told.

        Where the original route is closed, the money waits for a person who agrees another one with the customer,
        unless that is ``route`` already. Raises ``ReviewRefused`` for a route that may not be taken, ``AboveCaptured``
        where too little is left of the payment, and as ``store.change``; the transaction must be dropped then.
        """
        closed = self._is_closed(case, records, now)
        _refuse_unless_needed(route, closed)
        due = self._targets.of_payout(case, now)
        case = store.change(session, case, Event.APPROVED, who=who, why=why, now=now, payout_due=due)
        self._targets.promise_payout(session, case, now)
        if route is not None:
            agreed = f"agreed with the customer: {route}"
            case = store.change(session, case, Event.ROUTE_AGREED, who=who, why=agreed, now=now, agreed_route=route)
        return self._send(session, case, records, who=who, now=now, waits=closed and route is None)

    def _send(self, session: Session, case: Case, records: Records, *, who: str, now: datetime, waits: bool) -> Case:
        payout = None
        if waits:
            open_task(session, "agree_route", f"agree_route:{case.case_id}:1", now, case_id=case.case_id)
        else:
            payout = self._payouts.plan(session, case, records, who=who, now=now, route=case.agreed_route)
            case = replace(case, payouts=(*case.payouts, payout))
        key = f"approved:{case.case_id}:{case.version}"
        self._notices.tell(
            session,
            case,
            Occasion.APPROVED,
            key=key,
            now=now,
            payout=payout,
            **({"route_closed": True} if waits else {}),
        )
        return case

    def _is_closed(self, case: Case, records: Records, now: datetime) -> bool:
        """Whether the original route was closed when the case was decided, or is by now."""
        then = read_receipt(case.receipt)
        situation = Situation(then.request, records, self._policy, now)
        return then.decision.payout_needs_review or p3a_original_route_closed(situation) is not None


def _refuse_unless_needed(route: str | None, closed: bool) -> None:
    if route is None:
        return
    if route not in OTHER_ROUTES:
        raise ReviewRefused(f"{route!r} is no route that can be agreed; there are {' and '.join(OTHER_ROUTES)}")
    if not closed:
        raise ReviewRefused("the money goes back the way it was paid (P3.a): that way is open")
