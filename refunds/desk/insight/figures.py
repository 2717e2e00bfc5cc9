"""All figures by the key that names each in addresses and files, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from refunds.desk.insight.chats import containment, hand_off_reasons, lasting
from refunds.desk.insight.figure import Figure
from refunds.desk.insight.requests import outcomes, requests
from refunds.desk.insight.satisfaction import satisfaction
from refunds.desk.insight.scope import Scope
from refunds.desk.insight.times import times
from refunds.desk.insight.understanding import understanding
from refunds.tables import CaseRow, ConversationRow

FIGURES: Mapping[str, Callable[[Session, Scope], Figure]] = {
    "requests": requests,
    "outcomes": outcomes,
    "containment": containment,
    "hand-off-reasons": hand_off_reasons,
    "lasting": lasting,
    "times": times,
    "understanding": understanding,
    "satisfaction": satisfaction,
}


def channels(session: Session) -> list[str]:
    """The channels on which anything came, by name."""
    return sorted({*session.scalars(select(ConversationRow.channel).distinct()), *_of_cases(session)})


def _of_cases(session: Session) -> list[str]:
    return list(session.scalars(select(CaseRow.channel).distinct()))
