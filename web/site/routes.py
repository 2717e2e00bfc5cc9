"""The demo site's pages. All of it is for development: a production web process answers 404."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from refunds.settings import Settings
from web.site.customers import DemoCustomer, read_customers
from web.site.mailbox import read_mailbox

SiteToken = Callable[[str, datetime], str]
"""Makes the signed identity token that a host site hands to the chat, from a customer id and now."""

_HERE = Path(__file__).parent
_PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def router(settings: Settings, site_token: SiteToken) -> APIRouter:
    """The pages ``/`` and ``/mailbox`` with what they load."""

    def only_in_development() -> None:
        if not settings.is_development:
            raise HTTPException(404)

    routes = APIRouter(dependencies=[Depends(only_in_development)])
    if settings.is_development:
        routes.mount("/demo/static", StaticFiles(directory=_HERE / "static"))
    _add_home(routes, settings, site_token)
    _add_mailbox(routes, settings)
    return routes


def _add_home(routes: APIRouter, settings: Settings, site_token: SiteToken) -> None:
    templates = Jinja2Templates(directory=_HERE / "templates")

    @routes.get("/", include_in_schema=False)
    def home(request: Request, customer_id: str = "") -> Response:
        customers = read_customers(settings.sandbox_world)
        signed_in = _find(customers, customer_id) if customer_id else None
        shown = {"customers": customers, "signed_in": signed_in, "mails": read_mailbox(settings.mailbox)}
        return templates.TemplateResponse(request, "home.html", shown, headers=_PAGE_HEADERS)

    @routes.get("/demo/identity")
    def identity(customer_id: str, response: Response) -> dict[str, str]:
        response.headers.update(_PAGE_HEADERS)
        customer = _find(read_customers(settings.sandbox_world), customer_id)
        return {"token": site_token(customer.customer_id, datetime.now(UTC))}


def _add_mailbox(routes: APIRouter, settings: Settings) -> None:
    templates = Jinja2Templates(directory=_HERE / "templates")

    @routes.get("/mailbox", include_in_schema=False)
    def mailbox(request: Request) -> Response:
        shown = {"mails": read_mailbox(settings.mailbox)}
        return templates.TemplateResponse(request, "mailbox.html", shown, headers=_PAGE_HEADERS)

    @routes.get("/demo/mails", include_in_schema=False)
    def mails(request: Request) -> Response:
        shown = {"mails": read_mailbox(settings.mailbox)}
        return templates.TemplateResponse(request, "mails.html", shown, headers=_PAGE_HEADERS)


def _find(customers: tuple[DemoCustomer, ...], customer_id: str) -> DemoCustomer:
    for customer in customers:
        if customer.customer_id == customer_id:
            return customer
    raise HTTPException(404, "The sandbox has no such customer.")
