"""What billing tells by webhook: signed, taken in once, and never believed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from refunds.cases.lifecycle import PayoutEvent
from refunds.cases.payout import Payout
from refunds.cases.payout_store import change_payout, get_payout
from refunds.database import Database
from refunds.tables import OutboxRow, WebhookRow
from refunds.webhooks import RefundEvent, forget_old, take_in
from sandbox.webhooks import SIGNATURE, signature
from tests.integration.payout_rows import stored_payout
from web.webhooks import LARGEST_BODY, Webhooks

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SECRET = "a secret for tests that is long enough"
ROUTE = "/webhooks/backoffice"


class Billing:
    """The sending side, and what is in our rows."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOW
        self.api = FastAPI()
        self.api.include_router(Webhooks(database, SECRET, lambda: self.now).router)

    def send(self, body: bytes, header: str | None = None) -> int:
        """The status for ``body``, signed now unless there is a ``header``."""
        signed = signature(body, SECRET, self.now) if header is None else header
        return self.post(body, [(SIGNATURE, signed)])

    def post(self, body: bytes, headers: list[tuple[str, str]]) -> int:
        async def ask() -> int:
            encoded = [(name.encode(), value.encode()) for name, value in headers]
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.api), base_url="http://web") as client:
                return (await client.post(ROUTE, content=body, headers=encoded)).status_code

        return asyncio.run(ask())

    @property
    def follow_ups(self) -> list[dict[str, Any]]:
        with self.database.reading() as session:
            rows = session.scalars(select(OutboxRow).where(OutboxRow.kind == "payout_follow")).all()
            return [row.payload for row in rows]

    @property
    def kept(self) -> list[str]:
        with self.database.reading() as session:
            return sorted(session.scalars(select(WebhookRow.event_id)))


@pytest.fixture
def billing(database: Database) -> Billing:
    return Billing(database)


@pytest.fixture
def payout(database: Database) -> Payout:
    """A payout that billing knows as RF-1."""
    made = stored_payout(database)
    with database.transaction() as session:
        sent = change_payout(session, made, PayoutEvent.SENT, who="worker", now=NOW)
        return change_payout(session, sent, PayoutEvent.ACCEPTED, who="worker", now=NOW, refund_id="RF-1")


def told(event_id: str = "EV-1", **refund: Any) -> bytes:
    facts = {
        "refund_id": "RF-1",
        "payment_id": "PAY-48213",
        "amount": {"value": "240.00", "currency": "EUR"},
        "kind": "refund",
        "status": "succeeded",
        "created_at": NOW.isoformat(),
        "reference": None,
    }
    event = {"event_id": event_id, "type": "refund.updated", "created_at": NOW.isoformat()}
    return json.dumps({**event, "refund": {**facts, **refund}}).encode()


def test_what_was_taken_in_is_forgotten_after_ninety_days(database: Database) -> None:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    for event_id, days in (("old", 91), ("young", 89)):
        take_in(database, RefundEvent(event_id, "refund.updated", "RF-1", None), at - timedelta(days=days))
    assert forget_old(database, at) == 1
    with database.reading() as session:
        assert session.scalars(select(WebhookRow.event_id)).all() == ["young"]


def test_news_of_a_refund_has_its_payout_looked_at_and_changes_nothing_else(billing: Billing, payout: Payout) -> None:
    assert billing.send(told(status="succeeded")) == 200
    assert billing.follow_ups == [{"payout_id": payout.payout_id}]
    assert billing.kept == ["EV-1"]
    with billing.database.reading() as session:
        assert get_payout(session, payout.payout_id) == payout


def test_the_same_event_again_changes_nothing(billing: Billing, payout: Payout) -> None:
    for _ in range(3):
        assert billing.send(told()) == 200
    assert billing.send(told(status="failed")) == 200
    assert billing.follow_ups == [{"payout_id": payout.payout_id}]


def test_the_same_event_at_once_is_taken_in_once(billing: Billing, payout: Payout) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: billing.send(told()), range(8))) == {200}
    assert billing.kept == ["EV-1"]
    assert billing.follow_ups == [{"payout_id": payout.payout_id}]


def test_events_in_another_order_each_have_billing_asked(billing: Billing, payout: Payout) -> None:
    later, earlier = told("EV-2", status="succeeded"), told("EV-1", status="pending")
    assert [billing.send(later), billing.send(earlier)] == [200, 200]
    assert billing.follow_ups == [{"payout_id": payout.payout_id}] * 2
    with billing.database.reading() as session:
        assert get_payout(session, payout.payout_id) == payout


def test_a_refund_is_known_by_our_reference_where_its_number_never_reached_us(
    billing: Billing, database: Database
) -> None:
    unanswered = stored_payout(database)
    assert billing.send(told(refund_id="RF-77", reference=unanswered.payout_id)) == 200
    assert billing.follow_ups == [{"payout_id": unanswered.payout_id}]


def test_billings_number_counts_before_the_reference(billing: Billing, payout: Payout) -> None:
    assert billing.send(told(reference="another-system-1")) == 200
    assert billing.follow_ups == [{"payout_id": payout.payout_id}]


@pytest.mark.parametrize("reference", [None, "another-system-1"])
def test_an_unknown_refund_is_kept_and_nothing_follows(billing: Billing, payout: Payout, reference: str | None) -> None:
    assert billing.send(told(refund_id="RF-9", reference=reference)) == 200
    assert (billing.kept, billing.follow_ups) == (["EV-1"], [])


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=1,v1=" + "0" * 64,
        signature(told(), "another secret", NOW),
        signature(told(status="failed"), SECRET, NOW),
        signature(told(), SECRET, NOW - timedelta(seconds=301)),
        signature(told(), SECRET, NOW + timedelta(seconds=301)),
        signature(told(), SECRET, NOW).replace("t=1", "t=2"),
        "t=now,v1=" + "é" * 64,
    ],
)
def test_what_is_not_signed_lately_by_billing_is_refused_and_leaves_nothing(
    billing: Billing, payout: Payout, header: str
) -> None:
    assert billing.send(told(), header) == 401
    assert (billing.kept, billing.follow_ups) == ([], [])


def test_no_signature_and_two_headers_are_refused(billing: Billing, payout: Payout) -> None:
    good = signature(told(), SECRET, NOW)
    assert billing.post(told(), []) == 401
    twice = [(SIGNATURE, good), (SIGNATURE, signature(told(), "another secret", NOW))]
    assert billing.post(told(), twice) == 401
    assert billing.kept == []


def test_what_was_overheard_cannot_be_used_later(billing: Billing, payout: Payout) -> None:
    overheard = signature(told(), SECRET, NOW)
    billing.now += timedelta(minutes=5)
    assert billing.send(told(), overheard) == 200
    billing.now += timedelta(seconds=1)
    assert billing.send(told(), overheard) == 401


def test_both_secrets_may_sign_while_one_takes_the_others_place(billing: Billing, payout: Payout) -> None:
    new = signature(told(), SECRET, NOW)
    old = signature(told(), "the secret before", NOW)
    assert billing.send(told(), f"{old},{new.split(',')[1]}") == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff{}",
        b"[" * 10_000,
        json.dumps({**json.loads(told()), "event_id": "x" * 101}).encode(),
        json.dumps({**json.loads(told()), "event_id": "EV\u0000"}).encode(),
        json.dumps({**json.loads(told()), "event_id": 1}).encode(),
        json.dumps({**json.loads(told()), "created_at": "2026-11-24T12:00:00"}).encode(),
        json.dumps({**json.loads(told()), "refund": None}).encode(),
        told(refund_id=""),
        told(refund_id="RF-1\n"),
        told(reference="x" * 65),
        told(reference="\u0000"),
    ],
)
def test_what_is_signed_but_of_another_shape_is_refused_and_leaves_nothing(
    billing: Billing, payout: Payout, body: bytes
) -> None:
    assert billing.send(body) == 422
    assert (billing.kept, billing.follow_ups) == ([], [])


def test_fields_that_nobody_named_are_ignored(billing: Billing, payout: Payout) -> None:
    assert billing.send(told(colour="blue")) == 200


def test_a_huge_body_is_refused_before_its_end_and_whoever_signed_it(billing: Billing, payout: Payout) -> None:
    fits = told(padding="x" * (LARGEST_BODY - len(told(padding=""))))
    assert len(fits) == LARGEST_BODY
    assert billing.send(fits) == 200
    assert billing.send(told("EV-2") + b" " * LARGEST_BODY) == 413
    sent: list[bytes] = []

    def endless() -> Iterator[bytes]:
        for _ in range(100):
            sent.append(b" " * LARGEST_BODY)
            yield sent[-1]

    assert posted_piecemeal(billing.api, endless()) == 413
    assert len(sent) == 2
    assert billing.kept == ["EV-1"]


def test_a_body_that_is_cut_off_is_no_webhook(billing: Billing, payout: Payout) -> None:
    assert posted_piecemeal(billing.api, iter([told()[:20]])) == 400
    assert billing.kept == []


def test_while_the_database_is_away_billing_is_asked_to_send_again(tmp_path: Path) -> None:
    nowhere = Database(f"sqlite:///{tmp_path}/no/such/folder/refunds.sqlite")
    assert Billing(nowhere).send(told()) == 503
    nowhere.close()


def posted_piecemeal(api: FastAPI, pieces: Iterator[bytes]) -> int:
    """The status for a body that comes in ``pieces`` and then ends without its end."""
    statuses: list[int] = []
    scope = {"type": "http", "method": "POST", "path": ROUTE, "headers": [], "query_string": b"", "http_version": "1.1"}

    async def receive() -> dict[str, Any]:
        for piece in pieces:
            return {"type": "http.request", "body": piece, "more_body": True}
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    asyncio.run(api(scope, receive, send))
    return statuses[0]
