"""Chats: contained or handed over, why they were, and whether what was answered lasted. Callers bring the session."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from refunds.desk.insight.figure import Chart, Column, Figure, Kind, Row, share
from refunds.desk.insight.scope import Scope
from refunds.desk.insight.seconds import seconds_between
from refunds.tables import ConversationRow, HandOffRow, MessageRow

# Reasons of a hand-off that no customer's wish and no answer of the assistant brought about.
BEGUN_BY_AGENTS = ("phone", "mail")  # refunds/desk/opened_for.py
TAKEN_UNASKED = "taken_over"  # refunds/desk/chats/holding.py
PAUSE = timedelta(hours=6)
LASTING = timedelta(days=7)

BY_A_CUSTOMER = or_(MessageRow.text != "", MessageRow.payload.is_(None))
"""Not the message without words by which a chat that is handed back is begun anew (chat/transcript.py)."""

_ENDS = ("assistant", "left", "waiting", "asked", "unasked")


def containment(session: Session, scope: Scope) -> Figure:
    """Chats by who answered them, each counted once; by channel and in all."""
    counted: Counter[tuple[str, str]] = Counter()
    for channel, end, count in session.execute(_ends(scope)):
        counted[channel, end] += count
        counted["all", end] += count
    channels = [*sorted({channel for channel, _ in counted} - {"all"}), "all"]
    titles = ("Assistant alone", "Left the line again", "Still waiting", "Asked, then a person", "A person, unasked")
    return Figure(
        key="containment",
        title="Containment and hand-off",
        definition=(
            "Chats that began in the period with a customer's message, each counted once, at the furthest it came: "
            "answered by the assistant alone (contained); asked for a person and went on or ended before anybody "
            "took it; waits for one now; taken by a person after it was asked for; taken over without being asked. "
            "The share is the assistant's alone among these. Chats that an agent opened for a call or a mail stand "
            "apart."
        ),
        columns=(
            Column("Channel", Kind.TEXT),
            *map(Column, titles),
            Column("Chats"),
            Column("Share contained", Kind.SHARE),
            Column("Opened by an agent"),
        ),
        rows=tuple(_contained(channel, counted) for channel in channels),
        chart=Chart((1, 2, 3, 4, 5)),
    )


def hand_off_reasons(session: Session, scope: Scope) -> Figure:
    """Why chats were handed over, the commonest first."""
    found = (
        select(HandOffRow.reason, func.count(), func.count(HandOffRow.taken_at))
        .join(ConversationRow, ConversationRow.conversation_id == HandOffRow.conversation_id)
        .where(scope.within(HandOffRow.opened_at), HandOffRow.reason.not_in((*BEGUN_BY_AGENTS, TAKEN_UNASKED)))
        .group_by(HandOffRow.reason)
    )
    rows = session.execute(scope.of_channel(found, ConversationRow.channel)).all()
    every = sum(count for _, count, _ in rows)
    return Figure(
        key="hand-off-reasons",
        title="Why chats were handed over",
        definition=(
            "Hand-offs that were opened in the period because the customer asked or the assistant could not go on, "
            "by the reason that was noted. A chat may have several. Chats that an agent took over unasked, or "
            "opened for a call or a mail, are left out."
        ),
        columns=(Column("Reason", Kind.TEXT), Column("Hand-offs"), Column("Taken"), Column("Share", Kind.SHARE)),
        rows=tuple(
            (reason, count, taken, share(count, every))
            for reason, count, taken in sorted(rows, key=lambda row: (-row[1], row[0]))
        ),
        chart=Chart((1,)),
    )


def lasting(session: Session, scope: Scope) -> Figure:
    """Visits after which the customer did not come back within seven days, the assistant's and people's apart."""
    counted: Counter[tuple[str, bool]] = Counter()
    for who, lasts, count in session.execute(_visits(scope)):
        counted[who, bool(lasts)] += count
    names = {"assistant": "The assistant", "person": "A person", "nobody": "Nobody: it waited in vain"}
    return Figure(
        key="lasting",
        title="Solutions that lasted",
        definition=(
            "A visit is a row of a customer's messages with no pause above six hours; a customer is known by their "
            "number, else by the channel's address. It counts where its last message came, if that was in the "
            "period and seven days ago. It lasted if the customer wrote nothing, on any channel, in the seven days "
            "after. It is a person's if one took the chat and had it, or had been asked for it, after the last "
            "message."
        ),
        columns=(
            Column("Answered by", Kind.TEXT),
            Column("Lasted"),
            Column("Came back"),
            Column("Visits"),
            Column("Share lasting", Kind.SHARE),
        ),
        rows=tuple(_lasted(name, counted[who, True], counted[who, False]) for who, name in names.items()),
        chart=Chart((1, 2)),
    )


def _contained(channel: str, counted: Counter[tuple[str, str]]) -> Row:
    ends = [counted[channel, end] for end in _ENDS]
    return (channel, *ends, sum(ends), share(ends[0], sum(ends)), counted[channel, "opened"])


def _lasted(name: str, lasted: int, came_back: int) -> Row:
    return (name, lasted, came_back, lasted + came_back, share(lasted, lasted + came_back))


def _any(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.max(case((condition, 1), else_=0))


def _ends(scope: Scope) -> Select[Any]:
    """How far chats came: channel, end, number of chats."""
    taken = HandOffRow.taken_at.is_not(None)
    asked = HandOffRow.reason != TAKEN_UNASKED
    handed = (
        select(
            HandOffRow.conversation_id,
            _any(HandOffRow.reason.in_(BEGUN_BY_AGENTS)).label("opened"),
            _any(taken & asked).label("asked"),
            _any(taken & ~asked).label("unasked"),
            _any(HandOffRow.ended_at.is_(None)).label("waiting"),
        )
        .group_by(HandOffRow.conversation_id)
        .subquery()
    )
    names = ("opened", "asked", "unasked", "waiting")
    end = case(
        (handed.c.conversation_id.is_(None), "assistant"),
        *((handed.c[name] == 1, name) for name in names),
        else_="left",
    )
    wrote = select(MessageRow.message_id).where(
        MessageRow.conversation_id == ConversationRow.conversation_id, BY_A_CUSTOMER
    )
    chats = (
        select(ConversationRow.channel, end.label("end"))
        .join(handed, handed.c.conversation_id == ConversationRow.conversation_id, isouter=True)
        .where(scope.within(ConversationRow.created_at), or_(wrote.exists(), handed.c.opened == 1))
    )
    found = scope.of_channel(chats, ConversationRow.channel).subquery()
    return select(found.c.channel, found.c.end, func.count()).group_by(found.c.channel, found.c.end)


def _visits(scope: Scope) -> Select[Any]:
    """Visits that ended long enough ago: who answered, whether it lasted, how many."""
    person = func.coalesce(ConversationRow.customer_id, ConversationRow.channel + ":" + ConversationRow.address)
    at = MessageRow.received_at
    following = func.lead(at).over(partition_by=person, order_by=(at, MessageRow.message_id))
    said = (
        select(ConversationRow.conversation_id, ConversationRow.channel, at, following.label("following"))
        .join(ConversationRow, ConversationRow.conversation_id == MessageRow.conversation_id)
        .where(at >= scope.period.since, BY_A_CUSTOMER)
        .subquery()
    )
    pause = seconds_between(said.c.received_at, said.c.following)
    ended = and_(
        scope.within(said.c.received_at),
        said.c.received_at <= scope.now - LASTING,
        or_(said.c.following.is_(None), pause > PAUSE.total_seconds()),
    )
    lasts = case((said.c.following.is_(None), 1), (pause > LASTING.total_seconds(), 1), else_=0)
    with_people = and_(
        HandOffRow.conversation_id == said.c.conversation_id,
        or_(said.c.following.is_(None), HandOffRow.opened_at < said.c.following),
        or_(HandOffRow.ended_at.is_(None), HandOffRow.ended_at >= said.c.received_at),
    )
    taken = select(HandOffRow.hand_off_id).where(with_people, HandOffRow.taken_at.is_not(None))
    waited = select(HandOffRow.hand_off_id).where(with_people)
    who = case((taken.exists(), "person"), (waited.exists(), "nobody"), else_="assistant")
    visits = scope.of_channel(select(who.label("who"), lasts.label("lasts")).where(ended), said.c.channel).subquery()
    return select(visits.c.who, visits.c.lasts, func.count()).group_by(visits.c.who, visits.c.lasts)
