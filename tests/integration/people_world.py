"""A customer, a mailbox and conversations for tests of identity, mail, hand-off and the worker."""

from __future__ import annotations

import email
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from refunds.database import Database
from refunds.errors import BackOfficeUnavailable
from refunds.identity import Identity
from refunds.notify import FileMailer
from refunds.policy.records import Customer
from refunds.settings import ROOT, Settings, read_settings
from refunds.tables import ChallengeRow, ConversationRow
from refunds.words import Words

# Where the kind of database makes no difference, the quicker one will do.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
AMARA = Customer("C-1001", "Amara Okafor", "amara@example.com", "business", "DE")
BRUNO = Customer("C-1002", "Bruno Silva", "bruno@example.com", "consumer", "PT")


@dataclass
class CustomersOffice:
    """A back office that knows customers and nothing else."""

    customers: tuple[Customer, ...] = (AMARA, BRUNO)
    is_away: bool = False
    asked: list[str] = field(default_factory=list)

    def find_customer_by_email(self, address: str) -> Customer | None:
        self.asked.append(address)
        if self.is_away:
            raise BackOfficeUnavailable("away")
        return next((each for each in self.customers if each.email == address), None)

    def customer(self, customer_id: str) -> Customer:
        return next(each for each in self.customers if each.customer_id == customer_id)


@dataclass
class People:
    """Identity over a database of its own, with the mailbox beside it."""

    database: Database
    settings: Settings
    office: CustomersOffice
    identity: Identity

    def conversation(self, name: str = "one") -> str:
        """A conversation's id; the conversation is made if it is not there."""
        conversation_id = name.encode().hex().ljust(32, "0")
        with self.database.transaction() as session:
            if session.get(ConversationRow, conversation_id) is None:
                session.add(
                    ConversationRow(
                        conversation_id=conversation_id, channel="rest", address=name, created_at=NOW, updated_at=NOW
                    )
                )
        return conversation_id

    def row(self, name: str = "one") -> ConversationRow:
        """The conversation's row, as it stands now."""
        with self.database.reading() as session:
            found = session.get(ConversationRow, self.conversation(name))
            assert found is not None
            session.expunge(found)
            return found

    def ask_code(
        self, address: str = AMARA.email, name: str = "one", *, message: str = "m1", now: datetime = NOW
    ) -> str:
        return self.identity.send_code(self.conversation(name), address, message_id=message, now=now)

    def say(self, text: str, name: str = "one", *, now: datetime = NOW) -> tuple[str, str | None]:
        """Say something in the conversation, as admission passes it on."""
        with self.database.transaction() as session:
            conversation = session.get(ConversationRow, self.conversation(name))
            assert conversation is not None
            return self.identity.check_code(session, conversation, text, now)

    def sign_in(self, token: str, name: str = "one", *, now: datetime = NOW) -> bool:
        """Come with a token of the host site, as admission passes it on."""
        with self.database.transaction() as session:
            conversation = session.get(ConversationRow, self.conversation(name))
            assert conversation is not None
            return self.identity.verify_by_token(session, conversation, token, now)

    def customer(self, name: str = "one", *, now: datetime = NOW) -> str | None:
        return self.identity.verified_customer(self.conversation(name), now)

    def challenges(self) -> list[ChallengeRow]:
        with self.database.reading() as session:
            return session.query(ChallengeRow).order_by(ChallengeRow.made_at).all()

    def mails(self) -> list[EmailMessage]:
        return mails_in(self.settings.mailbox)

    def last_code(self) -> str:
        """The code of the newest mail."""
        return code_of(self.mails()[-1])


def people_over(database: Database, var: Path, secret: str = "a secret of this installation") -> People:
    settings = read_settings({"REFUNDS_VAR": str(var), "REFUNDS_SECRET": secret})
    office = CustomersOffice()
    mailer = FileMailer(settings.mailbox, settings.mail_from)
    words = Words.load(ROOT / "data" / "responses")
    return People(database, settings, office, Identity(database, office, mailer, words, settings))


def mails_in(mailbox: Path) -> list[EmailMessage]:
    """The mails as their files' content, oldest first."""
    files = sorted(mailbox.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    return [email.message_from_bytes(file.read_bytes(), policy=default) for file in files]


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def code_of(mail: EmailMessage) -> str:
    numbers = re.findall(r"(?<!\d)\d{6}(?!\d)", text_of(mail))
    assert len(numbers) == 1
    return str(numbers[0])


def another(code: str) -> str:
    """Six digits that are not ``code``."""
    return f"{(int(code) + 1) % 10**6:06d}"
