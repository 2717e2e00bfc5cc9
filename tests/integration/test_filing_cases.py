from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from refunds.cases import store
from refunds.cases.assessments import list_assessments
from refunds.cases.case import Case
from refunds.cases.lifecycle import CaseState, Event
from refunds.cases.notices import notices_of
from refunds.cases.numbers import is_case_number
from refunds.cases.promises import PromiseKind, promises_of
from refunds.cases.receipt import receipt_hash
from refunds.cases.tasks import list_tasks
from refunds.database import Database
from refunds.errors import ConfirmationOutdated, NotFound
from refunds.filing import Filing
from refunds.following import add_to_case
from refunds.money import Money
from refunds.policy.decision import Outcome
from refunds.policy.records import Records
from refunds.policy.request import Claim, RefundRequest
from refunds.tables import AssessmentRow, CaseEventRow, CaseRow, OutboxRow, PolicyVersionRow
from tests.integration.filing_world import CONFIRMED, NOW, POLICY, REQUEST, RecordsOffice, filing, records


def file_shown(filing_: Filing, request: RefundRequest = REQUEST, **changed: Any) -> Case:
    """Assess ``request`` and confirm what was shown."""
    asked = {**CONFIRMED, **changed}
    shown = filing_.assess(request, customer_id=asked["customer_id"], conversation_id=asked["conversation_id"], now=NOW)
    return filing_.file(request, **asked, confirmed_digest=shown.digest, now=NOW)


def count(database: Database, row: Any) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(row)) or 0


def test_a_confirmed_request_becomes_a_submitted_case(database: Database) -> None:
    case = file_shown(filing(database))
    assert is_case_number(case.case_id)
    with database.reading() as session:
        assert store.get(session, case.case_id) == case
    assert case.as_json() | {"events": []} == {
        "case_id": case.case_id,
        "order_id": "ORD-10001",
        "state": "submitted",
        "outcome": "eligible",
        "clauses": ["P1.a"],
        "amount": "240.00",
        "currency": "EUR",
        "payment_method": "card",
        "channel": "rest",
        "conversation_id": "conversation",
        "filed_at": NOW.isoformat(),
        "words": "it was down all Saturday",
        "evidence": ["INC-1"],
        "policy_version": POLICY.version,
        "verification_due": "2026-11-26",
        "payout_due": "2026-12-01",
        "statutory_due": None,
        "version": 1,
        "receipt_hash": case.receipt_hash,
        "events": [],
        "payouts": [],
    }


def test_filing_writes_down_who_did_what_and_what_was_decided(database: Database) -> None:
    (event,) = file_shown(filing(database)).events
    assert (event.who, event.what, event.state_before, event.state_after) == ("customer", "filed", None, "submitted")
    assert event.at == NOW
    assert event.policy_version == POLICY.version
    assert event.decision is not None
    assert event.decision["outcome"] == "eligible"


def test_filing_tells_the_customer_in_the_same_transaction(database: Database) -> None:
    case = file_shown(filing(database))
    with database.reading() as session:
        (notice,) = notices_of(session, case.case_id)
        (row,) = session.scalars(select(OutboxRow)).all()
    assert (notice.key, notice.occasion) == (f"received:{case.case_id}", "received")
    assert (row.kind, row.payload) == ("notice_mail", {"notice_id": notice.notice_id})


def test_every_day_the_customer_is_given_is_kept_with_what_it_rests_on(database: Database) -> None:
    case = file_shown(filing(database), replace(REQUEST, zone="Asia/Tokyo"))
    with database.reading() as session:
        given = {each.kind: each for each in promises_of(session, case.case_id)}
    assert given.keys() == {PromiseKind.VERIFY_BY, PromiseKind.PAY_BY}
    checked, sent = given[PromiseKind.VERIFY_BY], given[PromiseKind.PAY_BY]
    assert (checked.day, checked.zone) == (case.verification_due, "Asia/Tokyo")
    assert (sent.day, sent.zone) == (case.payout_due, "Asia/Tokyo")
    assert checked.basis == "P2.b: 2 business days after 2026-11-24"
    assert sent.basis == "P4.a: 3 business days after the check is due"


def test_a_withdrawal_is_paid_back_by_the_law_s_day_counted_from_its_stamp(database: Database) -> None:
    held = records(fault=None)
    consumer = replace(held, customer=replace(held.customer, kind="consumer"))
    stated = replace(REQUEST, claims=frozenset({Claim.WITHDRAWAL}), withdrawn_at=NOW - timedelta(days=2), zone="UTC")
    case = file_shown(filing(database, RecordsOffice({"ORD-10001": consumer})), stated)
    assert case.statutory_due == date(2026, 12, 6)
    with database.reading() as session:
        assert store.get(session, case.case_id) == case
        (law,) = [each for each in promises_of(session, case.case_id) if each.kind is PromiseKind.STATUTORY_BY]
    assert (law.day, law.basis) == (
        date(2026, 12, 6),
        "P1.c: the right stands in Directive 2011/83/EU on consumer rights, articles 9 to 16",
    )


def test_the_same_message_again_is_the_same_case_even_when_the_back_office_is_gone(database: Database) -> None:
    office = RecordsOffice()
    case = file_shown(filing(database, office))
    office.held.clear()
    again = filing(database, office).file(REQUEST, **CONFIRMED, confirmed_digest="whatever", now=NOW)
    assert again == case
    assert count(database, OutboxRow) == 1


def test_another_yes_to_the_same_order_is_the_open_case(database: Database) -> None:
    case = file_shown(filing(database))
    assert file_shown(filing(database), message_id="another", conversation_id="another") == case
    assert count(database, CaseRow) == 1


def test_an_order_whose_case_ended_may_have_a_new_one(database: Database) -> None:
    first = file_shown(filing(database))
    with database.transaction() as session:
        store.change(session, first, Event.WITHDRAWN, who="customer", why="changed their mind", now=NOW)
    second = file_shown(filing(database), message_id="another")
    assert second.case_id != first.case_id
    assert second.state is CaseState.SUBMITTED


@pytest.mark.parametrize("same_message", [True, False])
def test_filings_of_one_order_at_the_same_time_give_one_case(database: Database, same_message: bool) -> None:
    ready = threading.Barrier(4)

    def confirm(number: int) -> Case:
        mine = filing(database)
        shown = mine.assess(REQUEST, customer_id="C-1", conversation_id="conversation", now=NOW)
        message = "message" if same_message else f"message {number}"
        ready.wait(timeout=10)
        confirmed = {**CONFIRMED, "message_id": message}
        return mine.file(REQUEST, **confirmed, confirmed_digest=shown.digest, now=NOW)

    with ThreadPoolExecutor(4) as threads:
        cases = list(threads.map(confirm, range(4)))
    assert len({case.case_id for case in cases}) == 1
    assert count(database, CaseRow) == count(database, CaseEventRow) == count(database, OutboxRow) == 1


def test_filings_of_many_orders_at_the_same_time_all_succeed(database: Database) -> None:
    orders = [f"ORD-2000{number}" for number in range(8)]
    office = RecordsOffice({order_id: records(order_id) for order_id in orders})

    def confirm(order_id: str) -> str:
        return file_shown(filing(database, office), replace(REQUEST, order_id=order_id), message_id=order_id).order_id

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(confirm, orders)) == orders
    assert count(database, CaseRow) == len(orders)
    assert count(database, PolicyVersionRow) == 1


def test_a_number_that_is_taken_is_replaced_by_another(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    bits = iter([1, 1, 2])
    monkeypatch.setattr("refunds.filing.secrets.randbits", lambda _width: next(bits))
    office = RecordsOffice({order_id: records(order_id) for order_id in ("ORD-1", "ORD-2")})
    first = file_shown(filing(database, office), replace(REQUEST, order_id="ORD-1"))
    second = file_shown(filing(database, office), replace(REQUEST, order_id="ORD-2"))
    assert first.case_id != second.case_id


@pytest.mark.parametrize(
    "meanwhile",
    [
        records(fault="ordinary"),
        records(fault="unknown"),
        records(refunded=Money.of("100.00", "EUR"), status="partially_refunded"),
        records(disputed=True),
    ],
    ids=["the fault was found", "the fault is open again", "a part went back", "the bank was asked"],
)
def test_what_is_not_what_was_shown_is_not_filed(database: Database, meanwhile: Records) -> None:
    office = RecordsOffice()
    shown = filing(database, office).assess(REQUEST, customer_id="C-1", conversation_id="conversation", now=NOW)
    office.held["ORD-10001"] = meanwhile
    with pytest.raises(ConfirmationOutdated):
        filing(database, office).file(REQUEST, **CONFIRMED, confirmed_digest=shown.digest, now=NOW)
    assert count(database, CaseRow) == count(database, OutboxRow) == count(database, PolicyVersionRow) == 0


def test_a_refusal_cannot_be_confirmed_into_a_case(database: Database) -> None:
    office = RecordsOffice({"ORD-10001": records(status="authorized")})
    with pytest.raises(ConfirmationOutdated):
        file_shown(filing(database, office))
    assert count(database, CaseRow) == 0


def test_a_request_that_needs_review_is_filed(database: Database) -> None:
    case = file_shown(filing(database, RecordsOffice({"ORD-10001": records(fault="unknown")})))
    assert case.outcome is Outcome.NEEDS_REVIEW
    assert case.state is CaseState.SUBMITTED


def test_someone_else_s_order_looks_like_one_that_does_not_exist(database: Database) -> None:
    errors = []
    for order_id, customer_id in (("ORD-10001", "C-2"), ("ORD-99999", "C-1")):
        with pytest.raises(NotFound) as caught:
            file_shown(filing(database), replace(REQUEST, order_id=order_id), customer_id=customer_id)
        errors.append(str(caught.value).replace(order_id, "ORD"))
    assert errors[0] == errors[1]
    assert count(database, CaseRow) == 0


def test_a_repeated_message_of_another_customer_is_not_given_the_case(database: Database) -> None:
    file_shown(filing(database))
    with pytest.raises(NotFound):
        filing(database).file(REQUEST, **{**CONFIRMED, "customer_id": "C-2"}, confirmed_digest="", now=NOW)


def test_a_case_is_explained_by_the_policy_of_its_day(database: Database) -> None:
    case = file_shown(filing(database))
    no_fault = replace(POLICY.settings, vendor_fault_levels=frozenset({"intentional"}))
    changed = filing(database, policy=replace(POLICY, version="later", settings=no_fault))
    explained = changed.explain(case.case_id)
    assert explained.same
    assert explained.decision_again.outcome is Outcome.ELIGIBLE
    assert explained.decision_again.policy_version == POLICY.version


def test_a_receipt_that_was_touched_shows(database: Database) -> None:
    case = file_shown(filing(database))
    touched = {**case.receipt, "why": []}
    with database.transaction() as session:
        session.execute(update(CaseRow).values(receipt=touched))
    assert not filing(database).explain(case.case_id).same


def test_a_case_is_explained_the_same_in_better_words(database: Database) -> None:
    case = file_shown(filing(database))
    old = case.receipt
    for reason in old["decision"]["reasons"]:
        for fact in reason["facts"]:
            fact["words"] = "in the words of another day"
    with database.transaction() as session:
        session.execute(update(CaseRow).values(receipt=old, receipt_hash=receipt_hash(old)))
    assert filing(database).explain(case.case_id).same


NO_LONGER_NEEDED = replace(REQUEST, claims=frozenset({Claim.EARLY_END}), time=None, words="I no longer need it")
ASSESSED: dict[str, Any] = {"customer_id": "C-1", "conversation_id": "conversation", "now": NOW}


def test_a_no_that_a_failure_on_record_may_turn_is_not_told_yet(database: Database) -> None:
    shown = filing(database).assess(NO_LONGER_NEEDED, **ASSESSED)
    assert (shown.decision.outcome, [i.incident_id for i in shown.untried]) == (Outcome.NOT_ELIGIBLE, ["INC-1"])
    assert count(database, AssessmentRow) == 0


def test_a_no_is_told_where_nothing_failed_for_the_customer(database: Database) -> None:
    shown = filing(database).assess(NO_LONGER_NEEDED, failure_denied=True, **ASSESSED)
    assert (shown.decision.outcome, shown.untried) == (Outcome.NOT_ELIGIBLE, ())
    assert count(database, AssessmentRow) == 1


@pytest.mark.parametrize("held", [records(fault="ordinary"), records(fault=None), records(status="failed")])
def test_a_no_is_told_where_no_failure_on_record_may_turn_it(database: Database, held: Records) -> None:
    shown = filing(database, RecordsOffice({"ORD-10001": held})).assess(NO_LONGER_NEEDED, **ASSESSED)
    assert (shown.decision.outcome, shown.untried) == (Outcome.NOT_ELIGIBLE, ())
    assert count(database, AssessmentRow) == 1


def test_what_is_added_to_a_filed_case_is_one_task_a_message(database: Database) -> None:
    case = file_shown(filing(database))
    for message in ("m1", "m1", "m2"):
        add_to_case(database, case, "sorry, it was Tuesday", message, NOW)
    with database.reading() as session:
        tasks = list_tasks(session)
    assert [(task.kind, task.case_id) for task in tasks] == [("correction", case.case_id)] * 2
    assert tasks[0].details == {"said": "sorry, it was Tuesday"}


def test_a_case_that_does_not_exist_cannot_be_explained(database: Database) -> None:
    with pytest.raises(NotFound):
        filing(database).explain("R-22222")


LIMITED = replace(
    POLICY,
    version="with a limit",
    settings=replace(POLICY.settings, automatic_approval_limit={"EUR": Money.of("240.00", "EUR")}),
)


def test_an_eligible_case_within_the_limit_is_approved_by_the_policy(database: Database) -> None:
    case = file_shown(filing(database, policy=LIMITED))
    assert case.state is CaseState.APPROVED
    assert [(event.who, event.what) for event in case.events] == [("customer", "filed"), ("policy", "approved")]
    assert case.events[1].why == "within the automatic approval limit, by INC-1"
    assert [payout.amount for payout in case.payouts] == [Money.of("240.00", "EUR")]
    with database.reading() as session:
        assert store.get(session, case.case_id) == case


@pytest.mark.parametrize(
    "held",
    [
        records(amount=Money.of("240.01", "EUR")),
        records(fault="unknown"),
        records(amount=Money.of("1.00", "USD"), refunded=Money.zero("USD")),
    ],
    ids=["above the limit", "needs review", "a currency without a limit"],
)
def test_anything_else_waits_for_a_person(database: Database, held: Records) -> None:
    case = file_shown(filing(database, RecordsOffice({"ORD-10001": held}), LIMITED))
    assert case.state is CaseState.SUBMITTED


def test_a_request_told_not_eligible_is_kept_as_an_assessment_once(database: Database) -> None:
    office = RecordsOffice({"ORD-10001": records(status="authorized")})
    for minutes in range(3):
        later = NOW + timedelta(minutes=minutes)
        filing(database, office).assess(REQUEST, customer_id="C-1", conversation_id="conversation", now=later)
    with database.reading() as session:
        (kept,) = list_assessments(session)
    assert kept.as_json() | {"assessment_id": ""} == {
        "assessment_id": "",
        "order_id": "ORD-10001",
        "outcome": "not_eligible",
        "clauses": ["P3.a"],
        "amount": None,
        "currency": "EUR",
        "eligible_from": None,
        "conversation_id": "conversation",
        "customer_id": "C-1",
        "policy_version": POLICY.version,
        "receipt_hash": kept.receipt_hash,
        "told_at": NOW.isoformat(),
    }


def test_the_same_answer_in_another_conversation_is_another_assessment(database: Database) -> None:
    office = RecordsOffice({"ORD-10001": records(status="authorized")})
    for conversation in ("one", "two"):
        filing(database, office).assess(REQUEST, customer_id="C-1", conversation_id=conversation, now=NOW)
    assert count(database, AssessmentRow) == 2


def test_an_eligible_request_is_shown_with_its_days_and_kept_nowhere(database: Database) -> None:
    shown = filing(database).assess(REQUEST, customer_id="C-1", conversation_id="conversation", now=NOW)
    assert (shown.verification_due, shown.payout_due) == (date(2026, 11, 26), date(2026, 12, 1))
    assert shown.arrival is not None
    assert shown.payout_due <= shown.arrival.earliest <= shown.arrival.typical <= shown.arrival.latest
    assert shown.open_case is None
    assert count(database, AssessmentRow) == count(database, PolicyVersionRow) == 0


def test_an_order_with_an_open_case_is_shown_with_it(database: Database) -> None:
    case = file_shown(filing(database))
    shown = filing(database).assess(REQUEST, customer_id="C-1", conversation_id="conversation", now=NOW)
    assert shown.open_case == case


def test_a_no_that_is_not_told_since_the_open_case_is_shown_is_kept_nowhere(database: Database) -> None:
    office = RecordsOffice()
    file_shown(filing(database, office))
    office.held["ORD-10001"] = records(status="refunded")
    shown = filing(database, office).assess(REQUEST, customer_id="C-1", conversation_id="conversation", now=NOW)
    assert shown.decision.outcome is Outcome.NOT_ELIGIBLE
    assert count(database, AssessmentRow) == 0


def test_where_nothing_goes_back_nothing_arrives(database: Database) -> None:
    office = RecordsOffice({"ORD-10001": records(status="authorized")})
    shown = filing(database, office).assess(REQUEST, customer_id="C-1", conversation_id="conversation", now=NOW)
    assert shown.arrival is None


def refused(database: Database) -> Filing:
    return filing(database, RecordsOffice({"ORD-10001": records(fault="ordinary")}))


def test_a_no_that_is_appealed_becomes_an_appealed_case(database: Database) -> None:
    filing_ = refused(database)
    shown = filing_.assess(REQUEST, customer_id="C-1", conversation_id="conversation", now=NOW)
    case = filing_.file(REQUEST, **CONFIRMED, confirmed_digest=shown.digest, now=NOW, appeal=True)
    assert (case.state, case.outcome, case.amount) == (CaseState.APPEALED, Outcome.NOT_ELIGIBLE, None)
    assert case.events[0].why == "appealed"
    assert filing_.file(REQUEST, **CONFIRMED, confirmed_digest=shown.digest, now=NOW, appeal=True) == case


def test_a_no_is_never_filed_without_an_appeal_nor_a_yes_with_one(database: Database) -> None:
    for filing_, appeal in ((refused(database), False), (filing(database), True)):
        shown = filing_.assess(REQUEST, customer_id="C-1", conversation_id="conversation", now=NOW)
        with pytest.raises(ConfirmationOutdated):
            filing_.file(REQUEST, **CONFIRMED, confirmed_digest=shown.digest, now=NOW, appeal=appeal)
    assert count(database, CaseRow) == 0
