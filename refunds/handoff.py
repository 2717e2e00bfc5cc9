"""Chats that wait for or are with a person: why, since when, a summary made from data, and when somebody answers."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from refunds.chat.ownership import Owner
from refunds.desk_hours import DeskHours, Holidays
from refunds.tables import ConversationRow, HandOffRow
from refunds.words import Words


@dataclass(frozen=True, slots=True)
class Waiting:
    """A chat that nobody took yet; ``told_at``: when its customer last heard that it takes longer."""

    hand_off_id: str
    conversation_id: str
    reason: str
    summary: dict[str, Any]
    opened_at: datetime
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """When people answer, in words for a customer."""

    hours: DeskHours
    holidays: Holidays
    words: Words

    def when_answered(self, now: datetime, zone: str | None, locale: str | None) -> str:
        """Until when people answer today, or when they are back: in the customer's zone, the desk's if it is unknown.

        No waiting time is named: there is no figure for one.
        """
        shown_in = ZoneInfo(zone) if zone else self.hours.zone
        span, following = self.hours.spans_from(now, self.holidays)

        def written(moment: datetime) -> str:
            here = moment.astimezone(shown_in)
            if here.date() == now.astimezone(shown_in).date():
                return self.words.say("desk_today_at", time=f"{here:%H:%M %Z}")
            return self.words.say("desk_at", moment=self.words.moment(moment, shown_in, locale))

        if span.opens <= now:
            return self.words.say("desk_is_open", until=written(span.closes), following=written(following.opens))
        return self.words.say("desk_is_closed", opens=written(span.opens))


class HandOff:
    """Opens and ends hand-offs. Who owns a conversation is changed by the caller, in the same transaction."""

    def open(
        self, session: Session, conversation: ConversationRow, reason: str, summary: dict[str, Any], now: datetime
    ) -> str:
        """The id of the conversation's hand-off: the one that is open, or else a new one."""
        already = _open_one(session, conversation.conversation_id)
        if already is not None:
            return already.hand_off_id
        row = HandOffRow(
            hand_off_id=secrets.token_hex(16),
            conversation_id=conversation.conversation_id,
            reason=reason,
            summary=summary,
            opened_at=now,
        )
        session.add(row)
        session.flush()
        return row.hand_off_id

    def end(self, session: Session, conversation_id: str, now: datetime) -> None:
        """End the conversation's hand-off, if one is open."""
        row = _open_one(session, conversation_id)
        if row is not None:
            row.ended_at = now

    def waiting(self, session: Session) -> list[Waiting]:
        """All chats that nobody took yet, the longest waiting first."""
        rows = session.scalars(
            select(HandOffRow)
            .join(ConversationRow, ConversationRow.conversation_id == HandOffRow.conversation_id)
            .where(HandOffRow.ended_at.is_(None), ConversationRow.owner == Owner.WAITING)
            .order_by(HandOffRow.opened_at, HandOffRow.hand_off_id)
        )
        return [_waiting(row) for row in rows]

    def place(self, session: Session, conversation_id: str) -> int:
        """The place in the line of a chat that waits, 1 for the first."""
        waiting = [one.conversation_id for one in self.waiting(session)]
        return 1 + len(list(takewhile(lambda one: one != conversation_id, waiting)))


def _open_one(session: Session, conversation_id: str) -> HandOffRow | None:
    query = select(HandOffRow).where(HandOffRow.conversation_id == conversation_id, HandOffRow.ended_at.is_(None))
    return session.scalars(query).first()


def _waiting(row: HandOffRow) -> Waiting:
    return Waiting(row.hand_off_id, row.conversation_id, row.reason, row.summary, row.opened_at, row.told_at)
