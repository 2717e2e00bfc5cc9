"""What an answer means, and what its parts may look like."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from refunds.backoffice.answers import Answer, TryAgain, read_answer
from refunds.backoffice.client import idempotency_key
from refunds.backoffice.models import CustomerTold, OrderTold, PaymentTold, read_many, read_one
from refunds.errors import BackOfficeRefused, BackOfficeUnavailable, NotFound
from refunds.money import Money

ORDER = {
    "order_id": "ORD-1",
    "customer_id": "C-1",
    "service": "Compute",
    "region": "eu-central",
    "plan": "L",
    "amount": {"value": "240.00", "currency": "EUR"},
    "purchased_at": "2026-11-01T00:00:00Z",
    "term_start": "2026-11-01T00:00:00Z",
    "term_end": "2026-12-01T00:00:00Z",
    "status": "active",
    "payment": {"payment_id": "PAY-1", "method": "card", "status": "captured"},
}


def answer(status: int, body: object = None, retry_after: str | None = None) -> Answer:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Answer("GET /x", status, headers, body if isinstance(body, bytes) else json.dumps(body).encode())


def test_a_good_answer_is_its_json() -> None:
    assert read_answer(answer(200, {"a": 1})) == {"a": 1}


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": 1', b"\xff"])
def test_a_good_answer_without_readable_json_may_be_tried_again(body: bytes) -> None:
    with pytest.raises(TryAgain, match="no JSON"):
        read_answer(answer(200, body))


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_passing_failure_may_be_tried_again(status: int) -> None:
    with pytest.raises(TryAgain):
        read_answer(answer(status))


@pytest.mark.parametrize(("asked", "read"), [("3", 3.0), ("0", 0.0), ("-1", None), ("soon", None), ("", None)])
def test_retry_after_is_seconds_or_nothing(asked: str, read: float | None) -> None:
    with pytest.raises(TryAgain) as failure:
        read_answer(answer(429, retry_after=asked))
    assert failure.value.after == read


def test_retry_after_may_be_a_date() -> None:
    moment = datetime.now(UTC) + timedelta(seconds=60)
    with pytest.raises(TryAgain) as failure:
        read_answer(answer(503, retry_after=format_datetime(moment, usegmt=True)))
    assert failure.value.after == pytest.approx(60, abs=2)


def test_nothing_of_that_name_is_told_by_the_back_office_itself() -> None:
    with pytest.raises(NotFound):
        read_answer(answer(404, {"code": "not_found", "detail": ""}))


@pytest.mark.parametrize("body", [b"<html>404</html>", {"detail": "Not Found"}, ["not_found"]])
def test_another_404_is_a_wrong_address_and_not_a_missing_order(body: object) -> None:
    with pytest.raises(BackOfficeUnavailable, match="REFUNDS_BACKOFFICE_URL"):
        read_answer(answer(404, body))


def test_a_refusal_keeps_its_code_and_detail() -> None:
    with pytest.raises(BackOfficeRefused) as refused:
        read_answer(answer(409, {"code": "payment_not_captured", "detail": "nothing was paid"}))
    assert (refused.value.code, refused.value.detail) == ("payment_not_captured", "nothing was paid")


@pytest.mark.parametrize("status", [401, 403])
def test_not_being_let_in_is_our_fault_and_names_the_setting(status: int) -> None:
    with pytest.raises(BackOfficeUnavailable, match="REFUNDS_BACKOFFICE_TOKEN") as failure:
        read_answer(answer(status, {"code": "unauthorized", "detail": ""}))
    assert not isinstance(failure.value, TryAgain)


def test_a_redirect_is_not_followed() -> None:
    with pytest.raises(BackOfficeUnavailable, match="status 302"):
        read_answer(answer(302))


def test_what_a_payment_leaves_out_has_its_default() -> None:
    payment = read_one(OrderTold, ORDER).record().payment
    assert (payment.amount, payment.refunded) == (Money.of("240.00", "EUR"), Money.zero("EUR"))
    assert (payment.disputed, payment.captured_at, payment.funding) == (False, None, None)


@pytest.mark.parametrize(
    "amount",
    [
        240,
        {"value": 240.0, "currency": "EUR"},
        {"value": "much", "currency": "EUR"},
        {"value": "NaN", "currency": "EUR"},
        {"value": "240.00", "currency": "euro"},
        {"value": "240.005", "currency": "EUR"},
        {"value": "240.00"},
    ],
)
def test_money_in_another_form_is_another_shape(amount: object) -> None:
    with pytest.raises(BackOfficeUnavailable, match="OrderTold came in another shape: amount"):
        read_one(OrderTold, {**ORDER, "amount": amount})


def test_a_time_without_a_zone_is_another_shape() -> None:
    with pytest.raises(BackOfficeUnavailable, match="purchased_at"):
        read_one(OrderTold, {**ORDER, "purchased_at": "2026-11-01T00:00:00"})


def test_an_error_of_shape_tells_no_customers_details() -> None:
    with pytest.raises(BackOfficeUnavailable) as failure:
        read_one(CustomerTold, {"customer_id": "C-1", "name": 7, "email": ["ada@example.com"]})
    assert "ada" not in str(failure.value)
    assert failure.value.__suppress_context__


def test_a_list_must_be_a_list() -> None:
    with pytest.raises(BackOfficeUnavailable, match="a list of PaymentTold"):
        read_many(PaymentTold, {"payment_id": "PAY-1"})


def test_a_key_is_made_from_facts_and_from_nothing_else() -> None:
    assert idempotency_key("R-23456", "1") == idempotency_key("R-23456", "1")
    assert len(idempotency_key("R-23456", "1")) == 64
    assert idempotency_key("a", "bc") != idempotency_key("ab", "c")
    assert idempotency_key('a", "b') != idempotency_key("a", "b")
