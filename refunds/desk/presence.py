"""Agents who are gone from the desk. A chat of theirs goes back into the line, and its customer hears so, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from refunds.chat.conversations import change_owner, locked
from refunds.chat.lines import NOTICE, add_lines
from refunds.chat.message import Button, Reply
from refunds.chat.outcomes import GO_ON
from refunds.chat.ownership import Change, Owner
from refunds.database import Database
from refunds.desk.audit import Audit
from refunds.handoff import Desk, HandOff
from refunds.tables import AgentRow, ConversationRow, HandOffRow

GONE = "agent_gone"


@dataclass(frozen=True)
class Presence:
    """Sees to the chats of agents who have given no sign of life for ``gone_after``, or whose account was closed."""

    database: Database
    handoff: HandOff
    audit: Audit
    desk: Desk
    gone_after: timedelta

    def put_back(self, now: datetime) -> int:
        """Put the chats of agents who are gone back into the line; how many. Raises ``DatabaseUnavailable``."""
        with self.database.reading() as session:
            left = session.scalars(_held().where(self._gone(now))).all()
        return sum(self._put_back(conversation_id, now) for conversation_id in left)

    def _put_back(self, conversation_id: str, now: datetime) -> bool:
        with self.database.transaction() as session:
            conversation = locked(session, conversation_id)
            # Who came back in time, or handed the chat on meanwhile, keeps it so.
            still = _held().where(self._gone(now), ConversationRow.conversation_id == conversation_id)
            if conversation is None or session.scalar(still) is None:
                return False
            holder = session.get(AgentRow, conversation.agent_id) if conversation.agent_id else None
            reason = conversation.reason or GONE
            change_owner(session, conversation, Change.RELEASED, reason=reason, now=now)
            _wait_again(session, self.handoff.open(session, conversation, reason, {}, now), now)
            self._tell(session, conversation, holder, now)
            about = {"conversation_id": conversation_id, "customer_id": conversation.customer_id}
            self.audit.note(session, "the desk itself", GONE, now, **about, agent=holder.name if holder else None)
        return True

    def _tell(self, session: Session, conversation: ConversationRow, holder: AgentRow | None, now: datetime) -> None:
        words = self.desk.words
        text = words.say(
            "desk_agent_gone",
            agent=holder.name if holder else words.say("desk_a_colleague"),
            place=self.handoff.place(session, conversation.conversation_id),
            when=self.desk.when_answered(now, conversation.zone, conversation.locale),
        )
        reply = Reply(text, (Button(words.say("button_go_on_with_assistant"), GO_ON),))
        add_lines(session, conversation, [reply], author=NOTICE, in_reply_to=None, now=now)

    def _gone(self, now: datetime) -> ColumnElement[bool]:
        last_seen = func.coalesce(AgentRow.seen_at, ConversationRow.updated_at)
        return or_(last_seen <= now - self.gone_after, AgentRow.disabled_at.is_not(None))


def _held() -> Select[str]:
    return (
        select(ConversationRow.conversation_id)
        .outerjoin(AgentRow, AgentRow.agent_id == ConversationRow.agent_id)
        .where(ConversationRow.owner == Owner.AGENT)
    )


def _wait_again(session: Session, hand_off_id: str, now: datetime) -> None:
    """The chat is anybody's, and its customer was told how it stands."""
    row = session.get_one(HandOffRow, hand_off_id)
    row.assigned_to, row.told_at = None, now
