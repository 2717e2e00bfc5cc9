"""What a notice says on each occasion: complete sentences, true of the case, and no date or right made up."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from refunds.cases.case import Case
from refunds.cases.lifecycle import CaseState, PayoutState
from refunds.cases.payout_failures import known_reasons
from refunds.cases.promises import PromiseKind
from refunds.money import Money
from refunds.notify.facts import facts
from refunds.notify.matter import Matter
from refunds.notify.occasions import Occasion, told_in_chat
from refunds.notify.sentences import paragraphs
from tests.unit.notify.matters import NOW, POLICY, VISA, WORDS, case, event, matter, payout

PAID = case(CaseState.PAID)
FAILED = payout(PayoutState.FAILED, reason="expired_or_canceled_card")

GONE_WRONG = (Occasion.FAILED, Occasion.STOPPED, Occasion.REVERSED, Occasion.DETAILS_NEEDED)
EXAMPLES: dict[Occasion, Matter] = {
    Occasion.RECEIVED: matter(case(CaseState.SUBMITTED)),
    Occasion.INFORMATION_NEEDED: matter(case(CaseState.INFO_REQUESTED), items=["when it was down", "which hosts"]),
    Occasion.APPROVED: matter(case(), payout(PayoutState.REQUESTED)),
    Occasion.REJECTED: matter(case(CaseState.REJECTED), reason="The ticket was solved in time.", clause="P1.b"),
    Occasion.WITHDRAWN: matter(case(CaseState.WITHDRAWN)),
    Occasion.APPEALED: matter(case(CaseState.APPEALED)),
    Occasion.PAID: matter(PAID, payout()),
    Occasion.TRACED: matter(PAID, payout()),
    Occasion.FAILED: matter(case(), FAILED, next_route="other_route", retry=False),
    Occasion.STOPPED: matter(case(), payout(PayoutState.CANCELLED, reason="disputed")),
    Occasion.DETAILS_NEEDED: matter(case(), payout(PayoutState.NEEDS_CUSTOMER_DETAILS, reason="bank_details")),
    Occasion.DELAYED: matter(case(), payout(PayoutState.PENDING, reason="insufficient_funds")),
    Occasion.REVERSED: matter(case(), payout(PayoutState.REVERSED, reason="account_closed")),
    Occasion.SLIPPING: matter(case(CaseState.VERIFYING), kind="verify_by", was="2026-11-26", day="2026-11-30"),
    Occasion.OVERDUE: matter(PAID, payout(), now=NOW + timedelta(days=20), day="2026-12-09"),
    Occasion.CLOSED_ELSEWHERE: matter(
        case(CaseState.CLOSED),
        payout(PayoutState.CANCELLED),
        refund_id="RF-5001",
        day="2026-11-20",
        amount=Money.of("240.00", "EUR").as_json(),
    ),
}


def told(about: Matter, occasion: Occasion) -> str:
    return "\n".join(paragraphs(about, occasion))


@pytest.mark.parametrize("occasion", list(Occasion))
def test_every_occasion_is_told_in_whole_sentences_about_the_order(occasion: Occasion) -> None:
    for paragraph in paragraphs(EXAMPLES[occasion], occasion):
        assert not re.search(r"[{}]|None|<|>", paragraph)
        assert paragraph[0].isupper() or paragraph[0] in "€•"
        assert paragraph.rstrip()[-1] in ".:?" or "\n•" in paragraph
    assert "ORD-48213" in told(EXAMPLES[occasion], occasion)


@pytest.mark.parametrize("occasion", list(Occasion))
def test_every_occasion_has_its_facts_for_a_mail(occasion: Occasion) -> None:
    rows = dict(facts(EXAMPLES[occasion], occasion))
    assert (rows["Case"], rows["Order"], rows["Amount"]) == ("R-7K2MQ", "ORD-48213", "€240.00")
    assert rows["Payment method"] == "Visa card ending 4242"
    state = WORDS.say(f"state_{EXAMPLES[occasion].case.state.value}")
    assert rows.get("State") == (None if occasion in GONE_WRONG else state)


def test_money_that_waits_or_came_back_is_not_called_approved_in_the_mail() -> None:
    for occasion in GONE_WRONG:
        assert "approved" not in dict(facts(EXAMPLES[occasion], occasion)).values()


def test_paid_names_amount_method_days_and_trace_and_says_that_the_bank_has_it() -> None:
    said = told(EXAMPLES[Occasion.PAID], Occasion.PAID)
    for part in ("€240.00", "Tue 24 Nov 2026", "Visa card ending 4242", "with your bank now", "ARN 7453760422143100"):
        assert part in said
    assert "between Tue 1 Dec 2026 and Tue 8 Dec 2026" in said
    assert dict(facts(EXAMPLES[Occasion.PAID], Occasion.PAID))["Expected"] == "Tue 1 Dec 2026 – Tue 8 Dec 2026"


def test_paid_late_promises_no_day_that_is_over() -> None:
    said = told(matter(PAID, payout(), now=NOW + timedelta(days=20)), Occasion.PAID)
    assert "should be there by now" in said
    assert "between" not in said


def test_paid_without_a_trace_says_that_there_is_none_yet() -> None:
    said = told(matter(PAID, payout(trace_type=None, trace_value=None)), Occasion.PAID)
    assert "no reference number for your bank yet" in said


def test_a_reversed_charge_is_told_without_a_credit_a_day_or_a_trace() -> None:
    sent = payout(kind="reversal", trace_type=None, trace_value=None)
    said = told(matter(PAID, sent), Occasion.PAID)
    assert "drops off the statement" in said
    assert "should be there" not in said
    assert [row[0] for row in facts(matter(PAID, sent), Occasion.PAID)][-1] == "Sent on"


def test_account_credit_is_told_as_being_there_and_names_no_bank() -> None:
    said = told(matter(PAID, payout(route="account_credit", original_route=False)), Occasion.PAID)
    assert "on your account as credit" in said
    assert "bank" not in said


def test_a_wallet_is_named_as_where_the_money_is() -> None:
    by_paypal = case(CaseState.PAID, paid=replace(VISA, method="paypal", brand=None, last4=None))
    assert "with PayPal now" in told(matter(by_paypal, payout(route="paypal")), Occasion.PAID)


def test_another_agreed_route_is_named_instead_of_the_card() -> None:
    about = matter(
        case(agreed_route="bank_transfer"), payout(PayoutState.REQUESTED, route="bank_transfer", original_route=False)
    )
    said = told(about, Occasion.APPROVED)
    assert "bank account" in said
    assert "Visa" not in said


def test_an_approval_along_a_closed_route_gives_no_day_and_asks_which_way() -> None:
    about = matter(case(closed=True), route_closed=True)
    said = told(about, Occasion.APPROVED)
    assert "account credit or a bank transfer" in said
    assert "2026" not in said
    assert [row[0] for row in facts(about, Occasion.APPROVED)][-1] == "State"


def test_received_says_who_checks_by_when() -> None:
    said = told(EXAMPLES[Occasion.RECEIVED], Occasion.RECEIVED)
    assert "checks it by Thu 26 Nov 2026" in said
    assert "by Tue 1 Dec 2026" in said


@pytest.mark.parametrize(
    ("about", "part"),
    [
        (case(CaseState.APPROVED), "It is approved"),
        (case(CaseState.APPEALED), "person's check"),
        (case(CaseState.SUBMITTED, amount=None), "for a colleague to say"),
        (case(CaseState.SUBMITTED, closed=True), "another way"),
    ],
)
def test_received_tells_what_is_special_about_the_case(about: Case, part: str) -> None:
    said = told(matter(about), Occasion.RECEIVED)
    assert part in said


def test_without_an_amount_none_is_told() -> None:
    about = matter(case(CaseState.SUBMITTED, amount=None))
    assert "€" not in told(about, Occasion.RECEIVED)
    assert "Amount" not in dict(facts(about, Occasion.RECEIVED))


def test_a_refusal_gives_the_reason_the_clause_in_plain_words_and_the_appeal() -> None:
    said = told(EXAMPLES[Occasion.REJECTED], Occasion.REJECTED)
    assert "The ticket was solved in time." in said
    assert f"clause P1.b of our refund policy: {POLICY.clause('P1.b').plain}" in said
    assert "appeal" in said


def test_a_refusal_whose_reason_is_the_clause_says_it_once() -> None:
    plain = POLICY.clause("P5.b").plain
    said = told(matter(case(CaseState.REJECTED), reason=plain, clause="P5.b"), Occasion.REJECTED)
    assert said.count(plain) == 1
    assert "clause P5.b" in said


def test_the_days_of_an_appeal_are_those_promised_last_and_none_when_they_are_over() -> None:
    about = replace(EXAMPLES[Occasion.APPEALED], verify_by=date(2026, 12, 3))
    assert "by Thu 3 Dec 2026" in told(about, Occasion.APPEALED)
    assert "2026" not in told(replace(about, now=NOW + timedelta(days=30)), Occasion.APPEALED)


@pytest.mark.parametrize(
    ("next_route", "part"),
    [
        ("again", "try again by ourselves in about 4 hours"),
        ("other_route", "account credit or a bank transfer"),
        ("person", "A colleague looks into it"),
    ],
)
def test_a_failure_says_why_that_the_money_is_safe_and_what_comes_next(next_route: str, part: str) -> None:
    said = told(matter(case(), FAILED, next_route=next_route), Occasion.FAILED)
    assert "the card has expired or was cancelled. The money is safe with us." in said
    assert part in said


@pytest.mark.parametrize("reason", [*sorted(known_reasons()), None, "something_new"])
def test_every_reason_of_a_failure_is_told_in_words(reason: str | None) -> None:
    said = told(matter(case(), payout(PayoutState.FAILED, reason=reason)), Occasion.FAILED)
    assert "_" not in said
    known = reason in known_reasons()
    assert (WORDS.say("failure_unknown") in said) is not known


@pytest.mark.parametrize(
    "reason", ["processing", "insufficient_funds", "charge_pending", "ECHECK", "bank_details", "x"]
)
def test_every_reason_of_waiting_is_told_in_words(reason: str) -> None:
    said = told(matter(case(), payout(PayoutState.PENDING, reason=reason)), Occasion.DELAYED)
    assert "_" not in said
    assert (WORDS.say("waits_unknown") in said) is (reason == "x")


def test_bank_details_are_never_asked_for_in_the_chat() -> None:
    said = told(EXAMPLES[Occasion.DETAILS_NEEDED], Occasion.DETAILS_NEEDED)
    assert "never write them into this chat" in said
    assert "45 days" in said


@pytest.mark.parametrize("kind", [PromiseKind.VERIFY_BY, PromiseKind.PAY_BY, PromiseKind.ARRIVE_BY])
def test_a_slipping_day_is_told_with_the_new_one_or_with_none(kind: PromiseKind) -> None:
    details: dict[str, Any] = {"kind": kind.value, "was": "2026-11-26"}
    new = told(matter(case(), **details, day="2026-11-30"), Occasion.SLIPPING)
    assert "Thu 26 Nov 2026" in new
    assert "Mon 30 Nov 2026" in new
    none = told(matter(case(), **details, day=None), Occasion.SLIPPING)
    assert none.count("2026") == 1


def test_an_overdue_refund_comes_with_a_text_for_the_bank() -> None:
    said = told(EXAMPLES[Occasion.OVERDUE], Occasion.OVERDUE)
    assert "by Tue 8 Dec 2026" in said
    assert "ARN 74537604221431003881234" in said
    assert "trace" in said


def test_an_overdue_refund_without_a_trace_names_no_number() -> None:
    about = matter(PAID, payout(trace_type=None, trace_value=None), now=NOW + timedelta(days=20), day="2026-12-09")
    said = told(about, Occasion.OVERDUE)
    assert "reference" not in said
    assert "colleague" in said


def test_money_that_went_another_way_is_told_with_its_number_and_day() -> None:
    said = told(EXAMPLES[Occasion.CLOSED_ELSEWHERE], Occasion.CLOSED_ELSEWHERE)
    for part in ("€240.00", "Fri 20 Nov 2026", "RF-5001", "closed"):
        assert part in said


def test_what_the_customer_did_in_the_talk_is_not_told_there_again() -> None:
    for occasion, state in ((Occasion.APPEALED, CaseState.APPEALED), (Occasion.WITHDRAWN, CaseState.WITHDRAWN)):
        by_customer = case(state, events=(event("customer", occasion.value, state),))
        by_agent = case(state, events=(event("dana", occasion.value, state),))
        assert not told_in_chat(occasion, by_customer)
        assert told_in_chat(occasion, by_agent)
    assert not told_in_chat(Occasion.RECEIVED, case(CaseState.SUBMITTED))
    assert told_in_chat(Occasion.PAID, PAID)
