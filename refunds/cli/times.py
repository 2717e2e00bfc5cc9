"""Times and days as they are typed on the command line."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import typer

from refunds.policy.request import NamedTime

DAY_LENGTH = len("2026-11-24")


def moment(text: str, *, end_of_day: bool = False) -> datetime:
    """An ISO 8601 time, in UTC where it names no zone; a bare day is its first moment, or its last minute.

    Raises ``typer.BadParameter``.
    """
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no ISO 8601 time such as 2026-11-20T14:30Z") from None
    if len(text) <= DAY_LENGTH and end_of_day:
        read = datetime.combine(read.date(), time(0)) + timedelta(days=1, minutes=-1)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def day(text: str) -> date:
    """An ISO 8601 day; raises ``typer.BadParameter``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day such as 2026-11-24") from None


def named_time(start: str | None, end: str | None) -> NamedTime | None:
    """The time between two texts; a start alone is that minute or that whole day.

    Raises ``typer.BadParameter``, also for an end without a start or before it.
    """
    if start is None:
        if end is not None:
            raise typer.BadParameter("--to needs --from")
        return None
    named = NamedTime(moment(start), moment(end or start, end_of_day=True))
    if named.end < named.start:
        raise typer.BadParameter("--to lies before --from")
    return named
