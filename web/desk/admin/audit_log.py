"""/desk/audit: who saw and did what, for auditors and admins. There is nothing here to change it with."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict

from refunds.app import App
from refunds.desk.accounts import Agent
from refunds.desk.audit import Entry, Wanted
from refunds.desk.permissions import Act
from refunds.settings import Settings
from web.desk.csv_files import csv_file
from web.desk.guard import needs
from web.desk.pages import render

A_PAGE = 100
A_FILE = 50_000
"""A spreadsheet opens no more than so many rows with ease; narrower filters give the rest."""
_COLUMNS = ("number", "at", "who", "act", "conversation_id", "case_id", "customer_id", "details", "digest")
Auditor = Annotated[Agent, needs(Act.SEE_AUDIT)]


def _day(text: Any) -> date | None:
    """A day as a form writes it; one that cannot be read counts as not given."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


Day = Annotated[date | None, BeforeValidator(_day)]


class Filters(BaseModel):
    """What the form of the page asks for; ``first`` and ``last`` are days in the desk's zone."""

    model_config = ConfigDict(extra="ignore")

    who: str = ""
    act: str = ""
    customer_id: str = ""
    case_id: str = ""
    conversation_id: str = ""
    first: Day = None
    last: Day = None
    before: int | None = None

    def asked(self) -> dict[str, str]:
        """The fields that were filled in."""
        return {name: str(value) for name, value in self.model_dump().items() if value}

    def wanted(self, settings: Settings) -> Wanted:
        """The same for the log."""
        zone = settings.desk_hours.zone
        since = datetime.combine(self.first, time(), zone) if self.first else None
        until = datetime.combine(self.last, time(), zone) + timedelta(days=1) if self.last else None
        texts = {name: getattr(self, name).strip() for name in ("who", "act", "customer_id", "conversation_id")}
        return Wanted(**texts, case_id=self.case_id.strip().upper(), since=since, until=until, before=self.before)


class AuditPages:
    """The log with filters, and the same as a file."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.router = APIRouter()
        self.router.add_api_route("/audit", self._show, methods=["GET"])
        self.router.add_api_route("/audit.csv", self._file, methods=["GET"])

    async def _show(self, request: Request, auditor: Auditor, filters: Annotated[Filters, Query()]) -> Response:
        entries = await self._found(auditor, filters, "saw_audit", A_PAGE + 1)
        asked = {name: value for name, value in filters.asked().items() if name != "before"}
        older = {**asked, "before": str(entries[A_PAGE - 1].number)} if len(entries) > A_PAGE else None
        links = {"file": urlencode(asked), "older": urlencode(older) if older else ""}
        return render(request, "admin/audit.html", entries=entries[:A_PAGE], filters=filters, links=links)

    async def _file(self, auditor: Auditor, filters: Annotated[Filters, Query()]) -> Response:
        entries = await self._found(auditor, filters, "took_audit_file", A_FILE)
        return csv_file("audit.csv", _COLUMNS, map(_cells, entries))

    async def _found(self, auditor: Agent, filters: Filters, act: str, limit: int) -> list[Entry]:
        """The entries, and that they were looked at."""
        await asyncio.to_thread(self._app.audit.seen, auditor, act, datetime.now(UTC), filters=filters.asked())
        return await asyncio.to_thread(self._app.audit.entries, filters.wanted(self._app.settings), limit)


def _cells(entry: Entry) -> list[Any]:
    told = asdict(entry) | {"at": entry.at.isoformat(), "details": json.dumps(entry.details, sort_keys=True)}
    return [told[column] for column in _COLUMNS]
