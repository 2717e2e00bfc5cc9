"""Going on in another channel where a chat stopped, by a code that is good once and for a short while.

The new conversation gets the state of the old one (what was said about the matter, and the open question), so nothing
need be repeated. Who the customer is does not come along: a code may be read over a shoulder, so before anything of an
account is shown the customer shows anew who they are, by a mailed code as in every conversation. The old chat stays as
it is. A chat that a person holds or is awaited in is not carried on: that person would be left behind.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from refunds.chat.channel_events import is_new
from refunds.chat.conversations import found_or_made, live, locked
from refunds.chat.lines import ASSISTANT, NOTICE, add_lines
from refunds.chat.message import Button, Reply
from refunds.chat.ownership import Owner
from refunds.database import Database
from refunds.errors import NotFound
from refunds.tables import ButtonRow, CarryOnRow, ConversationRow, LineRow
from refunds.words import Words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

GOOD_FOR = timedelta(minutes=15)


class Carried(StrEnum):
    """What became of a code that was brought."""

    GOES_ON = "goes_on"
    UNKNOWN = "unknown"
    WITH_A_PERSON = "with_a_person"
    BUSY_HERE = "busy_here"


@dataclass(frozen=True)
class CarryOn:
    """Makes codes and takes them."""

    database: Database
    words: Words

    def make(self, channel: str, address: str, now: datetime) -> str:
        """A code, 32 hex digits, by which the live conversation at ``address`` goes on elsewhere; only its digest is
        kept, and older codes of the conversation end.

        Raises ``NotFound`` where there is no conversation.
        """
        code = secrets.token_hex(16)
        with self.database.transaction() as session:
            conversation = live(session, channel, address)
            if conversation is None:
                raise NotFound("there is no conversation to go on with")
            of_it = CarryOnRow.conversation_id == conversation.conversation_id
            session.execute(
                update(CarryOnRow)
                .where(of_it, CarryOnRow.used_at.is_(None), CarryOnRow.ends_at > now)
                .values(ends_at=now)
            )
            session.add(
                CarryOnRow(
                    digest=_digest(code),
                    conversation_id=conversation.conversation_id,
                    made_at=now,
                    ends_at=now + GOOD_FOR,
                )
            )
        return code

    def use(self, code: str, channel: str, address: str, message_id: str, now: datetime) -> tuple[Carried, str]:
        """Go on at ``address`` where the conversation of ``code`` stopped, and say so there, or why not.

        Returns what became of it and the id of the conversation at ``address``. The same code brought again by the
        same conversation changes nothing and says nothing; nor is a refusal said again for the same ``message_id``.
        """
        with self.database.transaction() as session:
            here = found_or_made(session, channel, address, now)
            carried = self._carried(session, code, here, now)
            if carried is not Carried.GOES_ON and is_new(session, channel, f"carry-on {message_id}", now):
                _say(session, here, [Reply(self.words.say(f"utter_carry_on_{carried}"))], now, author=NOTICE)
            return carried, here.conversation_id

    def _carried(self, session: Session, code: str, here: ConversationRow, now: datetime) -> Carried:
        row = session.get(CarryOnRow, _digest(code), with_for_update=True)
        if row is not None and row.used_by == here.conversation_id:
            return Carried.GOES_ON
        if row is None or row.used_at is not None or row.ends_at <= now:
            return Carried.UNKNOWN
        there = locked(session, row.conversation_id)
        if there is None or there.conversation_id == here.conversation_id:
            return Carried.UNKNOWN
        if there.owner in (Owner.WAITING, Owner.AGENT):
            return Carried.WITH_A_PERSON
        if here.owner != Owner.ASSISTANT:
            return Carried.BUSY_HERE
        row.used_at, row.used_by = now, here.conversation_id
        here.state, here.zone = there.state, here.zone or there.zone
        _say(session, here, [Reply(self.words.say("utter_carried_on"))], now, author=NOTICE)
        _say(session, here, self._last_question(session, there), now, author=ASSISTANT)
        return Carried.GOES_ON

    def _last_question(self, session: Session, there: ConversationRow) -> list[Reply]:
        """What the assistant said last, with its choices, unless the customer had shown who they are: then it may be
        about their account.
        """
        if there.customer_id is not None:
            return [Reply(self.words.say("utter_carried_on_show_again"))]
        of_it = LineRow.conversation_id == there.conversation_id
        last = session.scalars(
            select(LineRow).where(of_it, LineRow.author == ASSISTANT).order_by(LineRow.number.desc()).limit(1)
        ).one_or_none()
        if last is None:
            return []
        offered = (ButtonRow.conversation_id == there.conversation_id) & (ButtonRow.number == last.number)
        buttons = session.scalars(select(ButtonRow).where(offered).order_by(ButtonRow.place))
        return [Reply(last.text, tuple(Button(one.title, one.payload) for one in buttons), last.card)]


def _say(session: Session, here: ConversationRow, replies: list[Reply], now: datetime, *, author: str) -> None:
    add_lines(session, here, replies, author=author, in_reply_to=None, now=now)


def _digest(code: str) -> str:
    return sha256(code.encode()).hexdigest()
