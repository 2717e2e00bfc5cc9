"""How customers' sentences were understood, and those that were not. Callers bring the session."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from refunds.desk.insight.figure import Chart, Column, Figure, Kind, share
from refunds.desk.insight.scope import Query, Scope
from refunds.tables import ConversationRow, MessageRow

OUT_OF_SCOPE = "out_of_scope"
_INTENT = MessageRow.reading["intent"].as_string()
_DOUBTFUL = MessageRow.reading["doubtful"].as_boolean()

_KINDS = {
    "understood": "Understood",
    "doubtful": "In doubt: it asked which of two was meant",
    "outside": "Outside its topics",
}


def understanding(session: Session, scope: Scope) -> Figure:
    """Sentences by whether the assistant knew what was meant."""
    kind = case((is_doubtful(), "doubtful"), (_INTENT == OUT_OF_SCOPE, "outside"), else_="understood")
    read = sentences(select(kind.label("kind")), scope).subquery()
    grouped = session.execute(select(read.c.kind, func.count()).group_by(read.c.kind))
    counted: dict[str, int] = {kind: count for kind, count in grouped}  # noqa: C416 - rows are no pairs for mypy
    every = sum(counted.values())
    return Figure(
        key="understanding",
        title="Sentences understood",
        definition=(
            "Customers' messages of the period that were written (no buttons) and that the assistant read, by the "
            "reading it kept: in doubt where no meaning was likely enough, outside where the likeliest meaning was "
            "none of its topics."
        ),
        columns=(Column("Reading", Kind.TEXT), Column("Sentences"), Column("Share", Kind.SHARE)),
        rows=tuple((name, counted.get(kind, 0), share(counted.get(kind, 0), every)) for kind, name in _KINDS.items()),
        chart=Chart((1,)),
    )


def sentences(query: Query, scope: Scope) -> Query:
    """``query`` over what was written, and read by the assistant, in the period."""
    written = query.join(ConversationRow, ConversationRow.conversation_id == MessageRow.conversation_id).where(
        scope.within(MessageRow.received_at), MessageRow.payload.is_(None), _INTENT.is_not(None)
    )
    return scope.of_channel(written, ConversationRow.channel)


def is_doubtful() -> ColumnElement[bool]:
    """Whether no meaning was likely enough; readings of old messages do not say."""
    return func.coalesce(_DOUBTFUL, False)


def is_not_understood() -> ColumnElement[bool]:
    """Whether the assistant did not know what to make of it."""
    return and_(_INTENT.is_not(None), is_doubtful() | (_INTENT == OUT_OF_SCOPE))
