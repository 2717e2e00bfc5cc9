"""A customer ends a chat to start over: whoever owns it, it is closed, and stays as history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from refunds.chat.conversations import change_owner, live
from refunds.chat.ownership import Change
from refunds.database import Database
from refunds.handoff import HandOff


@dataclass(frozen=True)
class ChatClosing:
    """Closes chats."""

    database: Database
    handoff: HandOff

    def close(self, channel: str, address: str, now: datetime) -> None:
        """Close the live conversation at ``address``, if there is one; nobody need take it any more.

        An answer under way is dropped. Raises ``DatabaseUnavailable``.
        """
        with self.database.transaction() as session:
            conversation = live(session, channel, address)
            if conversation is not None:
                change_owner(session, conversation, Change.ENDED, reason=None, now=now)
                self.handoff.end(session, conversation.conversation_id, now)
