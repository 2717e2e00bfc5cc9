"""Asking by mail how a case was handled, where its customer has no chat any more in which to ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from refunds.cases import store
from refunds.chat.links import ChatLinks
from refunds.notify.letter import Letter
from refunds.notify.mailer import Mailer
from refunds.words import Words

if TYPE_CHECKING:
    from refunds.backoffice.client import BackOffice
    from refunds.database import Database


@dataclass(frozen=True)
class OpinionMails:
    """Mails to the address that the back office has now. ``links`` lead to the page with the answers."""

    database: Database
    backoffice: BackOffice
    words: Words
    mailer: Mailer
    links: ChatLinks

    def send(self, case_id: str, now: datetime) -> None:
        """Ask; after a crash in between, the same mail goes again under the same message id.

        Raises ``NotFound``, ``BackOfficeUnavailable`` and ``MailFailed``.
        """
        with self.database.reading() as session:
            case = store.get(session, case_id)
        customer = self.backoffice.customer(case.customer_id)
        letter = Letter(
            subject=self.words.say("mail_opinion_subject", case=case_id),
            paragraphs=(
                self.words.say("mail_greeting", customer=customer.name),
                self.words.say("opinion_question", case=case_id, order=case.order_id),
            ),
            link=(self.words.say("mail_opinion_open"), self.links.to_notices(case_id, now)),
            closing=tuple(self.words.say("mail_opinion_closing").split("\n\n")),
        )
        self.mailer.send(customer.email, letter, message_id=f"opinion-{case_id}", now=now)
