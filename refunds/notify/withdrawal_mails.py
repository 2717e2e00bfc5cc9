"""Acknowledging a withdrawal statement by mail: its content with date, time and zone, on a durable medium."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from refunds.cases import statements
from refunds.cases.statements import Place, Statement
from refunds.chat.links import ChatLinks
from refunds.notify.letter import Letter
from refunds.notify.mailer import Mailer
from refunds.policy.zones import customer_zone
from refunds.withdrawals import acknowledge
from refunds.words import Words

if TYPE_CHECKING:
    from refunds.backoffice.client import BackOffice
    from refunds.database import Database
    from refunds.policy.book import PolicyBook
    from refunds.policy.records import Customer


@dataclass(frozen=True)
class WithdrawalMails:
    """Mails acknowledgements to the address that the back office has. ``links`` lead back into the chat."""

    database: Database
    backoffice: BackOffice
    policy: PolicyBook
    words: Words
    mailer: Mailer
    links: ChatLinks

    def look_up(self, message_id: str, email: str, now: datetime) -> None:
        """Have a statement acknowledged to ``email``, if an account has that address; nobody hears whether one has.

        Raises ``NotFound`` and ``BackOfficeUnavailable``.
        """
        customer = self.backoffice.find_customer_by_email(email)
        if customer is None:
            return
        with self.database.transaction() as session:
            statement, _ = statements.get(session, message_id)
            acknowledge(session, statement, customer.customer_id, now)

    def send(self, message_id: str, customer_id: str, now: datetime) -> None:
        """Mail a statement to an account; after a crash in between, the same mail goes again under the same message id.

        Raises ``NotFound``, ``BackOfficeUnavailable`` and ``MailFailed``.
        """
        with self.database.reading() as session:
            statement, place = statements.get(session, message_id)
        customer = self.backoffice.customer(customer_id)
        letter = self.letter(statement, place, customer, self._link(statement, customer_id, now))
        self.mailer.send(customer.email, letter, message_id=f"withdrawal-{message_id}-{customer_id}", now=now)

    def _link(self, statement: Statement, customer_id: str, now: datetime) -> str:
        """Into the very chat only where its customer showed that it is theirs: anybody may have given this address."""
        joined = statement.customer_id == customer_id
        return self.links.to(statement.conversation_id if joined else None, now)

    def letter(self, statement: Statement, place: Place, customer: Customer, link: str) -> Letter:
        """What was said, word for word, when, and what comes next; no more of the account than its name."""
        # As the chat showed it; the country's zone, in which days end last, is the policy's to reckon with.
        zone = customer_zone(place.zone or "UTC", customer.country, self.policy.zones)
        moment = self.words.moment(statement.said_at, zone, place.locale)
        joined = statement.customer_id == customer.customer_id
        return Letter(
            subject=self.words.say("mail_withdrawal_subject", moment=moment),
            paragraphs=(
                self.words.say("mail_greeting", customer=customer.name),
                self.words.say("mail_withdrawal_received"),
                f"“{statement.words}”",
                self.words.say("mail_withdrawal_counts"),
                self.words.say("mail_withdrawal_next" if joined else "mail_withdrawal_next_unverified"),
            ),
            facts=((self.words.say("mail_fact_withdrawal_received"), moment),),
            link=(self.words.say("mail_open_chat"), link),
            closing=(self.words.say("mail_withdrawal_closing"),),
        )
