"""Agents' lines that their customer does not read in the chat, or that their channel refused: mailed once, to the
address on the account.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from refunds import outbox
from refunds.chat.conversations import locked
from refunds.chat.deliveries import FAILED
from refunds.chat.lines import AGENT
from refunds.chat.links import ChatLinks
from refunds.chat.reach import reached
from refunds.chat.transcript import Transcript
from refunds.database import Database
from refunds.notify.letter import Letter
from refunds.notify.mailer import Mailer
from refunds.policy.zones import customer_zone
from refunds.tables import ConversationRow, DeliveryRow, LineRow
from refunds.words import Words

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from refunds.backoffice.client import BackOffice
    from refunds.chat.message import Line
    from refunds.policy.book import PolicyBook

MAIL = "away_mail"
# Whoever phoned or wrote a mail reads nothing in a chat until they follow a mail's link into it.
WITHOUT_CHAT = ("phone", "mail")
READ_IN_CHAT = ("website", "rest")
# Older lines are history: nobody waits for them any more.
LOOKED_BACK = timedelta(days=1)
_DELIVERY = and_(DeliveryRow.conversation_id == LineRow.conversation_id, DeliveryRow.number == LineRow.number)


@dataclass(frozen=True)
class AwayMails:
    """Sees what is unread for ``unread_for``, and mails it. ``links`` lead back into the chat."""

    database: Database
    backoffice: BackOffice
    policy: PolicyBook
    words: Words
    mailer: Mailer
    links: ChatLinks
    unread_for: timedelta

    def collect(self, now: datetime) -> int:
        """Have unread lines mailed; in how many conversations. Raises ``DatabaseUnavailable``."""
        unread = (
            select(LineRow.conversation_id)
            .join(ConversationRow, ConversationRow.conversation_id == LineRow.conversation_id)
            .outerjoin(DeliveryRow, _DELIVERY)
            .where(LineRow.author == AGENT, LineRow.said_at > now - LOOKED_BACK)
            .where(LineRow.number > ConversationRow.mailed_number, ConversationRow.customer_id.is_not(None))
            .where(
                or_(
                    ConversationRow.channel.in_(WITHOUT_CHAT),
                    DeliveryRow.state == FAILED,
                    ConversationRow.channel.in_(READ_IN_CHAT)
                    & (LineRow.said_at <= now - self.unread_for)
                    & (LineRow.number > ConversationRow.read_number)
                    & (LineRow.number > ConversationRow.delivered_number),
                )
            )
            .distinct()
        )
        with self.database.reading() as session:
            found = session.scalars(unread).all()
        for conversation_id in found:
            self._have_mailed(conversation_id, now)
        return len(found)

    def _have_mailed(self, conversation_id: str, now: datetime) -> None:
        with self.database.transaction() as session:
            row = locked(session, conversation_id)
            numbers = _unread(session, row) if row is not None else []
            if row is None or not numbers:
                return  # another worker was quicker
            wish = {"conversation_id": conversation_id, "customer_id": row.customer_id, "numbers": numbers}
            row.mailed_number = numbers[-1]
            outbox.write(session, MAIL, f"{MAIL}:{conversation_id}:{numbers[-1]}", wish, now)

    def send(self, key: str, wish: dict[str, Any], now: datetime) -> None:
        """Mail lines, unless they were read meanwhile; after a crash in between, the same mail goes again.

        Raises ``NotFound``, ``BackOfficeUnavailable`` and ``MailFailed``.
        """
        conversation_id, numbers = wish["conversation_id"], wish["numbers"]
        with self.database.reading() as session:
            row = session.get(ConversationRow, conversation_id)
            if row is None or reached(session, conversation_id, numbers[-1]):
                return
            zone, locale, channel = row.zone, row.locale, row.channel
        lines = Transcript(self.database).since(conversation_id, numbers[0] - 1)
        told = [line for line in lines if line.number in numbers]
        customer = self.backoffice.customer(wish["customer_id"])
        shown_in = customer_zone(zone, customer.country, self.policy.zones)
        letter = self._letter(told, customer.name, shown_in, locale, away=channel not in WITHOUT_CHAT)
        letter = replace(letter, link=(self.words.say("mail_open_chat"), self.links.to(conversation_id, now)))
        self.mailer.send(customer.email, letter, message_id=key, now=now)

    def _letter(self, lines: list[Line], name: str, zone: ZoneInfo, locale: str | None, *, away: bool) -> Letter:
        words = self.words
        signed = [(line, line.agent_name or words.say("desk_a_colleague")) for line in lines]
        return Letter(
            subject=words.say("mail_agent_wrote_subject", agent=signed[-1][1]),
            paragraphs=(
                words.say("mail_greeting", customer=name),
                words.say("mail_agent_wrote" if away else "mail_agent_wrote_elsewhere"),
                *(
                    words.say(
                        "mail_agent_line", agent=agent, moment=words.moment(line.said_at, zone, locale), text=line.text
                    )
                    for line, agent in signed
                ),
            ),
            closing=tuple(words.say("mail_agent_closing").split("\n\n")),
        )


def _unread(session: Session, row: ConversationRow) -> list[int]:
    """Agents' lines that no mail told so far: unread where we know what is read, else those that were refused."""
    here = row.channel in READ_IN_CHAT + WITHOUT_CHAT
    after = max(row.read_number, row.delivered_number) if here else row.last_number
    query = (
        select(LineRow.number)
        .outerjoin(DeliveryRow, _DELIVERY)
        .where(LineRow.conversation_id == row.conversation_id, LineRow.author == AGENT)
        .where(LineRow.number > row.mailed_number, or_(LineRow.number > after, DeliveryRow.state == FAILED))
        .order_by(LineRow.number)
    )
    return list(session.scalars(query))
