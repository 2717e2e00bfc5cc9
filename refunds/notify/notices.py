"""Telling a customer what happened to their case: once, in the chat and by mail, in the event's transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from refunds import outbox
from refunds.case_words import case_card
from refunds.cases import store
from refunds.cases.lifecycle import CaseState
from refunds.cases.notice_wishes import Way, wishes_of
from refunds.cases.notices import HELD, add_notice, get_notice, note_line, note_told
from refunds.cases.promises import PromiseKind, promises_of
from refunds.chat.conversations import locked
from refunds.chat.lines import NOTICE, add_lines
from refunds.chat.message import Button, Reply
from refunds.chat.ownership import Owner
from refunds.notify.choices import choices
from refunds.notify.facts import facts
from refunds.notify.matter import Matter
from refunds.notify.occasions import Occasion, is_enough_if_read, is_urgent, is_wanted, told_in_chat
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
LATER = "notice_later"
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
        """Tell the customer of ``case``, or once their quiet hours are over; the same ``key`` again tells nothing.

        Nothing either, where they wish to hear only what the case needs and this is not of that kind.

        ``details`` by occasion: REJECTED ``reason``, ``clause``; INFORMATION_NEEDED ``items``; APPROVED
        ``route_closed``; FAILED ``next_route``; SLIPPING ``kind``, ``was``, ``day`` (None: no new one);
        CLOSED_ELSEWHERE ``refund_id``, ``day``, ``amount``. The conversation is locked until the transaction ends.
        """
        conversation = locked(session, case.conversation_id) if case.conversation_id else None
        matter = self._matter(session, case, payout, details, now, conversation)
        wishes = wishes_of(session, case.customer_id)
        if not is_wanted(occasion, wishes.way):
            return
        told, buttons = paragraphs(matter, occasion), choices(matter, occasion)
        values: dict[str, Any] = {**matter.values, "paragraphs": told, "facts": facts(matter, occasion)}
        held_until = None if is_urgent(occasion, case) else wishes.held_until(now, matter.zone)
        if held_until is not None:
            values[HELD] = [[button.title, button.payload] for button in buttons]
        notice_id = add_notice(session, key, case.case_id, occasion.value, values, held_until or now)
        if notice_id is None:
            return
        if held_until is not None:
            _hold(session, notice_id, now, held_until)
            return
        self._tell(session, matter, conversation, occasion, notice_id, Reply("\n".join(told), buttons), wishes.way)

    def tell_held(self, session: Session, notice_id: str, now: datetime) -> None:
        """Tell a notice that waited for the end of quiet hours, as it was worded then; held on where they hold now.

        What was asked for and given meanwhile is not asked for any more. Raises ``NotFound``.
        """
        notice = get_notice(session, notice_id)
        case, occasion = store.get(session, notice.case_id), Occasion(notice.occasion)
        conversation = locked(session, case.conversation_id) if case.conversation_id else None
        matter = self._matter(session, case, case.payouts[-1] if case.payouts else None, {}, now, conversation)
        wishes = wishes_of(session, case.customer_id)
        held_until = wishes.held_until(now, matter.zone)
        if HELD not in notice.values or (occasion is Occasion.INFORMATION_NEEDED and not _is_asked(case)):
            return
        if held_until is not None:
            _hold(session, notice_id, now, held_until)
            return
        note_told(session, notice_id, now)
        buttons = tuple(Button(title, payload) for title, payload in notice.values[HELD])
        reply = Reply("\n".join(notice.values["paragraphs"]), buttons)
        self._tell(session, matter, conversation, occasion, notice_id, reply, wishes.way)

    def _tell(  # noqa: PLR0917 - all that is told, to whom and how
        self,
        session: Session,
        matter: Matter,
        conversation: ConversationRow | None,
        occasion: Occasion,
        notice_id: str,
        reply: Reply,
        way: Way,
    ) -> None:
        case, now, wait = matter.case, matter.now, timedelta()
        if conversation is not None and told_in_chat(occasion, case) and _is_theirs(conversation, case):
            card = case_card(self._words, case, matter.following, matter.locale)
            add_lines(session, conversation, [replace(reply, card=card)], author=NOTICE, in_reply_to=None, now=now)
            note_line(session, notice_id, conversation.conversation_id, conversation.last_number)
            wait = TIME_TO_READ if is_enough_if_read(occasion, way) else wait
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


def _hold(session: Session, notice_id: str, now: datetime, until: datetime) -> None:
    key = f"{LATER}:{notice_id}:{until.isoformat()}"
    outbox.write(session, LATER, key, {"notice_id": notice_id}, now, due_at=until)


def _is_asked(case: Case) -> bool:
    """Whether the customer's answer is still awaited."""
    return case.state is CaseState.INFO_REQUESTED


def _is_theirs(conversation: ConversationRow, case: Case) -> bool:
    """Whether the customer still reads there: not after it ended, nor where they signed out or another signed in."""
    return conversation.owner != Owner.CLOSED and conversation.customer_id == case.customer_id


def _promised_check(session: Session, case: Case) -> date:
    """By when the customer was last told that a person checks the case."""
    checks = [each for each in promises_of(session, case.case_id) if each.kind is PromiseKind.VERIFY_BY]
    return next((each.day for each in checks if each.ended_at is None), case.verification_due)
