"""The sandbox's HTTP face, as docs/backoffice-api.yaml tells it. Thin: every answer comes from the office."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from sandbox.answers import Health, Order, Payment, PaymentChange, Problem, RefundByHand, RefundWish, Refused
from sandbox.faults import go_wrong
from sandbox.office import Office
from sandbox.webhooks import Webhooks
from sandbox.world import Customer, Incident, Refund, Ticket
from sandbox.world_file import WorldError

_log = logging.getLogger("uvicorn.error")
LOOK_EVERY = 0.2


def create_app(office: Office, token: str | None, webhooks: Webhooks | None = None) -> FastAPI:
    """The application; with a ``token`` every call but /health must bring it as a bearer token.

    While it serves, ``webhooks`` are sent.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        sending = [asyncio.create_task(_keep_sending(webhooks))] if webhooks else []
        yield
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)

    app = FastAPI(title="Back office (sandbox)", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    guard = [Depends(_Guard(token))] if token else []
    app.get("/health")(_health)
    for router in (_customers(office), _orders(office), _billing(office), _sandbox(office)):
        app.include_router(router, dependencies=guard)
    app.exception_handler(Refused)(_refused)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(WorldError)(_broken_world)
    return app


def _customers(office: Office) -> APIRouter:
    router = APIRouter(prefix="/customers")

    @router.get("")
    def find_customers(email: str) -> list[Customer]:
        return office.customers_with(email)

    @router.get("/{customer_id}")
    def customer(customer_id: str) -> Customer:
        return office.customer(customer_id)

    @router.get("/{customer_id}/orders")
    def orders_of(customer_id: str) -> list[Order]:
        return office.orders_of(customer_id)

    return router


def _orders(office: Office) -> APIRouter:
    router = APIRouter()

    @router.get("/orders/{order_id}")
    async def order(order_id: str) -> Order:
        found = await run_in_threadpool(office.order, order_id)
        await asyncio.sleep(office.delay_of(order_id))
        return found

    @router.get("/orders/{order_id}/tickets")
    def tickets_of(order_id: str) -> list[Ticket]:
        return office.tickets_of(order_id)

    @router.get("/incidents")
    def incidents(service: str, region: str) -> list[Incident]:
        return office.incidents(service, region)

    return router


def _billing(office: Office) -> APIRouter:
    router = APIRouter()

    @router.get("/payments/{payment_id}")
    def payment(payment_id: str) -> Payment:
        return office.payment(payment_id)

    @router.get("/payments/{payment_id}/refunds")
    def refunds_of(payment_id: str) -> list[Refund]:
        return office.refunds_of(payment_id)

    @router.post("/refunds", status_code=201)
    async def create_refund(
        wish: RefundWish,
        idempotency_key: Annotated[str, Header(min_length=1, max_length=64)],
        response: Response,
    ) -> Refund:
        fault = await run_in_threadpool(office.next_fault, wish.payment_id, idempotency_key)
        if fault and not fault.endswith("_after"):
            await go_wrong(fault)
        refund, repeated = await run_in_threadpool(office.create_refund, wish, idempotency_key)
        if fault:
            await go_wrong(fault)
        response.headers["Idempotency-Replayed"] = "true" if repeated else "false"
        return refund

    @router.get("/refunds/{refund_id}")
    def refund(refund_id: str) -> Refund:
        return office.refund(refund_id)

    return router


def _sandbox(office: Office) -> APIRouter:
    router = APIRouter(prefix="/sandbox")

    @router.post("/reset", status_code=204)
    def reset() -> None:
        office.reset()

    @router.post("/payments/{payment_id}")
    def change_payment(payment_id: str, change: PaymentChange) -> Payment:
        return office.change_payment(payment_id, change)

    @router.post("/refunds", status_code=201)
    def refund_by_hand(asked: RefundByHand) -> Refund:
        return office.refund_by_hand(asked)

    @router.post("/refunds/{refund_id}/details")
    def give_details(refund_id: str) -> Refund:
        return office.give_details(refund_id)

    return router


async def _keep_sending(webhooks: Webhooks) -> None:
    try:
        while True:
            try:
                await run_in_threadpool(webhooks.look)
                while await run_in_threadpool(webhooks.send_next):
                    pass
            except Exception:  # noqa: BLE001 - the edge of the process: this loop must outlive what it meets
                _log.exception("a webhook broke")
            await asyncio.sleep(LOOK_EVERY)
    finally:
        webhooks.close()


def _health() -> Health:
    return Health()


class _Guard:
    """Lets in calls with the right bearer token."""

    def __init__(self, token: str) -> None:
        self._expected = f"Bearer {token}".encode()

    def __call__(self, authorization: Annotated[str, Header()] = "") -> None:
        if not hmac.compare_digest(authorization.encode(), self._expected):
            raise Refused(401, "unauthorized", "a bearer token is needed (REFUNDS_BACKOFFICE_TOKEN)")


def _problem(status: int, problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(problem.model_dump(), status, headers)


def _refused(request: Request, refused: Exception) -> JSONResponse:
    assert isinstance(refused, Refused)
    return _problem(refused.status, refused.problem, refused.headers)


def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    places = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors())
    return _problem(422, Problem(code="invalid_request", detail=f"missing or wrong: {places}"))


def _broken_world(request: Request, error: Exception) -> JSONResponse:
    return _problem(409, Problem(code="broken_world", detail=str(error)))
