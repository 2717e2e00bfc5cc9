"""Set questions from the records, for a customer whom no mailed code reaches. Pure: records in, right or wrong out.

The desk shows an agent the questions and never the answers: what is not known cannot be given away or hinted at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from hashlib import sha256

from refunds.policy.records import Customer, Order

ASKED = 4
FEWEST = 3
# Whoever says 240 where it was 239.99 knows the amount.
ROUNDED_TO = Decimal(1)
# Somewhere on earth it is this much earlier or later than UTC: the month there is right as well.
_ZONES = timedelta(hours=14)


class Question(StrEnum):
    """What may be asked. None is about a full card number, a password or a code."""

    SERVICE = "service"  # of the last order
    MONTH = "month"  # of the last order
    AMOUNT = "amount"  # of its payment
    LAST4 = "last4"  # of the card that paid it
    METHOD = "method"  # that paid it
    REGION = "region"  # of the last order
    COUNTRY = "country"  # on the account


_ALWAYS = (Question.SERVICE, Question.MONTH, Question.AMOUNT)
_VARIED = (Question.LAST4, Question.METHOD, Question.REGION, Question.COUNTRY)


def questions_for(customer: Customer, orders: Sequence[Order], seed: str) -> tuple[Question, ...]:
    """Four questions that the records can answer, the same for the same ``seed``; none at all for fewer than three."""
    if not orders:
        return ()
    answerable = [question for question in _VARIED if _knows(question, customer, last_order(orders))]
    answerable.sort(key=lambda question: sha256(f"{seed} {question}".encode()).digest())
    asked = (*_ALWAYS, *answerable)[:ASKED]
    return asked if len(asked) >= FEWEST else ()


def is_right(question: Question, answer: str, customer: Customer, orders: Sequence[Order]) -> bool:
    """Whether ``answer`` is what the records say; nothing said is wrong."""
    return bool(answer.strip()) and _JUDGES[question](answer.strip(), customer, last_order(orders))


def last_order(orders: Sequence[Order]) -> Order:
    """The newest order, which the questions are about."""
    return max(orders, key=lambda order: (order.purchased_at, order.order_id))


def _knows(question: Question, customer: Customer, order: Order) -> bool:
    told = {
        Question.LAST4: order.payment.last4,
        Question.METHOD: order.payment.method,
        Question.REGION: order.region,
        Question.COUNTRY: customer.country,
    }
    return bool(told[question])


def _service(answer: str, _: Customer, order: Order) -> bool:
    return _same(answer, order.service)


def _month(answer: str, _: Customer, order: Order) -> bool:
    return answer in {f"{order.purchased_at + shift:%Y-%m}" for shift in (-_ZONES, _ZONES)}


def _amount(answer: str, _: Customer, order: Order) -> bool:
    try:
        said = Decimal(_plain_number(answer))
    except InvalidOperation:
        return False
    return said.is_finite() and abs(said - order.payment.amount.value) < ROUNDED_TO


def _last4(answer: str, _: Customer, order: Order) -> bool:
    return answer == order.payment.last4


def _method(answer: str, _: Customer, order: Order) -> bool:
    return answer == order.payment.method


def _region(answer: str, _: Customer, order: Order) -> bool:
    return _same(answer, order.region)


def _country(answer: str, customer: Customer, _: Order) -> bool:
    return customer.country is not None and answer.upper() == customer.country


def _same(answer: str, told: str) -> bool:
    """Whether two names are the same but for case, spaces and hyphens."""
    return re.sub(r"[\W_]", "", answer).casefold() == re.sub(r"[\W_]", "", told).casefold()


def _plain_number(answer: str) -> str:
    """``1.240,50`` and ``1,240.50`` as 1240.50; what stands around the figures is left out."""
    figures = re.sub(r"[^\d.,]", "", answer)
    whole, mark, cents = re.match(r"(.*?)(?:([.,])(\d{1,2}))?$", figures).groups("")  # type: ignore[union-attr]
    return re.sub(r"[.,]", "", whole) + (f".{cents}" if mark else "")


_JUDGES: Mapping[Question, Callable[[str, Customer, Order], bool]] = {
    Question.SERVICE: _service,
    Question.MONTH: _month,
    Question.AMOUNT: _amount,
    Question.LAST4: _last4,
    Question.METHOD: _method,
    Question.REGION: _region,
    Question.COUNTRY: _country,
}
