"""What every figure is told: the period, the moment, and when people answer at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import InstrumentedAttribute

from refunds.desk.insight.period import Period
from refunds.desk_hours import DeskHours, Holidays

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True, slots=True)
class Scope:
    """``take_within`` of open desk is the target for taking a chat (refunds/desk_targets.py)."""

    period: Period
    now: datetime
    hours: DeskHours
    holidays: Holidays
    take_within: timedelta

    def within(self, moment: ColumnElement[datetime] | InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
        """Whether a moment lies in the period."""
        return (moment >= self.period.since) & (moment < self.period.until)

    def of_channel(self, query: Query, channel: InstrumentedAttribute[str] | ColumnElement[str]) -> Query:
        """``query`` kept to the channel that is asked for, if one is."""
        return query if self.period.channel is None else query.where(channel == self.period.channel)
