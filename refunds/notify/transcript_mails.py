"""Mailing a customer their whole chat, as it is kept, to the address that the back office has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from refunds import outbox
from refunds.chat.conversations import locked, new_id
from refunds.chat.links import ChatLinks
from refunds.chat.transcript import Transcript
from refunds.notify.letter import Letter
from refunds.notify.mailer import Mailer
from refunds.policy.zones import customer_zone
from refunds.words import Words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from refunds.backoffice.client import BackOffice
    from refunds.chat.message import Line
    from refunds.database import Database
    from refunds.policy.book import PolicyBook
    from refunds.policy.records import Customer
    from refunds.tables import ConversationRow

MAIL = "transcript_mail"
MAILS_AN_HOUR = 3


@dataclass(frozen=True)
class TranscriptMails:
    """Takes wishes for the chat by mail, and mails it. ``links`` lead back into it."""

    database: Database
    backoffice: BackOffice
    policy: PolicyBook
    words: Words
    mailer: Mailer
    links: ChatLinks

    def ask(self, conversation_id: str | None, now: datetime) -> str | None:
        """Have the chat mailed, as it stands, to its verified customer; None, or the sentence that says why not.

        Three times an hour a customer at most. Raises ``DatabaseUnavailable``.
        """
        with self.database.transaction() as session:
            conversation = locked(session, conversation_id) if conversation_id else None
            if conversation is None or conversation.last_position == 0:
                return self.words.say("utter_transcript_empty")
            if conversation.verified_until is None or now >= conversation.verified_until:
                return self.words.say("utter_transcript_unverified")
            return self._write(session, conversation, now)

    def _write(self, session: Session, conversation: ConversationRow, now: datetime) -> str | None:
        customer = f"{MAIL}:{conversation.customer_id}:"
        if outbox.count_since(session, customer, now - timedelta(hours=1)) >= MAILS_AN_HOUR:
            return self.words.say("utter_transcript_too_many", most=MAILS_AN_HOUR)
        wish = {
            "conversation_id": conversation.conversation_id,
            "customer_id": conversation.customer_id,
            "zone": conversation.zone,
            "locale": conversation.locale,
            "until": now.isoformat(),
        }
        outbox.write(session, MAIL, f"{customer}{new_id()}", wish, now)
        return None

    def send(self, key: str, wish: dict[str, str], now: datetime) -> None:
        """Mail what was said until the wish; after a crash in between, the same mail goes again under the same id.

        Raises ``NotFound``, ``BackOfficeUnavailable`` and ``MailFailed``.
        """
        until = datetime.fromisoformat(wish["until"])
        history = Transcript(self.database).history(wish["conversation_id"])
        customer = self.backoffice.customer(wish["customer_id"])
        zone = customer_zone(wish["zone"], customer.country, self.policy.zones)
        lines = [line for line in history if line.said_at <= until]
        link = self.links.to(wish["conversation_id"], now)
        letter = self.letter(lines, customer, zone, wish["locale"], link)
        self.mailer.send(customer.email, letter, message_id=key, now=now)

    def letter(self, lines: list[Line], customer: Customer, zone: ZoneInfo, locale: str | None, link: str) -> Letter:
        """The lines in order, each with who said it and when, in the customer's zone."""
        began = lines[0].said_at.astimezone(zone).date()
        return Letter(
            subject=self.words.say("mail_transcript_subject", day=self.words.day(began, locale)),
            paragraphs=(
                self.words.say("mail_greeting", customer=customer.name),
                self.words.say("mail_transcript_intro"),
                *(self._line(line, zone, locale) for line in lines),
            ),
            link=(self.words.say("mail_open_chat"), link),
            closing=(self.words.say("mail_transcript_closing"),),
        )

    def _line(self, line: Line, zone: ZoneInfo, locale: str | None) -> str:
        files = [self.words.say("mail_transcript_file", file=file.name) for file in line.files]
        return self.words.say(
            "mail_transcript_line",
            who=self.words.say(f"transcript_{line.author}"),
            moment=self.words.moment(line.said_at, zone, locale),
            text="\n".join([line.text, *files] if line.text else files),
        )
