"""docs/backoffice-api.yaml is what the sandbox serves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
import requests
import yaml
from jsonschema import Draft202012Validator

from sandbox.announcements import Announcements
from sandbox.answers import RefundWish
from sandbox.app import create_app
from sandbox.fates import GONE
from sandbox.ledger import Ledger
from sandbox.office import Office
from sandbox.webhooks import SIGNATURE, signature
from tests.world import ROOT, SHARED_WORLD, sandbox_thread

CONTRACT: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "backoffice-api.yaml").read_text(encoding="utf-8"))
WISH = {"payment_id": "PAY-48213", "amount": {"value": "240.00", "currency": "EUR"}, "reason": "P1.a"}
BY_HAND = {"amount": {"value": "50.00", "currency": "CNY"}}


def resolve(part: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in part:
        return part
    found: Any = CONTRACT
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)


def operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(path, method): told for path, methods in document["paths"].items() for method, told in methods.items()}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """The document that the sandbox's own routes give."""
    ledger = Ledger(tmp_path / "sandbox.sqlite")
    office = Office(SHARED_WORLD, ledger, lambda: datetime.now(UTC))
    yield create_app(office, None).openapi()
    ledger.close()


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    ledger = tmp_path_factory.mktemp("ledger") / "sandbox.sqlite"
    with sandbox_thread(SHARED_WORLD, ledger, token="open sesame") as url:
        yield url


def ask(url: str, method: str, route: str, token: str = "open sesame", **body: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
    return requests.request(method, url + route, headers=headers, timeout=5, **body)


def test_the_document_and_the_sandbox_have_the_same_operations(served: dict[str, Any]) -> None:
    assert set(operations(CONTRACT)) == set(operations(served))


def test_they_ask_for_the_same_parameters(served: dict[str, Any]) -> None:
    def names(told: dict[str, Any]) -> set[tuple[str, str, bool]]:
        parameters = [resolve(p) for p in told.get("parameters", [])]
        return {(p["in"], p["name"].lower(), p["required"]) for p in parameters}

    for operation, told in operations(CONTRACT).items():
        assert names(told) == names(operations(served)[operation]), operation


def test_they_name_the_same_fields(served: dict[str, Any]) -> None:
    theirs = served["components"]["schemas"]
    for name, schema in CONTRACT["components"]["schemas"].items():
        if name in theirs:
            assert set(schema["properties"]) == set(theirs[name]["properties"]), name


def test_every_schema_of_the_document_is_one() -> None:
    for schema in CONTRACT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("operation", "route", "body", "status"),
    [
        ("get /health", "/health", None, 200),
        ("get /customers", "/customers?" + urlencode({"email": "amara@example.com"}), None, 200),
        ("get /customers", "/customers", None, 422),
        ("get /customers/{customer_id}", "/customers/C-1001", None, 200),
        ("get /customers/{customer_id}", "/customers/C-9", None, 404),
        ("get /customers/{customer_id}/orders", "/customers/C-1004/orders", None, 200),
        ("get /customers/{customer_id}/orders", "/customers/C-9/orders", None, 404),
        ("get /orders/{order_id}", "/orders/ORD-60771", None, 200),
        ("get /orders/{order_id}", "/orders/ORD-9", None, 404),
        ("get /orders/{order_id}/tickets", "/orders/ORD-48377/tickets", None, 200),
        ("get /orders/{order_id}/tickets", "/orders/ORD-9/tickets", None, 404),
        ("get /incidents", "/incidents?service=CDN&region=cn-east", None, 200),
        ("get /incidents", "/incidents?service=CDN", None, 422),
        ("get /payments/{payment_id}", "/payments/PAY-60840", None, 200),
        ("get /payments/{payment_id}", "/payments/PAY-9", None, 404),
        ("get /payments/{payment_id}/refunds", "/payments/PAY-60840/refunds", None, 200),
        ("get /payments/{payment_id}/refunds", "/payments/PAY-9/refunds", None, 404),
        ("get /refunds/{refund_id}", "/refunds/RF-5001", None, 200),
        ("get /refunds/{refund_id}", "/refunds/RF-9", None, 404),
        ("post /refunds", "/refunds", WISH, 201),
        ("post /refunds", "/refunds", {**WISH, "payment_id": "PAY-9"}, 404),
        ("post /refunds", "/refunds", {**WISH, "amount": {"value": "240.01", "currency": "EUR"}}, 409),
        ("post /refunds", "/refunds", {**WISH, "amount": 240}, 422),
        ("post /refunds", "/refunds", {**WISH, "route": "carrier_pigeon"}, 409),
        ("post /refunds", "/refunds", {**WISH, "reference": "x" * 65}, 422),
        ("post /sandbox/payments/{payment_id}", "/sandbox/payments/PAY-33052", {"disputed": True}, 200),
        ("post /sandbox/payments/{payment_id}", "/sandbox/payments/PAY-9", {}, 404),
        ("post /sandbox/payments/{payment_id}", "/sandbox/payments/PAY-33052", {"faults": ["worse"]}, 422),
        ("post /sandbox/refunds", "/sandbox/refunds", {**BY_HAND, "payment_id": "PAY-33060"}, 201),
        ("post /sandbox/refunds", "/sandbox/refunds", {**BY_HAND, "payment_id": "PAY-9"}, 404),
        ("post /sandbox/refunds", "/sandbox/refunds", {**BY_HAND, "payment_id": "PAY-48377"}, 409),
        ("post /sandbox/refunds", "/sandbox/refunds", {"payment_id": "PAY-33060"}, 422),
        ("post /sandbox/refunds/{refund_id}/details", "/sandbox/refunds/RF-5001/details", None, 409),
        ("post /sandbox/refunds/{refund_id}/details", "/sandbox/refunds/RF-9/details", None, 404),
        ("post /sandbox/reset", "/sandbox/reset", None, 204),
    ],
)
def test_an_answer_has_the_shape_that_the_document_gives_it(
    sandbox: str, operation: str, route: str, body: object, status: int
) -> None:
    method, path = operation.split()
    answer = ask(sandbox, method, route, json=body)
    assert answer.status_code == status
    told = resolve(operations(CONTRACT)[path, method]["responses"][str(status)])
    if "content" in told:
        check(told["content"]["application/json"]["schema"], answer.json())


def test_a_refund_that_waits_for_details_has_the_documents_shape_before_and_after(sandbox: str) -> None:
    shape = CONTRACT["components"]["schemas"]["Refund"]
    wish = {"payment_id": "PAY-80114", "amount": {"value": "75.00", "currency": "AUD"}, "reason": "P1.a"}
    made = ask(sandbox, "post", "/refunds", json={**wish, "route": "account_credit", "reference": "p-1"}).json()
    check(shape, made)
    assert (made["route"], made["reference"]) == ("account_credit", "p-1")
    wish = {"payment_id": "PAY-60771", "amount": {"value": "75.00", "currency": "USD"}, "reason": "P1.a"}
    made = ask(sandbox, "post", "/refunds", json={**wish, "route": "bank_transfer"}).json()
    check(shape, made)
    assert (made["status"], made["status_reason"]) == ("requires_action", "bank_details")
    given = ask(sandbox, "post", f"/sandbox/refunds/{made['refund_id']}/details")
    check(shape, given.json())
    assert (given.status_code, given.json()["status"]) == (200, "pending")


def test_every_status_of_the_document_is_one_that_the_sandbox_can_bring_about() -> None:
    told = set(CONTRACT["components"]["schemas"]["Refund"]["properties"]["status"]["enum"])
    assert told == {"pending", "requires_action", "succeeded"} | (GONE - {"canceled"})


def test_a_webhook_has_the_body_and_the_signature_that_the_document_gives_it(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "sandbox.sqlite")
    office = Office(SHARED_WORLD, ledger, lambda: datetime.now(UTC))
    refund, _ = office.create_refund(RefundWish.model_validate(WISH), "key")
    told = CONTRACT["webhooks"]["refund_updated"]["post"]
    Announcements(ledger).announce(refund, False, datetime.now(UTC))
    event = Announcements(ledger).next(datetime.now(UTC))
    assert event is not None
    check(told["requestBody"]["content"]["application/json"]["schema"], json.loads(event.body))
    (header,) = told["parameters"]
    assert header["name"] == SIGNATURE
    Draft202012Validator(header["schema"]).validate(signature(event.body.encode(), "secret", datetime.now(UTC)))
    ledger.close()


def test_a_call_without_its_key_is_refused(sandbox: str) -> None:
    headers = {"Authorization": "Bearer open sesame"}
    answer = requests.post(f"{sandbox}/refunds", json=WISH, headers=headers, timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert "Idempotency-Key".lower() in answer.json()["detail"].lower()


def test_every_call_but_health_asks_for_the_token(sandbox: str) -> None:
    for (path, method), told in operations(CONTRACT).items():
        answer = ask(sandbox, method, path.replace("{", "").replace("}", ""), token="wrong")
        if path == "/health":
            assert answer.ok
        else:
            assert answer.status_code == 401, path
            check(resolve(told["responses"]["401"])["content"]["application/json"]["schema"], answer.json())


def check(schema: dict[str, Any], told: object) -> None:
    """``told`` fits ``schema``, whose references lead into the document."""
    Draft202012Validator({**schema, "components": CONTRACT["components"]}).validate(told)
