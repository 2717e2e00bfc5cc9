"""The desk over a test's chat rooms: two agents, a lead, and what they may do to chats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from refunds.desk.accounts import Accounts, Agent
from refunds.desk.audit import Audit, Entry, Wanted
from refunds.desk.chats.holding import Holding
from refunds.desk.chats.notes import Notes
from refunds.desk.chats.writing import Writing
from refunds.desk.permissions import Role
from refunds.tables import ConversationRow
from tests.chat_house import ChatHouse
from tests.fake_engine import needs_person


@dataclass
class DeskWorld:
    """Chat rooms with a desk. Ann and Ben are agents, Leo leads them."""

    chat: ChatHouse
    audit: Audit
    ann: Agent
    ben: Agent
    leo: Agent

    @property
    def holding(self) -> Holding:
        app = self.chat.app
        return Holding(app.database, app.handoff, self.audit, app.words)

    @property
    def writing(self) -> Writing:
        return Writing(self.chat.app.database, self.audit)

    @property
    def notes(self) -> Notes:
        return Notes(self.chat.app.database, self.audit)

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def waiting_chat(self, address: str = "amara") -> str:
        """A chat whose customer asked for a person."""
        self.chat.engine.answer = lambda _: needs_person("a person comes")
        admitted = self.chat.say("I want a person", address=address)
        self.chat.turn(admitted.conversation_id)
        assert self.chat.owner(admitted.conversation_id) == "waiting"
        return admitted.conversation_id

    def taken_chat(self) -> str:
        """A chat that Ann holds."""
        conversation_id = self.waiting_chat()
        self.holding.take(self.ann, conversation_id, self.now)
        return conversation_id

    def row(self, conversation_id: str) -> ConversationRow:
        with self.chat.app.database.transaction() as session:
            return session.get_one(ConversationRow, conversation_id)

    def acts(self, conversation_id: str) -> list[str]:
        """What the audit log says was done to a chat, oldest first."""
        return [entry.act for entry in reversed(self.entries(conversation_id))]

    def entries(self, conversation_id: str) -> list[Entry]:
        return self.audit.entries(Wanted(conversation_id=conversation_id), 50)


def desk_over(chat: ChatHouse) -> DeskWorld:
    """A desk with its agents."""
    audit = Audit(chat.app.database)
    accounts = Accounts(chat.app.database, audit)
    people = [
        accounts.add(f"{name.lower()}@jjsg.example", f"{name} Berg", role, None, datetime.now(UTC), by="test")
        for name, role in (("Ann", Role.AGENT), ("Ben", Role.AGENT), ("Leo", Role.LEAD))
    ]
    return DeskWorld(chat, audit, *people)
