"""What a page of figures was asked for, from its address."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import Request

from refunds.app import App
from refunds.days import local_day
from refunds.desk.insight.period import Period
from refunds.desk.insight.scope import Scope


def scope_of(app: App, request: Request) -> Scope:
    """The period and channel that the address names, at this moment."""
    settings, now = app.settings, datetime.now(UTC)
    hours = settings.desk_hours
    period = Period.read(request.query_params, local_day(now, hours.zone), hours.zone)
    return Scope(period, now, hours, app.calendars, settings.desk_targets.take_within)
