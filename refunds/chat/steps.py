"""The steps of a turn, each one transaction: take a message in hand, answer it, or say honestly that it is late."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from refunds.chat import leases
from refunds.chat.admission import Admission, Admitted
from refunds.chat.conversations import locked
from refunds.chat.message import EngineAnswer, Incoming, Line
from refunds.chat.outcomes import Outcomes
from refunds.chat.pending import PENDING, conversations_due, is_due, pending_of
from refunds.chat.work import Work, work_on
from refunds.database import Database
from refunds.errors import EngineUnavailable
from refunds.handoff import Desk, HandOff
from refunds.tables import ConversationRow, MessageRow
from refunds.words import Words


class Steps:
    """What a holder of a conversation's lease does to its messages.

    ``retry_delays`` are the seconds between a failure and the next try.
    """

    def __init__(
        self, database: Database, handoff: HandOff, desk: Desk, words: Words, *, retry_delays: Sequence[float]
    ) -> None:
        self._database = database
        self._handoff = handoff
        self._desk = desk
        self._words = words
        self._delays = [timedelta(seconds=delay) for delay in retry_delays]

    def due(self) -> list[str]:
        """Conversations that somebody should take now."""
        with self._database.reading() as session:
            return conversations_due(session, self._database.now(session))

    def take(self, conversation_id: str, token: str) -> Work | None:
        """The next message for the engine, under a lease of ``token``.

        None when there is none, its time has not come, or another holds the lease.
        """
        with self._database.transaction() as session:
            return self._taken(session, locked(session, conversation_id), token)

    def receive(
        self, admission: Admission, incoming: Incoming, token: str, now: datetime
    ) -> tuple[Admitted, Work | None]:
        """Admit a message and ``take`` what is next in its conversation, in one transaction.

        Raises as ``Admission.admit`` does. A message that was handed over before takes nothing.
        """
        with self._database.transaction() as session:
            admitted = admission.admit_within(session, incoming, now)
            if admitted.repeated:
                return admitted, None
            return admitted, self._taken(session, session.get(ConversationRow, admitted.conversation_id), token)

    def answer(self, work: Work, token: str, answer: EngineAnswer) -> Work | None:
        """Keep an answer whole, or drop it whole when lease or epoch are gone; then the next message."""
        return self._concluded(work, token, lambda outcomes: outcomes.answered(work.message_id, answer))

    def answer_to_reader(self, work: Work, token: str, answer: EngineAnswer) -> tuple[Work | None, list[Line]]:
        """Like ``answer``, for a request that waits for the lines; they count as delivered with that.

        Gives no lines where the answer was dropped, or where older lines have to be read before them.
        """
        lines: list[Line] = []
        following = self._concluded(
            work, token, lambda outcomes: lines.extend(outcomes.answered_to_reader(work.message_id, answer))
        )
        return following, lines

    def fail(self, work: Work, token: str, error: EngineUnavailable) -> Work | None:
        """Keep the message pending and say so once; after the third failure a person is needed. Then the next."""
        return self._concluded(work, token, lambda outcomes: outcomes.failed(error, self._delays))

    def leave(self, conversation_id: str, token: str) -> None:
        """Give back the lease of a turn that is broken off, so that its message need not wait for the lease's end."""
        with self._database.transaction() as session:
            conversation = locked(session, conversation_id)
            if conversation is not None and leases.holds(conversation, token):
                leases.give_back(conversation)

    def tell_late(self, conversation_id: str, message_id: str) -> None:
        """Say that an answer is late, unless that was said or the answer is there: for channels that cannot wait."""
        with self._database.transaction() as session:
            conversation = locked(session, conversation_id)
            waiting = [one for one in pending_of(session, conversation_id) if one.message_id == message_id]
            if conversation is not None:
                self._outcomes(session, conversation, self._database.now(session)).told_late(waiting)

    def _taken(self, session: Session, conversation: ConversationRow | None, token: str) -> Work | None:
        now = self._database.now(session)
        if conversation is None or not leases.take(conversation, token, now):
            return None
        pending = pending_of(session, conversation.conversation_id)
        return _next(self._outcomes(session, conversation, now), pending, token)

    def _concluded(self, work: Work, token: str, conclude: Callable[[Outcomes], object]) -> Work | None:
        with self._database.transaction() as session:
            now = self._database.now(session)
            conversation = locked(session, work.conversation_id)
            if conversation is None or not leases.holds(conversation, token):
                return None
            outcomes = self._outcomes(session, conversation, now)
            pending = pending_of(session, conversation.conversation_id)
            if conversation.epoch == work.epoch:
                conclude(outcomes)
            return _next(outcomes, [message for message in pending if message.status == PENDING], token)

    def _outcomes(self, session: Session, conversation: ConversationRow, now: datetime) -> Outcomes:
        return Outcomes(session, conversation, now, self._handoff, self._desk, self._words)


def _next(outcomes: Outcomes, pending: list[MessageRow], token: str) -> Work | None:
    """The next of ``pending`` for the engine with the lease renewed, or None with the lease given back."""
    conversation = outcomes.conversation
    while pending and not outcomes.is_for_engine(pending[0]):
        outcomes.kept_from_engine(pending.pop(0))
    if pending and is_due(pending, outcomes.now):
        leases.take(conversation, token, outcomes.now)
        return work_on(conversation, pending[0])
    leases.give_back(conversation)
    return None
