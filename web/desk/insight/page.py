"""/desk/insight: figures over a stretch of days, each with its definition, its chart and its file."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from refunds.app import App
from refunds.desk.accounts import Agent
from refunds.desk.insight.figure import Column, Kind, plain_span
from refunds.desk.insight.figures import FIGURES, channels
from refunds.desk.permissions import Act
from refunds.errors import NotFound
from web.desk.csv_files import csv_file
from web.desk.guard import needs
from web.desk.insight.asked import scope_of
from web.desk.pages import render

Seer = Annotated[Agent, needs(Act.SEE_INSIGHT)]


class InsightPages:
    """All figures on a page, and each as a file."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.router = APIRouter()
        self.router.add_api_route("/insight", self._show, methods=["GET"])
        self.router.add_api_route("/insight/{key}.csv", self._file, methods=["GET"])

    def _show(self, request: Request, agent: Seer) -> Response:
        scope = scope_of(self._app, request)
        with self._app.database.reading() as session:
            figures = [counted(session, scope) for counted in FIGURES.values()]
            values: dict[str, Any] = {"figures": figures, "channels": channels(session)}
        period = scope.period
        self._app.audit.seen(agent, "see_insight", scope.now, **period.query)
        shown: dict[str, Any] = {
            "period": period,
            "query": urlencode(period.query),
            "Kind": Kind,
            "plain_span": plain_span,
        }
        return render(request, "insight/insight.html", **values, **shown)

    def _file(self, request: Request, agent: Seer, key: str) -> Response:
        counted = FIGURES.get(key)
        if counted is None:
            raise NotFound("There is no such figure.")
        scope = scope_of(self._app, request)
        with self._app.database.reading() as session:
            figure = counted(session, scope)
        self._app.audit.seen(agent, "took_insight_file", scope.now, figure=key, **scope.period.query)
        name = f"{key}-{scope.period.first}-{scope.period.last}.csv"
        return csv_file(name, [_title(each) for each in figure.columns], (map(_cell, row) for row in figure.rows))


def _title(column: Column) -> str:
    return f"{column.title} (seconds)" if column.kind is Kind.SPAN else column.title


def _cell(value: Any) -> Any:
    if isinstance(value, timedelta):
        return round(value.total_seconds(), 3)
    return round(value, 4) if isinstance(value, float) else value
