"""Agents' lines that their customer does not read in the chat: mailed once, to the address on the account."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from refunds import outbox
from refunds.chat.conversations import locked
from refunds.chat.lines import AGENT
from refunds.chat.links import ChatLinks
from refunds.chat.transcript import Transcript, is_read
from refunds.database import Database
from refunds.notify.letter import Letter
from refunds.notify.mailer import Mailer
from refunds.policy.zones import customer_zone
from refunds.tables import ConversationRow, LineRow
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
            .where(LineRow.author == AGENT, LineRow.said_at > now - LOOKED_BACK)
            .where(LineRow.number > ConversationRow.mailed_number, ConversationRow.customer_id.is_not(None))
            .where(
                or_(
                    ConversationRow.channel.in_(WITHOUT_CHAT),
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
            last = _last_of_agents(session, conversation_id)
            if row is None or last <= row.mailed_number:
                return  # another worker was quicker
            wish = {
                "conversation_id": conversation_id,
                "customer_id": row.customer_id,
                "after": max(row.mailed_number, row.read_number, row.delivered_number),
                "until": last,
            }
            row.mailed_number = last
            outbox.write(session, MAIL, f"{MAIL}:{conversation_id}:{last}", wish, now)

    def send(self, key: str, wish: dict[str, Any], now: datetime) -> None:
        """Mail lines, unless they were read meanwhile; after a crash in between, the same mail goes again.

        Raises ``NotFound``, ``BackOfficeUnavailable`` and ``MailFailed``.
        """
        conversation_id = wish["conversation_id"]
        with self.database.reading() as session:
            row = session.get(ConversationRow, conversation_id)
            if row is None or is_read(session, conversation_id, wish["until"]):
                return
            zone, locale, channel = row.zone, row.locale, row.channel
        lines = Transcript(self.database).since(conversation_id, wish["after"])
        told = [line for line in lines if line.author == AGENT and line.number <= wish["until"]]
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


def _last_of_agents(session: Session, conversation_id: str) -> int:
    theirs = select(func.max(LineRow.number)).where(LineRow.conversation_id == conversation_id, LineRow.author == AGENT)
    return session.scalar(theirs) or 0
