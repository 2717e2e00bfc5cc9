"""What customers said of how their cases were handled. Callers bring the session."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from refunds.cases.satisfaction import Rating
from refunds.desk.insight.figure import Chart, Column, Figure, Kind, Row, share
from refunds.desk.insight.scope import Scope
from refunds.tables import SatisfactionRow


def satisfaction(session: Session, scope: Scope) -> Figure:
    """Answers to the one question that is asked after a case, by channel and in all."""
    asked = (
        select(SatisfactionRow.channel, SatisfactionRow.rating, func.count())
        .where(scope.within(SatisfactionRow.asked_at))
        .group_by(SatisfactionRow.channel, SatisfactionRow.rating)
    )
    counted: Counter[tuple[str, str | None]] = Counter()
    for channel, rating, count in session.execute(scope.of_channel(asked, SatisfactionRow.channel)):
        counted[channel, rating] += count
        counted["all", rating] += count
    channels = [*sorted({channel for channel, _ in counted} - {"all"}), "all"]
    return Figure(
        key="satisfaction",
        title="Satisfaction",
        definition=(
            "Customers who were asked in the period, once after a case had ended, how it was handled; by the "
            "channel on which they were asked and by what they answered up to now. The share answered is of all "
            "who were asked, the share good of those who answered."
        ),
        columns=(
            Column("Channel", Kind.TEXT),
            *map(Column, ("Good", "OK", "Bad", "No answer", "Asked")),
            Column("Share answered", Kind.SHARE),
            Column("Share good", Kind.SHARE),
        ),
        rows=tuple(_row(channel, counted) for channel in channels),
        chart=Chart((1, 2, 3, 4)),
    )


def _row(channel: str, counted: Counter[tuple[str, str | None]]) -> Row:
    ratings = [counted[channel, rating.value] for rating in Rating]
    answered, silent = sum(ratings), counted[channel, None]
    shares = (share(answered, answered + silent), share(ratings[0], answered))
    return (channel, *ratings, silent, answered + silent, *shares)
