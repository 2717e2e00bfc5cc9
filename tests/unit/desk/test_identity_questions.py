"""Set questions from the records."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from refunds.desk.identity_questions import Question, is_right, questions_for
from refunds.money import Money
from tests.integration.filing_world import records

RECORDS = records()
CUSTOMER = RECORDS.customer
ORDER = replace(
    RECORDS.order,
    purchased_at=datetime(2026, 10, 31, 23, 30, tzinfo=UTC),
    payment=replace(RECORDS.order.payment, last4="4242", amount=Money.of("1240.50", "EUR")),
)
OLDER = replace(ORDER, order_id="ORD-1", service="CDN", purchased_at=ORDER.purchased_at - timedelta(days=300))


def test_four_things_are_asked_and_always_what_no_stranger_knows() -> None:
    asked = questions_for(CUSTOMER, [ORDER], "seed")
    assert len(asked) == len(set(asked)) == 4
    assert {Question.AMOUNT, Question.MONTH, Question.SERVICE} < set(asked)


def test_the_same_chat_is_asked_the_same_and_another_time_something_else() -> None:
    assert questions_for(CUSTOMER, [ORDER], "chat 0") == questions_for(CUSTOMER, [ORDER], "chat 0")
    assert len({questions_for(CUSTOMER, [ORDER], f"chat {number}") for number in range(30)}) == 4


def test_nothing_is_asked_that_the_records_do_not_hold() -> None:
    bare = replace(ORDER, region="", payment=replace(ORDER.payment, last4=None, method=""))
    assert questions_for(replace(CUSTOMER, country=None), [bare], "x") == (
        Question.SERVICE,
        Question.MONTH,
        Question.AMOUNT,
    )
    assert questions_for(CUSTOMER, [], "x") == ()


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        (Question.SERVICE, ["compute", " Compute "], ["CDN", "Com"]),
        (Question.MONTH, ["2026-10", "2026-11"], ["2026-09", "10", "2025-10"]),  # it was November in Tokyo
        (
            Question.AMOUNT,
            ["1240.50", "1.240,50 EUR", "€1,240.50", "1240", "1241"],
            ["1239", "124050", "NaN", "-", "."],
        ),
        (Question.LAST4, ["4242"], ["242", "424242424242"]),
        (Question.METHOD, ["card"], ["paypal"]),
        (Question.REGION, ["eu-central", "EU Central"], ["eu-west"]),
        (Question.COUNTRY, ["DE", "de"], ["FR"]),
    ],
)
def test_an_answer_is_right_when_it_says_what_the_records_say(
    question: Question, right: list[str], wrong: list[str]
) -> None:
    orders = [OLDER, ORDER]
    assert [answer for answer in right if not is_right(question, answer, CUSTOMER, orders)] == []
    assert [answer for answer in (*wrong, "", "  ") if is_right(question, answer, CUSTOMER, orders)] == []
