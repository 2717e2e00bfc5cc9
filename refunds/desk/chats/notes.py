"""Private notes of agents on a chat, which no customer reads, and who was named in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from refunds.chat.conversations import new_id
from refunds.chat.masking import mask
from refunds.database import Database
from refunds.desk.accounts import Agent
from refunds.desk.audit import Audit
from refunds.errors import NotFound, NothingSaid
from refunds.tables import AgentRow, ConversationRow, MentionRow, NoteRow

LONGEST_NOTE = 4000


@dataclass(frozen=True, slots=True)
class Note:
    """A remark as it is read at the desk."""

    note_id: str
    who: str
    text: str
    written_at: datetime
    mentions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A note in which an agent was named and which they have not seen."""

    conversation_id: str
    who: str
    text: str
    written_at: datetime


@dataclass(frozen=True)
class Notes:
    """Writes and reads notes."""

    database: Database
    audit: Audit

    def write(self, agent: Agent, conversation_id: str, text: str, now: datetime) -> Note:
        """A note on a chat; whoever it names (``@Ann``) finds it among their mentions.

        Raises ``NothingSaid`` and ``NotFound``.
        """
        said = mask(text.strip())
        if not said or len(said) > LONGEST_NOTE:
            raise NothingSaid(f"Write something, of {LONGEST_NOTE} characters at most.")
        with self.database.transaction() as session:
            chat = session.get(ConversationRow, conversation_id)
            if chat is None:
                raise NotFound("there is no such chat")
            named = named_in(said, _names(session))
            note = NoteRow(
                note_id=new_id(),
                conversation_id=conversation_id,
                agent_id=agent.agent_id,
                who=agent.name,
                text=said,
                mentions=named,
                written_at=now,
            )
            session.add(note)
            session.flush()
            session.add_all(MentionRow(note_id=note.note_id, agent_id=one) for one in named if one != agent.agent_id)
            chat.updated_at = now
            self.audit.note(session, agent, "noted", now, conversation_id=conversation_id, customer_id=chat.customer_id)
            return _note(note)

    def of(self, conversation_id: str) -> list[Note]:
        """A chat's notes in the order they were written."""
        query = select(NoteRow).where(NoteRow.conversation_id == conversation_id).order_by(NoteRow.written_at)
        with self.database.reading() as session:
            return [_note(row) for row in session.scalars(query)]

    def unseen(self, agent: Agent) -> list[Mention]:
        """Where the agent was named and has not looked, newest first."""
        query = (
            select(NoteRow)
            .join(MentionRow, MentionRow.note_id == NoteRow.note_id)
            .where(MentionRow.agent_id == agent.agent_id, MentionRow.seen_at.is_(None))
            .order_by(NoteRow.written_at.desc())
        )
        with self.database.reading() as session:
            rows = session.scalars(query)
            return [Mention(row.conversation_id, row.who, row.text, row.written_at) for row in rows]

    def count_unseen(self, agent_id: str) -> int:
        """How many of them there are, for the badge."""
        query = (
            select(func.count())
            .select_from(MentionRow)
            .where(MentionRow.agent_id == agent_id, MentionRow.seen_at.is_(None))
        )
        with self.database.reading() as session:
            return session.execute(query).scalar_one()

    def mark_seen(self, agent: Agent, conversation_id: str, now: datetime) -> None:
        """The agent looked at the chat: what it says to them is no news any more."""
        here = select(NoteRow.note_id).where(NoteRow.conversation_id == conversation_id)
        mine = (MentionRow.agent_id == agent.agent_id) & MentionRow.seen_at.is_(None) & MentionRow.note_id.in_(here)
        with self.database.reading() as session:
            if session.scalars(select(MentionRow.note_id).where(mine).limit(1)).first() is None:
                return
        with self.database.transaction() as session:
            session.execute(update(MentionRow).where(mine).values(seen_at=now))


def named_in(text: str, names: Iterable[tuple[str, str]]) -> list[str]:
    """The ids of those among ``names`` (id, name) whom ``@`` and their name or first name names."""
    folded = text.casefold()
    return [
        agent_id
        for agent_id, name in names
        if any(_stands_in(f"@{one.casefold()}", folded) for one in {name, name.split()[0]})
    ]


def _stands_in(word: str, text: str) -> bool:
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if end == len(text) or not text[end].isalnum():
            return True
        at = text.find(word, end)
    return False


def _names(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(select(AgentRow.agent_id, AgentRow.name).where(AgentRow.disabled_at.is_(None)))
    return [(agent_id, name) for agent_id, name in rows]


def _note(row: NoteRow) -> Note:
    return Note(row.note_id, row.who, row.text, row.written_at, tuple(row.mentions))
