"""What the watch looks through: promises, payouts and cases that may need somebody. Callers bring the session.

``key_prefix``: what was done for a payout before is known by a row whose key is the prefix and the payout's id.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import literal, or_, select, update
from sqlalchemy.orm import Session

from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.lifecycle import UNDER_WAY, CaseState, PayoutState
from refunds.cases.promises import PromiseKind, PromiseOutcome
from refunds.tables import CaseRow, NoticeRow, OutboxRow, PayoutRow, PromiseRow

WITH_BILLING = UNDER_WAY - {PayoutState.REQUESTED}
_DUE_COLUMN = {PromiseKind.VERIFY_BY: CaseRow.verification_due, PromiseKind.PAY_BY: CaseRow.payout_due}


def held(session: Session, case_id: str) -> Case:
    """The case, which nobody else can change until the transaction ends; raises ``NotFound``."""
    session.execute(select(CaseRow.case_id).where(CaseRow.case_id == case_id).with_for_update(key_share=True))
    return store.get(session, case_id)


def move_due_day(session: Session, case: Case, kind: PromiseKind, day: date, now: datetime) -> Case:
    """Give a held ``case`` another day of a kind that has one (``VERIFY_BY``, ``PAY_BY``): it is another version."""
    moved = {_DUE_COLUMN[kind]: day.isoformat(), CaseRow.version: case.version + 1, CaseRow.updated_at: now}
    session.execute(update(CaseRow).where(CaseRow.case_id == case.case_id).values(moved))
    return store.get(session, case.case_id)


def with_payout_under_way(session: Session) -> set[str]:
    """Cases with a payout of which billing has not said yet how it ended."""
    return set(session.scalars(select(PayoutRow.case_id).where(PayoutRow.state.in_(UNDER_WAY))))


def with_quiet_payout(session: Session, since: datetime, key_prefix: str) -> list[str]:
    """Cases with a payout that billing has, of which nothing was heard after ``since`` and the outbox asks nothing."""
    quiet = (PayoutRow.state.in_(WITH_BILLING), PayoutRow.updated_at <= since)
    asked = select(OutboxRow).where(OutboxRow.key == literal(key_prefix) + PayoutRow.payout_id)
    return list(session.scalars(select(PayoutRow.case_id).where(*quiet, ~asked.exists())))


def with_unsent_payout(session: Session, since: datetime, sent_by: str) -> list[str]:
    """Cases with a payout requested at ``since`` or before that no living outbox row of the kind ``sent_by`` sends."""
    living = (OutboxRow.kind == sent_by, OutboxRow.done_at.is_(None), OutboxRow.dead_at.is_(None))
    # The rows are read first: a payout whose row is done in between is not requested any more.
    sent = {payload["payout_id"] for payload in session.scalars(select(OutboxRow.payload).where(*living))}
    requested = (PayoutRow.state == PayoutState.REQUESTED, PayoutRow.requested_at <= since)
    payouts = session.execute(select(PayoutRow.payout_id, PayoutRow.case_id).where(*requested))
    return [case_id for payout_id, case_id in payouts if payout_id not in sent]


def with_money_due(session: Session, day: date, key_prefix: str) -> list[str]:
    """Cases whose bank should have booked the money before ``day``, and who were not told that it is late.

    No bank books a reversed charge, which drops off a statement, or a credit on the account with us.
    """
    booked = (PayoutRow.kind == "refund", PayoutRow.route != "account_credit")
    sent = select(PayoutRow.case_id).where(PayoutRow.state == PayoutState.SUCCEEDED, *booked)
    told = select(NoticeRow).where(NoticeRow.key == literal(key_prefix) + PayoutRow.payout_id)
    due = select(PromiseRow).where(
        PromiseRow.case_id == PayoutRow.case_id,
        PromiseRow.kind == PromiseKind.ARRIVE_BY,
        PromiseRow.ended_at.is_(None),
        PromiseRow.day < day.isoformat(),
    )
    return list(session.scalars(sent.where(due.exists(), ~told.exists())))


def paid_long_ago(session: Session, before: datetime) -> list[str]:
    """Cases that were paid ``before``, and whose money was to arrive before that day."""
    later = select(PromiseRow).where(
        PromiseRow.case_id == CaseRow.case_id,
        PromiseRow.kind == PromiseKind.ARRIVE_BY,
        or_(PromiseRow.outcome.is_(None), PromiseRow.outcome == PromiseOutcome.SLIPPED),
        PromiseRow.day > before.date().isoformat(),
    )
    paid = (CaseRow.state == CaseState.PAID, CaseRow.updated_at <= before)
    return list(session.scalars(select(CaseRow.case_id).where(*paid, ~later.exists())))
