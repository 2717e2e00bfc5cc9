"""Telling by mail that an agent verified somebody by questions: whoever has the mailbox must learn of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from refunds.chat.links import ChatLinks
from refunds.errors import NotFound
from refunds.notify.letter import Letter
from refunds.notify.mailer import Mailer
from refunds.policy.zones import customer_zone
from refunds.tables import ConversationRow, IdentityCheckRow
from refunds.words import Words

if TYPE_CHECKING:
    from refunds.backoffice.client import BackOffice
    from refunds.database import Database
    from refunds.policy.book import PolicyBook


@dataclass(frozen=True)
class IdentityMails:
    """Mails to the address that the back office has. ``links`` lead to the page with the chat."""

    database: Database
    backoffice: BackOffice
    policy: PolicyBook
    words: Words
    mailer: Mailer
    links: ChatLinks

    def send(self, check_id: str, now: datetime) -> None:
        """Mail that a check was passed; after a crash in between, the same mail goes again under the same message id.

        Raises ``NotFound``, ``BackOfficeUnavailable`` and ``MailFailed``.
        """
        with self.database.reading() as session:
            check = session.get(IdentityCheckRow, check_id)
            if check is None:
                raise NotFound(f"there is no identity check {check_id}")
            chat = session.get_one(ConversationRow, check.conversation_id)
            customer_id, at, zone, locale = check.customer_id, check.ended_at or now, chat.zone, chat.locale
        customer = self.backoffice.customer(customer_id)
        shown_in = customer_zone(zone, customer.country, self.policy.zones)
        letter = Letter(
            subject=self.words.say("mail_identity_subject"),
            paragraphs=(
                self.words.say("mail_greeting", customer=customer.name),
                self.words.say("mail_identity", moment=self.words.moment(at, shown_in, locale)),
                self.words.say("mail_identity_not_you"),
            ),
            # Not into the conversation: if it was somebody else's, this mail must not lead there.
            link=(self.words.say("mail_open_chat"), self.links.to(None, now)),
            closing=(self.words.say("mail_identity_closing"),),
        )
        self.mailer.send(customer.email, letter, message_id=f"identity-{check_id}", now=now)
