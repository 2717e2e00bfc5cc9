"""What becomes of a customer's message: answered, late, given to a person, or back with the assistant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy.orm import Session

from refunds.chat.conversations import change_owner
from refunds.chat.engine import BackOfficeLate
from refunds.chat.lines import ASSISTANT, NOTICE, add_lines
from refunds.chat.message import Button, EngineAnswer, Reply
from refunds.chat.ownership import Change, Owner
from refunds.chat.pending import DONE, HANDED_OVER, is_scheduled, pending_of
from refunds.errors import EngineUnavailable
from refunds.handoff import HandOff
from refunds.tables import ConversationRow, MessageRow
from refunds.words import Words

GO_ON = "/go_on_with_assistant"
FAILURES_BEFORE_A_PERSON = 3


def needs_engine(conversation: ConversationRow, message: MessageRow) -> bool:
    """Whether the assistant answers, and what is said is not the service's own button."""
    return conversation.owner == Owner.ASSISTANT and message.payload != GO_ON


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Outcomes for the messages of one locked conversation, within one transaction."""

    session: Session
    conversation: ConversationRow
    now: datetime
    handoff: HandOff
    words: Words

    def answered(self, message_id: str, answer: EngineAnswer) -> None:
        """Replies, new state and the hand-over that an action asked for."""
        message = self.session.get_one(MessageRow, message_id)
        add_lines(
            self.session, self.conversation, answer.replies, author=ASSISTANT, in_reply_to=message_id, now=self.now
        )
        self.conversation.state = answer.state
        message.reading = answer.reading
        self._conclude(message, DONE)
        if answer.person_needed is not None:
            self._need_person(answer.person_needed.reason, answer.person_needed.summary)

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

    def kept_from_engine(self, message: MessageRow) -> None:
        """A message to a person, who reads it on the desk, or one that asks to go on with the assistant."""
        if message.payload == GO_ON and self.conversation.owner in (Owner.ASSISTANT, Owner.WAITING):
            self._go_on(message)
            return
        self._conclude(message, HANDED_OVER)
        if self.conversation.owner == Owner.WAITING:
            self._notice(message, "utter_waiting_acknowledged", {"place": self._place()}, go_on=True)

    def _tell(self, messages: Iterable[MessageRow], name: str) -> None:
        for message in messages:
            if message.told_at is None:
                message.told_at = self.now
                self._notice(message, name)

    def _give_up(self, pending: Sequence[MessageRow]) -> None:
        for message in pending:
            self._conclude(message, HANDED_OVER)
        self._need_person("answer_failed", {"unanswered": [message.text for message in pending]})
        self._notice(pending[0], "utter_answer_failed", go_on=True)

    def _go_on(self, message: MessageRow) -> None:
        if self.conversation.owner == Owner.WAITING:
            change_owner(self.session, self.conversation, Change.WENT_ON, reason=None, now=self.now)
            self.handoff.end(self.session, self.conversation.conversation_id, self.now)
        self._conclude(message, DONE)
        self._notice(message, "utter_back_with_assistant")

    def _need_person(self, reason: str, summary: dict[str, Any]) -> None:
        change_owner(self.session, self.conversation, Change.PERSON_NEEDED, reason=reason, now=self.now)
        self.handoff.open(self.session, self.conversation, reason, summary, self.now)

    def _place(self) -> int:
        waiting = [one.conversation_id for one in self.handoff.waiting(self.session)]
        return 1 + len(list(takewhile(lambda one: one != self.conversation.conversation_id, waiting)))

    def _conclude(self, message: MessageRow, status: str) -> None:
        message.status, message.done_at, message.retry_at = status, self.now, None

    def _notice(
        self, message: MessageRow, name: str, values: Mapping[str, object] | None = None, *, go_on: bool = False
    ) -> None:
        text = self.words.say(name, seed=message.message_id, **(values or {}))
        buttons = (Button(self.words.say("button_go_on_with_assistant"), GO_ON),) if go_on else ()
        add_lines(
            self.session,
            self.conversation,
            [Reply(text, buttons)],
            author=NOTICE,
            in_reply_to=message.message_id,
            now=self.now,
        )
