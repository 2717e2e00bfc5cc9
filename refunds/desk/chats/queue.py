"""The queue of chats: who waits, who is whose, and all chats there ever were. Callers bring the session."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, null, or_, select, union
from sqlalchemy.orm import Session, aliased

from refunds.cases.lifecycle import OPEN
from refunds.chat.ownership import Owner
from refunds.desk.chats.priority import Priority, Stakes, priority_of
from refunds.money import Money
from refunds.tables import AgentRow, AssessmentRow, CaseRow, ConversationRow, HandOffRow, MessageRow

A_PAGE = 40
MOST_WORDS = 6
_PREVIEW = 140


class View(StrEnum):
    """Which chats: waiting for a person, one's own, or all."""

    WAITING = "waiting"
    MINE = "mine"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class QueuedChat:
    """One row of the queue. ``since`` is when the wait or the talk with a person began, None where there is none.

    ``agent`` holds it, ``assigned`` is whom a waiting one was given to; ``words`` are the customer's latest.
    """

    conversation_id: str
    channel: str
    locale: str | None
    owner: Owner
    reason: str
    since: datetime | None
    updated_at: datetime
    customer_id: str | None
    agent: str | None
    assigned: str | None
    words: str
    priority: Priority


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page; ``found`` counts the chats of all ``pages``."""

    chats: list[QueuedChat]
    found: int
    page: int
    pages: int


_holder, _assigned = aliased(AgentRow), aliased(AgentRow)


def counts(session: Session, me: str) -> dict[View, int]:
    """How many chats wait, and how many are the agent's."""
    waiting = select(func.count()).select_from(ConversationRow).where(ConversationRow.owner == Owner.WAITING)
    mine = _joined(func.count()).where(_mine(me))
    return {
        View.WAITING: session.execute(waiting).scalar_one(),
        View.MINE: session.execute(mine).scalar_one(),
    }


def queue_page(  # noqa: PLR0917 - what is asked for, by whom, and when
    session: Session, view: View, search: str, page: int, me: str, now: datetime, today: date
) -> QueuePage:
    """A page of ``view`` for the agent ``me``: the most urgent first where somebody waits, else the latest first."""
    chosen = _chosen(view, me).order_by(ConversationRow.updated_at.desc())
    words = search.split()[:MOST_WORDS]
    if words or view is View.WAITING:  # all are looked at anyway
        ids = _with_all(session, words, session.scalars(chosen).all())
        found = len(ids)
    else:
        found = session.execute(select(func.count()).select_from(chosen.order_by(None).subquery())).scalar_one()
    pages = max(-(-found // A_PAGE), 1)
    page = min(max(page, 1), pages)
    start = (page - 1) * A_PAGE
    if view is not View.WAITING:
        ids = ids[start : start + A_PAGE] if words else session.scalars(chosen.limit(A_PAGE).offset(start)).all()
    chats = _read(session, ids, now, today)
    if view is View.WAITING:
        chats.sort(key=lambda chat: (-chat.priority.points, chat.since or now))
        chats = chats[start : start + A_PAGE]
    return QueuePage(_with_words(session, chats), found, page, pages)


def _joined(*columns: Any) -> Select[Any]:
    is_open = (HandOffRow.conversation_id == ConversationRow.conversation_id) & HandOffRow.ended_at.is_(None)
    return select(*columns).select_from(ConversationRow).outerjoin(HandOffRow, is_open)


def _mine(me: str) -> ColumnElement[bool]:
    held = (ConversationRow.owner == Owner.AGENT) & (ConversationRow.agent_id == me)
    return held | ((ConversationRow.owner == Owner.WAITING) & (HandOffRow.assigned_to == me))


def _chosen(view: View, me: str) -> Select[str]:
    if view is View.MINE:
        return _joined(ConversationRow.conversation_id).where(_mine(me))
    chats = select(ConversationRow.conversation_id)
    return chats.where(ConversationRow.owner == Owner.WAITING) if view is View.WAITING else chats


def _with_all(session: Session, words: Iterable[str], ids: Sequence[str]) -> Sequence[str]:
    """Those of ``ids`` in which each word is a part of the chat's number, address, customer, channel or words, or of a
    case or order in it.
    """
    for word in words:
        # A set for each word: one condition over all the places takes twice as long.
        mentioned = set(session.scalars(union(*_mentions(session, word))))
        ids = [one for one in ids if one in mentioned]
    return ids


def _mentions(session: Session, word: str) -> Iterator[Select[Any]]:
    chats = select(ConversationRow.conversation_id)
    yield chats.where(
        or_(
            ConversationRow.conversation_id.startswith(word.lower(), autoescape=True),
            ConversationRow.address == word,
            ConversationRow.customer_id == word,
            ConversationRow.channel == word.lower(),
        )
    )
    yield select(MessageRow.conversation_id).where(_in_text(session, word))
    yield select(CaseRow.conversation_id).where(or_(CaseRow.case_id == word.upper(), CaseRow.order_id == word.upper()))
    yield select(AssessmentRow.conversation_id).where(AssessmentRow.order_id == word.upper())


def _in_text(session: Session, word: str) -> ColumnElement[bool]:
    """Whether a message holds the word in whatever case; PostgreSQL is twice as fast where only ASCII is folded."""
    is_plain = word.isascii() and session.get_bind().dialect.name == "postgresql"
    text = MessageRow.text.collate("C") if is_plain else MessageRow.text
    return text.icontains(word, autoescape=True)


def _read(session: Session, ids: Sequence[str], now: datetime, today: date) -> list[QueuedChat]:
    query = (
        _joined(
            ConversationRow.conversation_id,
            ConversationRow.channel,
            ConversationRow.locale,
            ConversationRow.owner,
            ConversationRow.reason,
            ConversationRow.updated_at,
            ConversationRow.customer_id,
            HandOffRow.opened_at,
            HandOffRow.reason.label("opened_because"),
            HandOffRow.summary,
            _holder.name.label("holder"),
            _assigned.name.label("assigned"),
        )
        .outerjoin(_holder, _holder.agent_id == ConversationRow.agent_id)
        .outerjoin(_assigned, _assigned.agent_id == HandOffRow.assigned_to)
        .where(ConversationRow.conversation_id.in_(ids))
    )
    rows = {row.conversation_id: row for row in session.execute(query)}
    waiting = [row for row in rows.values() if row.owner == Owner.WAITING]
    at_stake = _open_cases(session, waiting) | _told(session, waiting)
    return [_queued(rows[one], at_stake, now, today) for one in ids]


def _open_cases(session: Session, rows: Sequence[Any]) -> dict[str, list[Any]]:
    """Open cases of the chats' customers, by customer."""
    query = select(CaseRow.customer_id, CaseRow.statutory_due, CaseRow.amount_minor, CaseRow.currency)
    customers = {row.customer_id for row in rows if row.customer_id}
    mine = query.where(CaseRow.customer_id.in_(customers), CaseRow.state.in_(OPEN))
    return _by_first(session.execute(mine).all()) if customers else {}


def _told(session: Session, rows: Sequence[Any]) -> dict[str, list[Any]]:
    """What the assistant told in the chats, by chat."""
    query = select(
        AssessmentRow.conversation_id,
        null().label("statutory_due"),
        AssessmentRow.amount_minor,
        AssessmentRow.currency,
    )
    chats = [row.conversation_id for row in rows]
    return _by_first(session.execute(query.where(AssessmentRow.conversation_id.in_(chats))).all()) if chats else {}


def _by_first(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


def _queued(row: Any, at_stake: Mapping[str, list[Any]], now: datetime, today: date) -> QueuedChat:
    reason = row.opened_because or row.reason or ""
    parts = Priority(())
    if row.owner == Owner.WAITING and row.opened_at is not None:
        parts = priority_of(
            _stakes(row, reason, [*at_stake.get(row.customer_id, []), *at_stake.get(row.conversation_id, [])]),
            now,
            today,
        )
    return QueuedChat(
        conversation_id=row.conversation_id,
        channel=row.channel,
        locale=row.locale,
        owner=Owner(row.owner),
        reason=reason,
        since=row.opened_at,
        updated_at=row.updated_at,
        customer_id=row.customer_id,
        agent=row.holder,
        assigned=row.assigned,
        words="",
        priority=parts,
    )


def _stakes(row: Any, reason: str, cases: Iterable[Any]) -> Stakes:
    summary: Mapping[str, Any] = row.summary or {}
    days = [date.fromisoformat(case.statutory_due) for case in cases if case.statutory_due]
    amounts = [Money.from_minor(case.amount_minor, case.currency) for case in cases if case.amount_minor]
    return Stakes(
        waits_since=row.opened_at,
        reason=reason,
        legal_day=min(days, default=None),
        withdrawal=bool(summary.get("withdrawn_at")),
        amount=max(amounts, key=lambda amount: amount.value, default=None),
    )


def _with_words(session: Session, chats: list[QueuedChat]) -> list[QueuedChat]:
    latest = (
        select(MessageRow.conversation_id, func.max(MessageRow.position).label("position"))
        .where(MessageRow.conversation_id.in_([chat.conversation_id for chat in chats]), MessageRow.text != "")
        .group_by(MessageRow.conversation_id)
        .subquery()
    )
    query = select(MessageRow.conversation_id, MessageRow.text).join(
        latest,
        (latest.c.conversation_id == MessageRow.conversation_id) & (latest.c.position == MessageRow.position),
    )
    words: dict[str, str] = dict(session.execute(query).all())
    return [replace(chat, words=_shortened(words.get(chat.conversation_id, ""))) for chat in chats]


def _shortened(text: str) -> str:
    return text if len(text) <= _PREVIEW else text[:_PREVIEW].rstrip() + " …"
