"""The desk's pages of cases: the queue, one case, promises and tasks."""

from __future__ import annotations

from fastapi import APIRouter

from refunds.app import App
from web.desk.cases.acting import CaseActing
from web.desk.cases.case_page import CasePage
from web.desk.cases.evidence import Evidence
from web.desk.cases.notices import NoticeForm
from web.desk.cases.promises import PromisesPage
from web.desk.cases.queue import QueuePages
from web.desk.cases.tasks import TaskPages


def rooms(app: App) -> list[APIRouter]:
    """All routers of these pages."""
    page = CasePage(app)
    pages = (
        QueuePages(app),
        PromisesPage(app),
        page,
        CaseActing(app, page),
        NoticeForm(app, page),
        Evidence(app),
        TaskPages(app),
    )
    return [each.router for each in pages]
