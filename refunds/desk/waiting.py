"""Chats that nobody takes: their customers hear honestly how it stands, at first after the target, then ever rarer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from refunds.chat.conversations import locked
from refunds.chat.lines import NOTICE, add_lines
from refunds.chat.message import Button, Reply
from refunds.chat.outcomes import GO_ON
from refunds.chat.ownership import Owner
from refunds.database import Database
from refunds.handoff import Desk, HandOff
from refunds.tables import ConversationRow, HandOffRow

# A customer is told anew when they have waited this many times as long as when they were told last.
RARER = 2


@dataclass(frozen=True)
class Waits:
    """Tells who waits. ``target``: within this time of open desk somebody should have taken a chat."""

    database: Database
    handoff: HandOff
    desk: Desk
    target: timedelta

    def tell(self, now: datetime) -> int:
        """Tell everybody whose time has come; how many. Raises ``DatabaseUnavailable``."""
        with self.database.reading() as session:
            waiting = self.handoff.waiting(session)
        return sum(
            self._tell(place, one.hand_off_id, one.conversation_id, now)
            for place, one in enumerate(waiting, start=1)
            if self.news(one.opened_at, one.told_at, now)
        )

    def news(self, opened_at: datetime, told_at: datetime | None, now: datetime) -> str | None:
        """The name of what there is to tell who waits since ``opened_at`` and heard last at ``told_at``; or None."""
        hours, holidays = self.desk.hours, self.desk.holidays
        last = told_at or opened_at
        if not hours.is_open(now, holidays):
            return "desk_closed_meanwhile" if hours.is_open(last, holidays) else None
        waited = hours.open_between(opened_at, now, holidays)
        then = hours.open_between(opened_at, last, holidays)
        return "desk_nobody_yet" if waited >= max(self.target, RARER * then) else None

    def _tell(self, place: int, hand_off_id: str, conversation_id: str, now: datetime) -> bool:
        with self.database.transaction() as session:
            conversation = locked(session, conversation_id)
            row = session.get(HandOffRow, hand_off_id)
            if conversation is None or row is None or row.ended_at or conversation.owner != Owner.WAITING:
                return False
            name = self.news(row.opened_at, row.told_at, now)  # another worker may have told it just now
            if name is None:
                return False
            row.told_at = now
            self._say(session, conversation, name, place, now)
        return True

    def _say(self, session: Session, conversation: ConversationRow, name: str, place: int, now: datetime) -> None:
        words = self.desk.words
        text = words.say(
            name,
            place=place,
            when=self.desk.when_answered(now, conversation.zone, conversation.locale),
            answer=words.say("desk_answer_mailed" if conversation.customer_id else "desk_answer_in_chat"),
        )
        reply = Reply(text, (Button(words.say("button_go_on_with_assistant"), GO_ON),))
        add_lines(session, conversation, [reply], author=NOTICE, in_reply_to=None, now=now)
