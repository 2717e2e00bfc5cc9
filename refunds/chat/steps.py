"""The steps of a turn, each one transaction: take a message in hand, answer it, or say honestly that it is late."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from refunds.chat import leases
from refunds.chat.conversations import locked
from refunds.chat.message import EngineAnswer
from refunds.chat.outcomes import Outcomes, needs_engine
from refunds.chat.pending import conversations_due, is_due, pending_of
from refunds.chat.work import Work, work_on
from refunds.database import Database
from refunds.errors import EngineUnavailable
from refunds.handoff import HandOff
from refunds.tables import ConversationRow
from refunds.words import Words


class Steps:
    """What a holder of a conversation's lease does to its messages.

    ``retry_delays`` are the seconds between a failure and the next try.
    """

    def __init__(self, database: Database, handoff: HandOff, words: Words, retry_delays: Sequence[float]) -> None:
        self._database = database
        self._handoff = handoff
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
            now = self._database.now(session)
            conversation = locked(session, conversation_id)
            if conversation is None or not leases.take(conversation, token, now):
                return None
            return _next(self._outcomes(session, conversation, now), token)

    def answer(self, work: Work, token: str, answer: EngineAnswer) -> Work | None:
        """Keep an answer whole, or drop it whole when lease or epoch are gone; then the next message."""
        return self._concluded(work, token, lambda outcomes: outcomes.answered(work.message_id, answer))

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

    def _concluded(self, work: Work, token: str, conclude: Callable[[Outcomes], None]) -> Work | None:
        with self._database.transaction() as session:
            now = self._database.now(session)
            conversation = locked(session, work.conversation_id)
            if conversation is None or not leases.holds(conversation, token):
                return None
            outcomes = self._outcomes(session, conversation, now)
            if conversation.epoch == work.epoch:
                conclude(outcomes)
            return _next(outcomes, token)

    def _outcomes(self, session: Session, conversation: ConversationRow, now: datetime) -> Outcomes:
        return Outcomes(session, conversation, now, self._handoff, self._words)


def _next(outcomes: Outcomes, token: str) -> Work | None:
    """The next message for the engine with the lease renewed, or None with the lease given back."""
    conversation = outcomes.conversation
    pending = pending_of(outcomes.session, conversation.conversation_id)
    while pending and not needs_engine(conversation, pending[0]):
        outcomes.kept_from_engine(pending.pop(0))
    if pending and is_due(pending, outcomes.now):
        leases.take(conversation, token, outcomes.now)
        return work_on(conversation, pending[0])
    leases.give_back(conversation)
    return None
