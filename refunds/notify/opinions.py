"""Asking customers once how their case was handled, when it has ended, and taking what they say."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from refunds import outbox
from refunds.cases import satisfaction, store
from refunds.cases.expected import zone_of
from refunds.cases.notice_wishes import Way, wishes_of
from refunds.cases.satisfaction import Rating
from refunds.chat.conversations import locked
from refunds.chat.lines import NOTICE, add_lines
from refunds.chat.message import Button, Reply
from refunds.chat.ownership import Owner

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from refunds.cases.case import Case
    from refunds.database import Database
    from refunds.policy.book import PolicyBook
    from refunds.tables import ConversationRow
    from refunds.words import Words


MAIL = "opinion_mail"


@dataclass(frozen=True)
class Opinions:
    """Asks in the chat in which the case was filed, or by mail where its customer has that no more."""

    database: Database
    words: Words
    policy: PolicyBook

    def ask(self, now: datetime) -> int:
        """Ask about every case that has ended and was not asked about; how many. Raises ``DatabaseUnavailable``."""
        with self.database.reading() as session:
            found = satisfaction.to_ask(session, now)
        return sum(self._ask(case_id, now) for case_id in found)

    def waits_for(self, case_id: str) -> bool:
        """Whether the case's customer was asked by mail and has not answered yet."""
        with self.database.reading() as session:
            asked = satisfaction.opinion_of(session, case_id)
            return asked is not None and asked.conversation_id is None and asked.rating is None

    def answer(self, conversation_id: str | None, case_id: str, rating: Rating, now: datetime) -> bool:
        """Keep what a customer says where they were asked, None being a mail; False where nothing was to be said.

        The first answer stays.
        """
        with self.database.transaction() as session:
            asked = satisfaction.opinion_of(session, case_id)
            if asked is None or asked.conversation_id != conversation_id:
                return False
            return satisfaction.note_answer(session, case_id, rating, now)

    def _ask(self, case_id: str, now: datetime) -> bool:
        with self.database.transaction() as session:
            case = store.get(session, case_id)
            wishes = wishes_of(session, case.customer_id)
            is_quiet = wishes.held_until(now, zone_of(case, self.policy)) is not None
            if is_quiet or not satisfaction.is_to_ask(case, now):
                return False  # something happened meanwhile
            conversation = locked(session, case.conversation_id) if case.conversation_id else None
            if conversation is not None and _reads(conversation, case):
                return conversation.owner == Owner.ASSISTANT and self._ask_in_chat(session, conversation, case, now)
            return wishes.way is not Way.CHAT and _ask_by_mail(session, case, now)

    def _ask_in_chat(self, session: Session, conversation: ConversationRow, case: Case, now: datetime) -> bool:
        """The line and the note that it was asked are one transaction."""
        if not satisfaction.note_asked(session, case, conversation.channel, conversation.conversation_id, now):
            return False
        question = self.words.say("opinion_question", case=case.case_id, order=case.order_id)
        buttons = tuple(_button(self.words, case, rating) for rating in Rating)
        add_lines(session, conversation, [Reply(question, buttons)], author=NOTICE, in_reply_to=None, now=now)
        return True


def _reads(conversation: ConversationRow, case: Case) -> bool:
    return conversation.owner != Owner.CLOSED and conversation.customer_id == case.customer_id


def _ask_by_mail(session: Session, case: Case, now: datetime) -> bool:
    if not satisfaction.note_asked(session, case, "mail", None, now):
        return False
    outbox.write(session, MAIL, f"{MAIL}:{case.case_id}", {"case_id": case.case_id}, now)
    return True


def _button(words: Words, case: Case, rating: Rating) -> Button:
    values = {"case_number": case.case_id, "rating": rating.value}
    return Button(words.say(f"button_opinion_{rating}"), f"/rate_case{json.dumps(values)}")
