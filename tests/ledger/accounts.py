"""What must hold once all is quiet: the sandbox's ledger and our cases agree to the cent, and nothing is forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import select

from refunds import outbox
from refunds.cases import store
from refunds.cases.case import Case
from refunds.cases.lifecycle import GAVE_BACK, UNDER_WAY, CaseState, PayoutState
from refunds.cases.notices import notices_of
from refunds.cases.payout import Payout
from refunds.cases.payout_store import get_payout
from refunds.cases.tasks import list_tasks
from refunds.chat.lines import NOTICE
from refunds.money import Money
from refunds.payouts.learning import BILLING
from refunds.tables import LineRow, PaymentRow
from sandbox.fates import GONE, is_final, standing
from sandbox.ledger import RefundOrder
from tests.ledger.house import House

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# How a payout stands once billing's word has been learned.
_STANDS_AS = {
    "pending": {PayoutState.SUBMITTED, PayoutState.PENDING},
    "requires_action": {PayoutState.NEEDS_CUSTOMER_DETAILS},
    "succeeded": {PayoutState.SUCCEEDED},
    "failed": {PayoutState.FAILED},
    "cancelled": {PayoutState.CANCELLED},
    "reversed": {PayoutState.REVERSED},
}


def is_at_rest(house: House, session: Session, payout_id: str) -> bool:
    """Whether billing will tell nothing new of a payout, and all it told is learned."""
    made = house.billing.ledger.select("reference = ?", payout_id)
    payout = get_payout(session, payout_id)
    now = house.clock.now
    for each in made:
        waits_for_ever = each.fate.startswith("pending:") or standing(each, now)[0] == "requires_action"
        if not (waits_for_ever or is_final(each, now)) or payout.state not in _STANDS_AS[standing(each, now)[0]]:
            return False
    return True


def complaints(house: House, cases: list[Case]) -> list[str]:
    """Everything that is wrong, in words."""
    with house.database.reading() as session:
        return [
            *(wrong for case in cases for wrong in _about_case(house, session, store.get(session, case.case_id))),
            *(wrong for case in cases for wrong in _about_payment(house, session, case.payment_id)),
            *_about_outbox(session),
        ]


def _about_case(house: House, session: Session, case: Case) -> Iterator[str]:
    named = f"{case.case_id} ({case.state})"
    holding = [payout for payout in case.payouts if payout.state not in GAVE_BACK]
    if len(holding) > 1:
        yield f"{named} is paid {len(holding)} times"
    paid = any(payout.state is PayoutState.SUCCEEDED for payout in case.payouts)
    if (case.state is CaseState.PAID) != paid and case.state is not CaseState.CLOSED:
        yield f"{named} counts as {'un' * paid}paid, payouts: {[p.state.value for p in case.payouts]}"
    if case.state is CaseState.APPROVED and not holding and not _has_task(session, case):
        yield f"{named} is stuck: no payout under way and no task"
    for payout in case.payouts:
        yield from _about_payout(house, session, case, payout)
    yield from _about_events(case)
    yield from _about_notices(house, session, case)


def _has_task(session: Session, case: Case) -> bool:
    return any(task.case_id == case.case_id for task in list_tasks(session))


def _about_payout(house: House, session: Session, case: Case, payout: Payout) -> Iterator[str]:
    named = f"payout {payout.attempt} of {case.case_id} ({payout.state})"
    made = house.billing.ledger.select("reference = ?", payout.payout_id)
    if len(made) > 1:
        yield f"{named} was made {len(made)} times"
    if payout.state is PayoutState.REQUESTED and not _has_task(session, case):
        yield f"{named} was never sent, and nobody is told"
    if not made and payout.state in (UNDER_WAY | {PayoutState.SUCCEEDED}) - {PayoutState.REQUESTED}:
        yield f"{named} is not in the ledger"
    if made and not payout.sends:
        yield f"{named} is in the ledger, and that it was sent was never stored"
    for each in made:
        yield from _differences(named, payout, each, standing(each, house.clock.now)[0])
    before = None
    for happening in payout.happenings:
        if happening.state_before != before:
            yield f"{named}: {happening.what} from {happening.state_before}, but it was {before}"
        before = happening.state_after
    if before is not payout.state:
        yield f"{named}: the last that happened left it {before}"


def _differences(named: str, payout: Payout, made: RefundOrder, status: str) -> Iterator[str]:
    if payout.state not in _STANDS_AS[status]:
        yield f"{named}, but billing says {status}"
    if (made.idempotency_key, Money.of(made.value, made.currency)) != (payout.idempotency_key, payout.amount):
        yield f"{named} of {payout.amount} is {made.value} {made.currency} in the ledger"
    if payout.refund_id not in (None, made.refund_id):
        yield f"{named} is {payout.refund_id}, in the ledger {made.refund_id}"


def _about_payment(house: House, session: Session, payment_id: str) -> Iterator[str]:
    row = session.get(PaymentRow, payment_id)
    made = house.billing.ledger.of_payment(payment_id)
    alive = [each for each in made if standing(each, house.clock.now)[0] not in GONE]
    captured = house.billing.office.payment(payment_id).amount
    whole = Money.of(captured.value, captured.currency)
    back = sum((Money.of(each.value, each.currency) for each in alive), start=Money.zero(captured.currency))
    if back > whole:
        yield f"{back} of {whole} went back"
    if row is None:
        if any(each.made_in == "api" for each in made):
            yield f"{payment_id} was refunded by us, and nothing was reserved"
        return
    held = sum(p.amount.minor for p in _holding(session, payment_id))
    ours = sum(Money.of(each.value, each.currency).minor for each in alive if each.reference)
    unsent = sum(p.amount.minor for p in _holding(session, payment_id) if p.state is PayoutState.REQUESTED)
    if row.reserved_minor != held:
        yield f"{payment_id}: {row.reserved_minor} is reserved, the payouts hold {held}"
    if held - unsent != ours:
        yield f"{payment_id}: our payouts hold {held - unsent}, the ledger says {ours}"


def _holding(session: Session, payment_id: str) -> list[Payout]:
    cases = [case for case in store.list_cases(session) if case.payment_id == payment_id]
    return [payout for case in cases for payout in case.payouts if payout.state not in GAVE_BACK]


def _about_events(case: Case) -> Iterator[str]:
    before = None
    for event in case.events:
        if event.state_before != before:
            yield f"{case.case_id}: {event.what} from {event.state_before}, but it was {before}"
        before = event.state_after
    if before is not case.state:
        yield f"{case.case_id}: the last event left it {before}, it is {case.state}"
    arrived = sum(h.what == "succeeded" for payout in case.payouts for h in payout.happenings)
    if sum(event.what == "paid" for event in case.events) != arrived and case.state is not CaseState.CLOSED:
        yield f"{case.case_id}: {arrived} payouts arrived, its events say otherwise"


def _about_notices(house: House, session: Session, case: Case) -> Iterator[str]:
    notices = notices_of(session, case.case_id)
    told = Counter(notice.key for notice in notices)
    for payout in case.payouts:
        by_billing = Counter(happening.what for happening in payout.happenings if happening.who == BILLING)
        for key, times in (
            ("paid", by_billing["succeeded"]),
            ("failed", by_billing["failed"] + by_billing["cancelled"]),
            ("reversed", by_billing["reversed"]),
        ):
            if told[f"{key}:{payout.payout_id}"] != times or times > 1:
                yield f"{case.case_id}: payout {payout.attempt} {key} {times} times, told {told[key]} times"
    lines = session.scalars(
        select(LineRow.number).where(LineRow.conversation_id == case.conversation_id, LineRow.author == NOTICE)
    ).all()
    if sorted(lines) != sorted(notice.line_number for notice in notices if notice.line_number is not None):
        yield f"{case.case_id}: the chat tells other notices than were noted"


def _about_outbox(session: Session) -> Iterator[str]:
    tasks = {task.details.get("outbox_id") for task in list_tasks(session)}
    for row in outbox.waiting(session):
        if row.dead_at is not None and row.outbox_id not in tasks:
            yield f"a {row.kind} died and nobody is told"
        if row.dead_at is None and row.kind in ("payout_send", "payout_follow", "notice_mail"):
            yield f"a {row.kind} is still to be done"
