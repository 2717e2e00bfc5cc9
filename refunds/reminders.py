"""Reminders of a "not yet": asked for in the chat, told once on the day, in the chat and by mail."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from refunds import outbox
from refunds.cases import reminders, store
from refunds.cases.assessments import Assessment, latest_not_yet
from refunds.cases.receipt import read_receipt
from refunds.cases.reminders import Reminder
from refunds.chat.conversations import locked
from refunds.chat.lines import NOTICE, add_lines
from refunds.chat.links import ChatLinks
from refunds.chat.message import Button, Reply
from refunds.chat.ownership import Owner
from refunds.errors import NotFound
from refunds.notify import Letter, Mailer
from refunds.policy.request import RefundRequest
from refunds.policy.zones import customer_zone

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from refunds.backoffice.client import BackOffice
    from refunds.database import Database
    from refunds.policy.book import PolicyBook
    from refunds.words import Words

TELL, MAIL = "reminder", "reminder_mail"
TOLD_AT = time(9)  # where the customer lives


@dataclass(frozen=True)
class Reminders:
    """Keeps who wants to be reminded, and reminds them. ``links`` lead back into the chat."""

    database: Database
    backoffice: BackOffice
    policy: PolicyBook
    words: Words
    mailer: Mailer
    links: ChatLinks

    def remember(self, conversation_id: str, customer_id: str, order_id: str, now: datetime) -> Reminder:
        """Remind the customer on the day of the last "not yet" that they were told about an order here; once a day.

        Raises ``NotFound`` where they were told none.
        """
        with self.database.transaction() as session:
            told = latest_not_yet(session, conversation_id, customer_id, order_id)
            if told is None or told.eligible_from is None:
                raise NotFound(f"no day is known for order {order_id}")
            zone = self._zone(told)
            reminder = reminders.keep(
                session, conversation_id, customer_id, order_id, told.eligible_from, zone.key, now
            )
            due = datetime.combine(reminder.day, TOLD_AT, ZoneInfo(reminder.zone))
            outbox.write(session, TELL, f"{TELL}:{reminder.reminder_id}", _payload(reminder), now, due_at=due)
            return reminder

    def cancel(self, conversation_id: str) -> list[Reminder]:
        """Forget the conversation's reminders that were not told yet; returns them."""
        with self.database.transaction() as session:
            forgotten = reminders.waiting(session, conversation_id)
            for reminder in forgotten:
                reminders.cancel(session, reminder.reminder_id)
            return forgotten

    def request_about(self, conversation_id: str, customer_id: str, order_id: str) -> RefundRequest:
        """What the customer had told here when they heard "not yet"; raises ``NotFound`` where they never did."""
        with self.database.reading() as session:
            told = latest_not_yet(session, conversation_id, customer_id, order_id)
        if told is None:
            raise NotFound(f"nothing was told here about order {order_id}")
        return read_receipt(told.receipt).request

    def tell(self, reminder_id: str, now: datetime) -> None:
        """Remind the customer: the chat's line and the note that they were told are one transaction.

        Nothing is told where it was cancelled or told, or where the order has a case by now.
        """
        with self.database.transaction() as session:
            reminder = reminders.get(session, reminder_id)
            if reminder is None or reminder.told_at is not None:
                return
            if store.open_case_of(session, reminder.order_id) is not None:
                reminders.cancel(session, reminder_id)
                return
            self._tell_in_chat(session, reminder, now)
            reminders.note_told(session, reminder_id, now)
            outbox.write(session, MAIL, f"{MAIL}:{reminder_id}", _payload(reminder), now)

    def mail(self, reminder_id: str, now: datetime) -> None:
        """Mail a reminder; after a crash in between, the same mail goes again under the same message id.

        Raises ``BackOfficeUnavailable`` and ``MailFailed``.
        """
        with self.database.reading() as session:
            reminder = reminders.get(session, reminder_id)
        if reminder is None:
            return
        customer = self.backoffice.customer(reminder.customer_id)
        letter = Letter(
            subject=self.words.say("mail_reminder_subject", order=reminder.order_id),
            paragraphs=(self.words.say("mail_greeting", customer=customer.name), self._told(reminder)),
            link=(self.words.say("mail_open_chat"), self.links.to(reminder.conversation_id, now)),
            closing=tuple(self.words.say("mail_reminder_closing").split("\n\n")),
        )
        self.mailer.send(customer.email, letter, message_id=f"reminder-{reminder_id}", now=now)

    def _tell_in_chat(self, session: Session, reminder: Reminder, now: datetime) -> None:
        """Not where the conversation ended, or where its customer signed out or is another by now."""
        conversation = locked(session, reminder.conversation_id)
        if conversation is None or conversation.owner == Owner.CLOSED:
            return
        if conversation.customer_id != reminder.customer_id:
            return
        again = f"/take_up{json.dumps({'order_number': reminder.order_id})}"
        buttons = (
            Button(self.words.say("button_still_unsolved"), again),
            Button(self.words.say("button_person"), "/ask_for_human"),
        )
        reply = Reply(self._told(reminder), buttons)
        add_lines(session, conversation, [reply], author=NOTICE, in_reply_to=None, now=now)

    def _told(self, reminder: Reminder) -> str:
        return self.words.say("reminder_told", order=reminder.order_id)

    def _zone(self, told: Assessment) -> ZoneInfo:
        then = read_receipt(told.receipt)
        return customer_zone(then.request.zone, then.records.customer.country, self.policy.zones)


def _payload(reminder: Reminder) -> dict[str, str]:
    return {"reminder_id": reminder.reminder_id}
