"""What becomes of a customer's message: answered, late, given to a person, or back with the assistant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from refunds import withdrawals
from refunds.cases.statements import Statement, orders_named
from refunds.chat.conversations import change_owner
from refunds.chat.engine import BackOfficeLate
from refunds.chat.lines import ASSISTANT, NOTICE, add_lines
from refunds.chat.message import Button, EngineAnswer, Line, Reply
from refunds.chat.ownership import Change, Owner
from refunds.chat.pending import DONE, HANDED_OVER, is_scheduled, pending_of
from refunds.errors import EngineUnavailable
from refunds.handoff import Desk, HandOff
from refunds.tables import ConversationRow, MessageRow
from refunds.withdrawal_words import declares_plainly
from refunds.words import Words

GO_ON = "/go_on_with_assistant"
WITHDRAW = "/withdraw_from_contract"
FAILURES_BEFORE_A_PERSON = 3
_GOES_ON = re.compile(
    r"(?:(?:ok|okay|no|well|actually|please|pls|just|then|let'?s|let me|sorry|can (?:i|we)|could (?:i|we)"
    r"|i(?:'d| would)?(?: want| like| rather| prefer)?(?: to)?)[\s,]+)*"
    r"(?:(?:(?:go|carry|keep) on|continue|go back|back|talk(?:ing)?|chat(?:ting)?|return|resume|proceed)(?: again)?"
    r" (?:to|with) (?:the |this |you,? the )?(?:automated )?(?:assistant|(?:chat)?bot|robot|machine|program)"
    r"|(?:never ?mind|forget|without|no need for|(?:i )?(?:don'?t|do not) need) (?:the |a |any )?"
    r"(?:human|person|agent|colleague)(?: any ?more)?)"
    r"(?:[\s,]+(?:please|pls|thanks|thank you|then|instead|again|now))*[\s.!?]*",
    re.I,
)
_ASKS_WHEN = re.compile(
    r"\?|\b(?:when|how long|hello|any(?:one|body)|some(?:one|body)|still (?:there|waiting))\b", re.I
)


def wants_assistant(message: MessageRow) -> bool:
    """Whether the customer, while waiting for a person, would rather go on with the assistant."""
    in_words = message.payload is None and _GOES_ON.fullmatch(message.text.strip()) is not None
    return in_words or message.payload == GO_ON


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Outcomes for the messages of one locked conversation, within one transaction."""

    session: Session
    conversation: ConversationRow
    now: datetime
    handoff: HandOff
    desk: Desk
    words: Words

    def answered(self, message_id: str, answer: EngineAnswer) -> list[Line]:
        """Replies, new state and the hand-over that an action asked for; gives the lines that the customer reads."""
        message = self.session.get_one(MessageRow, message_id)
        lines = add_lines(
            self.session, self.conversation, answer.replies, author=ASSISTANT, in_reply_to=message_id, now=self.now
        )
        self.conversation.state = answer.state
        message.reading = answer.reading
        self._conclude(message, DONE)
        if answer.person_needed is not None:
            self._need_person(answer.person_needed.reason, answer.person_needed.summary)
        return lines

    def answered_to_reader(self, message_id: str, answer: EngineAnswer) -> list[Line]:
        """The same where a request waits for the lines: they count as delivered, unless older ones come before them.

        Gives no lines then; the request reads them with the older ones.
        """
        is_up_to_date = self.conversation.delivered_number == self.conversation.last_number
        lines = self.answered(message_id, answer)
        if not is_up_to_date:
            return []
        self.conversation.delivered_number = self.conversation.last_number
        return lines

    def failed(self, error: EngineUnavailable, delays: Sequence[timedelta]) -> None:
        """The first message was tried in vain: try again after the next of ``delays``, in the end ask for a person."""
        pending = pending_of(self.session, self.conversation.conversation_id)
        head = pending[0]
        # A try that the customer's next message brought forward does not count against the message.
        if is_scheduled(head, self.now):
            head.attempts += 1
            head.retry_at = self.now + delays[min(head.attempts, len(delays)) - 1]
        if head.attempts >= FAILURES_BEFORE_A_PERSON:
            self._give_up(pending)
        else:
            self._tell(pending, "utter_back_office_late" if isinstance(error, BackOfficeLate) else "utter_answer_late")

    def told_late(self, messages: Iterable[MessageRow]) -> None:
        """Say once a message that its answer is late."""
        self._tell(messages, "utter_answer_late")

    def is_for_engine(self, message: MessageRow) -> bool:
        """Whether the assistant answers; who waits for a person may choose so, by button or in words."""
        if self.conversation.owner == Owner.WAITING and wants_assistant(message):
            change_owner(self.session, self.conversation, Change.WENT_ON, reason=None, now=self.now)
            self.handoff.end(self.session, self.conversation.conversation_id, self.now)
            message.payload = GO_ON
        return self.conversation.owner == Owner.ASSISTANT

    def kept_from_engine(self, message: MessageRow) -> None:
        """A message to a person, who reads it on the desk; who still waits for one hears that it is kept.

        A withdrawal from the contract is stamped and acknowledged all the same: the law waits for nobody.
        """
        self._conclude(message, HANDED_OVER)
        if message.payload == WITHDRAW or declares_plainly(message.text):
            self._stamp_withdrawal(message)
        elif self.conversation.owner == Owner.WAITING:
            name = "utter_waiting_when" if _ASKS_WHEN.search(message.text) else "utter_waiting_noted"
            text = self.words.in_turn(name, message.position, place=self._place(), when=self._when())
            self._notice(message, text, go_on=True)

    def _stamp_withdrawal(self, message: MessageRow) -> None:
        row, named = self.conversation, orders_named(message.text)
        customer_id = self._who()["customer_id"]
        said_at = withdrawals.record(
            self.session,
            Statement(
                message_id=message.message_id,
                conversation_id=row.conversation_id,
                said_at=message.received_at,
                words=message.text,
                customer_id=customer_id,
                order_id=next(iter(named)) if len(named) == 1 else None,
            ),
        )
        zone = ZoneInfo(row.zone) if row.zone else self.desk.hours.zone
        name = "utter_withdrawal_recorded" if customer_id else "utter_withdrawal_recorded_waiting"
        text = self.words.say(name, moment=self.words.moment(said_at, zone, row.locale))
        self._notice(message, text, go_on=row.owner == Owner.WAITING)

    def _tell(self, messages: Iterable[MessageRow], name: str) -> None:
        for message in messages:
            if message.told_at is None:
                message.told_at = self.now
                self._notice(message, self.words.say(name, seed=message.message_id))

    def _give_up(self, pending: Sequence[MessageRow]) -> None:
        for message in pending:
            self._conclude(message, HANDED_OVER)
        self._need_person("answer_failed", {"unanswered": [message.text for message in pending]})
        self._notice(pending[0], self.words.say("utter_answer_failed", when=self._when()), go_on=True)

    def _need_person(self, reason: str, summary: dict[str, Any]) -> None:
        change_owner(self.session, self.conversation, Change.PERSON_NEEDED, reason=reason, now=self.now)
        self.handoff.open(self.session, self.conversation, reason, {**self._who(), **summary}, self.now)

    def _who(self) -> dict[str, Any]:
        """Who the customer is and how they showed it, while that holds."""
        row = self.conversation
        holds = row.verified_until is not None and self.now < row.verified_until
        return {
            "customer_id": row.customer_id if holds else None,
            "verified_by": row.verified_by if holds else None,
        }

    def _place(self) -> int:
        return self.handoff.place(self.session, self.conversation.conversation_id)

    def _conclude(self, message: MessageRow, status: str) -> None:
        message.status, message.done_at, message.retry_at = status, self.now, None

    def _when(self) -> str:
        return self.desk.when_answered(self.now, self.conversation.zone, self.conversation.locale)

    def _notice(self, message: MessageRow, text: str, *, go_on: bool = False) -> None:
        buttons = (Button(self.words.say("button_go_on_with_assistant"), GO_ON),) if go_on else ()
        add_lines(
            self.session,
            self.conversation,
            [Reply(text, buttons)],
            author=NOTICE,
            in_reply_to=message.message_id,
            now=self.now,
        )
