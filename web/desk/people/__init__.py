"""The desk's pages about people: customers verified by questions, chats and cases opened in a customer's name."""

from __future__ import annotations

from fastapi import APIRouter

from refunds.app import App
from web.desk.people.case_for import CaseForPages
from web.desk.people.identity import IdentityPages
from web.desk.people.opening import OpeningPages


def rooms(app: App) -> list[APIRouter]:
    """All routers of these pages."""
    return [OpeningPages(app).router, IdentityPages(app).router, CaseForPages(app).router]
