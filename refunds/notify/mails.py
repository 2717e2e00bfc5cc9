"""Mailing notices: what the worker does for the outbox's ``notice_mail`` rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from refunds.cases import store
from refunds.cases.notice_wishes import Way, wishes_of
from refunds.cases.notices import Notice, get_notice, note_mailed
from refunds.chat.deliveries import was_taken
from refunds.chat.links import ChatLinks
from refunds.chat.reach import reached
from refunds.notify.letter import Letter
from refunds.notify.mailer import Mailer
from refunds.notify.occasions import Occasion, is_enough_if_read
from refunds.tables import ConversationRow
from refunds.words import Words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from refunds.backoffice.client import BackOffice
    from refunds.cases.case import Case
    from refunds.database import Database
    from refunds.policy.records import Customer


@dataclass(frozen=True)
class NoticeMails:
    """Mails notices to the address that the back office has now. ``links`` lead back into the chat."""

    database: Database
    backoffice: BackOffice
    words: Words
    mailer: Mailer
    links: ChatLinks

    def send(self, notice_id: str, now: datetime) -> None:
        """Mail a notice, unless it was mailed already, or the chat was enough: by its kind, or as they wish.

        After a crash in between, the same mail goes again under the same message id.
        Raises ``NotFound``, ``BackOfficeUnavailable``, ``MailFailed`` and ``DatabaseUnavailable``.
        """
        with self.database.reading() as session:
            notice = get_notice(session, notice_id)
            case = store.get(session, notice.case_id)
            way = wishes_of(session, case.customer_id).way
            if notice.mailed_at is not None or _needs_no_mail(session, notice, way):
                return
            link = self.links.to(_conversation_of(session, case), now, case_id=case.case_id)
        customer = self.backoffice.customer(case.customer_id)
        letter = notice_letter(self.words, notice, customer, link, self.links.to_notices(case.case_id, now))
        self.mailer.send(customer.email, letter, message_id=notice.key, now=now)
        with self.database.transaction() as session:
            note_mailed(session, notice_id, now)


def notice_letter(words: Words, notice: Notice, customer: Customer, link: str, wishes_link: str) -> Letter:
    """The mail of a notice: what the chat says, the facts, and a link into the chat, which asks who it is as always.

    ``wishes_link`` leads to where its reader says how they want to hear from us.
    """
    values = notice.values
    return Letter(
        subject=words.say(f"mail_subject_{notice.occasion}", **values),
        paragraphs=(words.say("mail_greeting", customer=customer.name), *values["paragraphs"]),
        facts=tuple((label, value) for label, value in values["facts"]),
        link=(words.say("mail_open_chat"), link),
        closing=tuple(words.say("mail_closing").split("\n\n")),
        footer=(words.say("mail_notices"), wishes_link),
    )


def _conversation_of(session: Session, case: Case) -> str | None:
    """Where the case was filed, unless somebody else signed in there since."""
    row = session.get(ConversationRow, case.conversation_id) if case.conversation_id else None
    return row.conversation_id if row is not None and row.customer_id == case.customer_id else None


def _needs_no_mail(session: Session, notice: Notice, way: Way) -> bool:
    if notice.conversation_id is None or notice.line_number is None:
        return False  # the chat could not tell it
    if way is Way.CHAT:
        return was_taken(session, notice.conversation_id, notice.line_number)
    enough = is_enough_if_read(Occasion(notice.occasion), way)
    return enough and reached(session, notice.conversation_id, notice.line_number)
