"""Coming back into a conversation by a mail's link, in whatever browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from refunds.chat.conversations import locked, new_id
from refunds.chat.links import ChatLinks
from refunds.database import Database
from refunds.tables import ConversationRow

WEBSITE = "website"
# An agent opened these for who phoned or wrote: by the link their customer gets a chat of it.
BECOME_CHATS = ("phone", "mail")


@dataclass(frozen=True)
class Reopening:
    """Opens conversations for who holds a link."""

    database: Database
    links: ChatLinks

    def open(self, link: str, own_address: str | None, now: datetime) -> str | None:
        """The address on the website of the conversation that ``link`` leads to; None where it leads to none any more.

        A link may have been passed on. So who comes by it reads what was said, and must show anew who they are before
        anything more is said or done; but not in the browser that has the conversation anyhow, at ``own_address``.
        Raises ``DatabaseUnavailable``.
        """
        conversation_id = self.links.conversation_of(link, now)
        if conversation_id is None:
            return None
        with self.database.transaction() as session:
            row = locked(session, conversation_id)
            if row is None or row.channel not in (WEBSITE, *BECOME_CHATS):
                return None
            if row.channel == WEBSITE and row.address == own_address:
                return own_address
            _end_verification(row, now)
            if row.channel in BECOME_CHATS:
                row.channel, row.address = WEBSITE, new_id()
            return row.address


def _end_verification(row: ConversationRow, now: datetime) -> None:
    """Whose the conversation is stays known: a code mailed to their address opens it again."""
    if row.verified_until is not None:
        row.verified_until = min(row.verified_until, now)
