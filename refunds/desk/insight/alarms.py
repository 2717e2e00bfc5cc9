"""What should not be and that somebody must see: counted, each with a sentence. Callers bring the session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from refunds.cases.watching import WITH_BILLING
from refunds.chat.ownership import Owner
from refunds.tables import AgentRow, ConversationRow, LineRow, OutboxRow, PayoutRow

# The worker takes what is due within a second; retries have a due time of their own.
STUCK_AFTER = timedelta(minutes=5)
# Billing is asked once a day about a payout that has been quiet for two (refunds/watch/payouts.py).
WITHOUT_NEWS_AFTER = timedelta(days=3)

# Slack and Telegram take a line within seconds; what they refuse for good is not late, but failed.
LINE_LATE_AFTER = timedelta(minutes=5)
DELIVERED_BY_US = ("slack", "telegram")


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand at a moment, in numbers.

    ``outbox_overdue``: rows that have been due for five minutes and are not done. ``dead_letters``: rows given up.
    ``payouts_without_news``: payouts that billing has and told nothing of for three days. ``waiting_chats``: chats that
    wait for a person. ``agents_here``: agents who gave a sign of life within the set time and are not away.
    ``late_chats``: chats in which Slack or Telegram has not taken a line for five minutes.
    """

    outbox_overdue: int
    dead_letters: int
    payouts_without_news: int
    waiting_chats: int
    agents_here: int
    late_chats: int


ALARMS = (
    *("database_silent", "engine_silent", "outbox_stuck", "dead_letters", "payouts_without_news"),
    *("queue_without_agents", "lines_late"),
)


def alarms(standing: Standing | None, *, desk_open: bool, engine_answers: bool) -> Mapping[str, str]:
    """What is wrong by its name of ``ALARMS``, each with what to do; ``standing`` None: the database does not answer.

    A line without agents is none while the desk is closed.
    """
    told: dict[str, str | bool] = {
        "engine_silent": not engine_answers and "The engine does not answer: messages are kept and answered later."
    }
    if standing is None:
        told["database_silent"] = "The database does not answer: nothing comes in and nothing is carried out."
    else:
        told |= _told(standing, desk_open=desk_open)
    return {name: sentence for name in ALARMS if isinstance(sentence := told.get(name), str)}


def _told(standing: Standing, *, desk_open: bool) -> dict[str, str | bool]:
    """A sentence for each alarm that is up; False for another."""
    overdue, dead, quiet = standing.outbox_overdue, standing.dead_letters, standing.payouts_without_news
    late = standing.late_chats
    is_unmanned = desk_open and not standing.agents_here and standing.waiting_chats > 0
    return {
        "outbox_stuck": overdue > 0 and f"{overdue} effects are overdue: is a worker running?",
        "dead_letters": dead > 0 and f"{dead} effects were given up: see Tasks.",
        "payouts_without_news": quiet > 0 and f"{quiet} payouts have had no news for three days: ask billing.",
        "queue_without_agents": is_unmanned and f"{standing.waiting_chats} chats wait and nobody is at the desk.",
        "lines_late": late > 0
        and f"Slack or Telegram takes no lines in {late} chats: ask `refunds channels ... status`.",
    }


def standing(session: Session, now: datetime, *, gone_after: timedelta) -> Standing:
    """How things stand at ``now``."""
    unclaimed = or_(OutboxRow.claimed_until.is_(None), OutboxRow.claimed_until <= now)
    living = (OutboxRow.done_at.is_(None), OutboxRow.dead_at.is_(None))
    return Standing(
        outbox_overdue=_count(session, *living, OutboxRow.due_at <= now - STUCK_AFTER, unclaimed),
        dead_letters=_count(session, OutboxRow.dead_at.is_not(None), OutboxRow.done_at.is_(None)),
        payouts_without_news=_count(
            session, PayoutRow.state.in_(WITH_BILLING), PayoutRow.updated_at <= now - WITHOUT_NEWS_AFTER
        ),
        waiting_chats=_count(session, ConversationRow.owner == Owner.WAITING),
        agents_here=_count(
            session, AgentRow.seen_at > now - gone_after, AgentRow.is_away.is_(False), AgentRow.disabled_at.is_(None)
        ),
        late_chats=_count(
            session,
            ConversationRow.channel.in_(DELIVERED_BY_US),
            ConversationRow.last_number > ConversationRow.delivered_number,
            LineRow.conversation_id == ConversationRow.conversation_id,
            LineRow.number == ConversationRow.delivered_number + 1,
            LineRow.said_at <= now - LINE_LATE_AFTER,
        ),
    )


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(*conditions)) or 0
