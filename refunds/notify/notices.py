"""Telling a customer what happened to their case: once, in the chat and by mail, in the event's transaction."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from refunds import outbox
from refunds.case_words import case_card
from refunds.cases.notices import add_notice, note_line
from refunds.cases.promises import PromiseKind, promises_of
from refunds.chat.conversations import locked
from refunds.chat.lines import NOTICE, add_lines
from refunds.chat.message import Reply
from refunds.chat.ownership import Owner
from refunds.notify.choices import choices
from refunds.notify.facts import facts
from refunds.notify.matter import Matter
from refunds.notify.occasions import ONLY_WHEN_AWAY, Occasion, told_in_chat
from refunds.notify.sentences import paragraphs
from refunds.tables import ConversationRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from refunds.cases.case import Case
    from refunds.cases.payout import Payout
    from refunds.days import BankCalendars
    from refunds.policy.book import PolicyBook
    from refunds.words import Words

__all__ = ["Notices", "Occasion"]

MAIL = "notice_mail"
# Whoever reads a notice in the chat within this time needs no mail of passing news.
TIME_TO_READ = timedelta(minutes=2)


class Notices:
    """Writes notices into the transaction of whoever has news."""

    def __init__(self, words: Words, policy: PolicyBook, calendars: BankCalendars) -> None:
        self._words = words
        self._policy = policy
        self._calendars = calendars

    def tell(
        self,
        session: Session,
        case: Case,
        occasion: Occasion,
        *,
        key: str,
        now: datetime,
        payout: Payout | None = None,
        **details: Any,
    ) -> None:
        """Tell the customer of ``case``; the same ``key`` again tells nothing.

        ``details`` by occasion: REJECTED ``reason``, ``clause``; INFORMATION_NEEDED ``items``; APPROVED
        ``route_closed``; FAILED ``next_route``; SLIPPING ``kind``, ``was``, ``day`` (None: no new one);
        CLOSED_ELSEWHERE ``refund_id``, ``day``, ``amount``. The conversation is locked until the transaction ends.
        """
        conversation = locked(session, case.conversation_id) if case.conversation_id else None
        matter = self._matter(session, case, payout, details, now, conversation)
        told = paragraphs(matter, occasion)
        values = {**matter.values, "paragraphs": told, "facts": facts(matter, occasion)}
        notice_id = add_notice(session, key, case.case_id, occasion.value, values, now)
        if notice_id is None:
            return
        wait = timedelta()
        if conversation is not None and told_in_chat(occasion, case) and _is_theirs(conversation, case):
            card = case_card(self._words, case, matter.following, matter.locale)
            reply = Reply("\n".join(told), choices(matter, occasion), card)
            add_lines(session, conversation, [reply], author=NOTICE, in_reply_to=None, now=now)
            note_line(session, notice_id, conversation.conversation_id, conversation.last_number)
            wait = TIME_TO_READ if occasion in ONLY_WHEN_AWAY else wait
        outbox.write(session, MAIL, f"{MAIL}:{notice_id}", {"notice_id": notice_id}, now, due_at=now + wait)

    def preview(self, session: Session, case: Case, occasion: Occasion, *, now: datetime, **details: Any) -> list[str]:
        """The paragraphs that ``tell`` would write now, where no payout comes with it; nothing is told."""
        conversation = session.get(ConversationRow, case.conversation_id) if case.conversation_id else None
        return paragraphs(self._matter(session, case, None, details, now, conversation), occasion)

    def _matter(  # noqa: PLR0917 - all that a notice depends on
        self,
        session: Session,
        case: Case,
        payout: Payout | None,
        details: dict[str, Any],
        now: datetime,
        conversation: ConversationRow | None,
    ) -> Matter:
        return Matter(
            words=self._words,
            policy=self._policy,
            calendars=self._calendars,
            case=case,
            payout=payout,
            details=details,
            verify_by=_promised_check(session, case),
            now=now,
            locale=conversation.locale if conversation else None,
        )


def _is_theirs(conversation: ConversationRow, case: Case) -> bool:
    """Whether the customer still reads there: not after it ended, nor where they signed out or another signed in."""
    return conversation.owner != Owner.CLOSED and conversation.customer_id == case.customer_id


def _promised_check(session: Session, case: Case) -> date:
    """By when the customer was last told that a person checks the case."""
    checks = [each for each in promises_of(session, case.case_id) if each.kind is PromiseKind.VERIFY_BY]
    return next((each.day for each in checks if each.ended_at is None), case.verification_due)
