"""The desk's figures, and the sentences to learn from."""

from __future__ import annotations

from fastapi import APIRouter

from refunds.app import App
from web.desk.insight.page import InsightPages
from web.desk.insight.sentences import SentencePages


def rooms(app: App) -> list[APIRouter]:
    """All routers of these pages."""
    return [InsightPages(app).router, SentencePages(app).router]
