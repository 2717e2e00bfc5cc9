"""What a channel told us that is no message: known again when it comes again, and answered by a notice, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from refunds.chat.conversations import found_or_made
from refunds.chat.lines import NOTICE, add_lines
from refunds.chat.message import Reply
from refunds.database import Database
from refunds.tables import ChannelEventRow


class ChannelEvents:
    """Takes note of events, across restarts and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tell(self, channel: str, address: str, event_id: str, replies: Sequence[Reply], now: datetime) -> str | None:
        """Say ``replies`` as notices in the live conversation of ``address`` (made where there is none) because of an
        event; returns the conversation's id, and None, saying nothing, where that event had been told before.

        Raises ``DatabaseUnavailable``; then the event counts as not received.
        """
        with self._database.transaction() as session:
            conversation = found_or_made(session, channel, address, now)
            if not is_new(session, channel, event_id, now):
                return None
            add_lines(session, conversation, replies, author=NOTICE, in_reply_to=None, now=now)
            return conversation.conversation_id

    def note(self, channel: str, event_id: str, now: datetime) -> None:
        """Take note of an event that asks for no answer."""
        with self._database.transaction() as session:
            is_new(session, channel, event_id, now)

    def knows(self, channel: str, event_id: str) -> bool:
        """Whether somebody took note of an event."""
        with self._database.reading() as session:
            return session.get(ChannelEventRow, (channel, event_id)) is not None


def is_new(session: Session, channel: str, event_id: str, now: datetime) -> bool:
    """Whether nobody took note of that event before; it is noted then."""
    if session.get(ChannelEventRow, (channel, event_id)) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(ChannelEventRow(channel=channel, event_id=event_id, received_at=now))
    except IntegrityError:
        return False  # another process was quicker
    return True
