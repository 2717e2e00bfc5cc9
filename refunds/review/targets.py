"""The days that a customer is given for the check and for the payout, kept as promises with what they rest on."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from refunds.cases.case import Case
from refunds.cases.expected import zone_of
from refunds.cases.promises import PromiseKind, PromiseOutcome, end_promise, promise
from refunds.cases.receipt import read_receipt
from refunds.cases.timetable import Timetable, payment_country, payout_day, timetable
from refunds.days import BankCalendars, local_day
from refunds.policy.book import PolicyBook

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Targets:
    """Counts the vendor's targets for a case, and keeps them in the caller's transaction."""

    def __init__(self, policy: PolicyBook, calendars: BankCalendars) -> None:
        self._policy = policy
        self._calendars = calendars

    def of_check(self, case: Case, now: datetime) -> Timetable:
        """Both targets of a case whose check begins at ``now``, once more."""
        zone, country = zone_of(case, self._policy), payment_country(read_receipt(case.receipt).records)
        return timetable(now, zone, country, self._policy, self._calendars)

    def of_payout(self, case: Case, now: datetime) -> date:
        """By when money that is approved at ``now`` is to be sent."""
        zone, country = zone_of(case, self._policy), payment_country(read_receipt(case.receipt).records)
        return payout_day(now, zone, country, self._policy, self._calendars)

    def promise_check(self, session: Session, case: Case, now: datetime) -> None:
        """Keep the days of a case that waits for its check: checked by, sent by, and the law's day where it has one."""
        settings, zone = self._policy.settings, zone_of(case, self._policy)
        checked = f"P2.b: {settings.verification_target.count} business days after {local_day(now, zone)}"
        promise(session, case.case_id, PromiseKind.VERIFY_BY, case.verification_due, zone.key, checked, now)
        sent = f"P4.a: {settings.payout_target.count} business days after the check is due"
        promise(session, case.case_id, PromiseKind.PAY_BY, case.payout_due, zone.key, sent, now)
        if case.statutory_due is not None:
            law = _statutory_basis(case)
            promise(session, case.case_id, PromiseKind.STATUTORY_BY, case.statutory_due, zone.key, law, now)

    def promise_payout(self, session: Session, case: Case, now: datetime) -> None:
        """Keep the day by which an approved case is to be sent; its check is done."""
        end_promise(session, case.case_id, PromiseKind.VERIFY_BY, PromiseOutcome.KEPT, now)
        zone = zone_of(case, self._policy)
        sent = f"P4.a: {self._policy.settings.payout_target.count} business days after {local_day(now, zone)}"
        promise(session, case.case_id, PromiseKind.PAY_BY, case.payout_due, zone.key, sent, now)


def pause_check(session: Session, case: Case, now: datetime) -> None:
    """The customer is asked for something: until they answer nobody can say when money is sent. The law's day stays."""
    end_promise(session, case.case_id, PromiseKind.VERIFY_BY, PromiseOutcome.KEPT, now)
    end_promise(session, case.case_id, PromiseKind.PAY_BY, PromiseOutcome.VOID, now)


def end_check(session: Session, case: Case, checked: PromiseOutcome, now: datetime) -> None:
    """No money is sent: ``checked`` says how the promise of a check ended, the other days hold no longer."""
    end_promise(session, case.case_id, PromiseKind.VERIFY_BY, checked, now)
    for kind in (PromiseKind.PAY_BY, PromiseKind.STATUTORY_BY):
        end_promise(session, case.case_id, kind, PromiseOutcome.VOID, now)


def _statutory_basis(case: Case) -> str:
    facts = {
        fact.words
        for reason in read_receipt(case.receipt).decision.reasons
        if reason.clause == "P1.c"
        for fact in reason.facts
        if fact.name == "right"
    }
    return f"P1.c: {'; '.join(sorted(facts))}"
