"""Showing who one is: by a one-time code sent to the address on the account, or by a token of the host site."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from refunds.database import Database
from refunds.errors import NotVerified
from refunds.identity import store
from refunds.identity.challenges import Wish, attempt, grant, is_over
from refunds.identity.codes import CodeMaker, take_code
from refunds.identity.tokens import customer_of_token, make_token, site_keys
from refunds.notify import Mailer
from refunds.notify.code_mail import code_letter
from refunds.policy.records import Customer
from refunds.settings import Settings
from refunds.tables import ChallengeRow, ConversationRow
from refunds.words import Words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

VERIFIED_FOR = timedelta(hours=12)


class CustomerFinder(Protocol):
    """What identity needs of the back office."""

    def find_customer_by_email(self, email: str) -> Customer | None:
        """The customer of that address; raises ``BackOfficeUnavailable``."""


class Identity:
    """Verifies customers. Verification belongs to a conversation, lives in its row, and ends by itself."""

    def __init__(
        self, database: Database, backoffice: CustomerFinder, mailer: Mailer, words: Words, settings: Settings
    ) -> None:
        self._database = database
        self._backoffice = backoffice
        self._codes = CodeMaker(settings.secret)
        self._mailer = mailer
        self._words = words
        self._site_keys = site_keys(settings)

    def send_code(self, conversation_id: str, email: str, *, message_id: str, now: datetime) -> str:
        """Mail a code to ``email`` if an account has it; a newer code ends the older one.

        Returns ``sent``, whether or not there is such an account, or ``too_many`` (more than five an hour for the
        address or the conversation). The same message again gives the same code and the same mail.
        Raises ``BackOfficeUnavailable`` and ``MailFailed``, for addresses without an account as well.
        """
        address = email.strip().lower()
        customer = self._backoffice.find_customer_by_email(address)
        wish = Wish(
            conversation_id=conversation_id,
            message_id=message_id,
            address_digest=self._codes.address_digest(address),
            customer_id=customer.customer_id if customer else None,
        )
        with self._database.transaction() as session:
            challenge = grant(session, self._codes, wish, now)
        if challenge is None:
            return "too_many"
        self._deliver(challenge, customer, now)
        return "sent"

    def check_code(
        self, session: Session, conversation: ConversationRow, text: str, now: datetime
    ) -> tuple[str, str | None]:
        """Look for the code that ``conversation`` waits for; to be called in the transaction that stores ``text``.

        Returns the text with the code as ``[code]``, and ``verified``, ``wrong``, ``expired`` or ``locked``; or the
        text as it is and None where no code is awaited or no lone six-digit number is there.
        """
        challenge = store.awaited_challenge(session, conversation)
        if challenge is None or is_over(challenge, now):
            return text, None
        cleaned, code = take_code(text)
        if code is None:
            return text, None
        outcome = attempt(challenge, self._codes, code, now)
        if outcome == "verified":
            verify(conversation, challenge.customer_id, "mail", now)
        return cleaned, outcome

    def verified_customer(self, conversation_id: str, now: datetime) -> str | None:
        """The customer that the conversation's customer showed to be, while that holds."""
        with self._database.reading() as session:
            customer_id, until = store.verification(session, conversation_id)
        return customer_id if until is not None and now < until else None

    def tries_left(self, conversation_id: str) -> int:
        """The tries left for the awaited code; 0 where none is awaited."""
        with self._database.reading() as session:
            return store.tries_left(session, conversation_id)

    def verify_by_token(self, session: Session, conversation: ConversationRow, token: str, now: datetime) -> bool:
        """Verify by the host site's token; False, and nothing changes, for a token that is not good."""
        customer_id = customer_of_token(token, self._site_keys, now)
        if customer_id is None:
            return False
        verify(conversation, customer_id, "site", now)
        return True

    def site_token(self, customer_id: str, now: datetime) -> str:
        """A token as the host site makes it: for the demo site. Raises ``NotVerified`` where no key is set."""
        if not self._site_keys:
            raise NotVerified("set REFUNDS_IDENTITY_KEY so that the host site may vouch for its customers")
        return make_token(customer_id, self._site_keys[0], now)

    def forget(self, conversation_id: str) -> None:
        """Sign out: the conversation's customer is nobody again, and no code is awaited."""
        with self._database.transaction() as session:
            row = store.conversation(session, conversation_id)
            row.customer_id = row.verified_by = row.verified_until = row.challenge_id = None

    def _deliver(self, challenge: ChallengeRow, customer: Customer | None, now: datetime) -> None:
        """Mail the code to the account; where there is none, do the same work for nothing."""
        if customer is None or customer.customer_id != challenge.customer_id or challenge.ended_at is not None:
            self._mailer.rehearse()
            return
        letter = code_letter(self._words, self._codes.code(challenge.nonce))
        self._mailer.send(customer.email, letter, message_id=f"code-{challenge.challenge_id}", now=now)


def verify(conversation: ConversationRow, customer_id: str | None, by: str, now: datetime) -> None:
    """Note in a locked conversation who its customer showed to be, and ``by`` what: mail, site, agent."""
    conversation.customer_id = customer_id
    conversation.verified_by = by
    conversation.verified_until = now + VERIFIED_FOR
    conversation.challenge_id = None
