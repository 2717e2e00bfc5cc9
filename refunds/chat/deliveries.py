"""The numbered queue of each conversation towards a channel that keeps what it is sent (Slack, Telegram).

Lines go out one after the other: ``delivered_number`` of the conversation is how far all is settled, and the one line
after it has a row that is written before it is sent. So a death at any point leaves either no trace of a send, or a
claim that ran out: then nobody knows whether the channel took the line (``unknown``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from refunds.chat.attachments import files_of_lines
from refunds.chat.conversations import locked
from refunds.chat.lines import AGENT, line_of
from refunds.chat.message import Line
from refunds.database import Database
from refunds.tables import ButtonRow, ConversationRow, DeliveryRow, LineRow

# Longer than a send may take; whoever claimed a line and did not settle it by then is dead.
CLAIM_HOLDS = timedelta(seconds=60)
SENDING, SENT, FAILED = "sending", "sent", "failed"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A line that its holder may send now, to ``address``; ``attempt`` counts from 1.

    ``unknown`` counts earlier sends whose outcome nobody learnt. ``taken`` are the channel's names of parts that it
    took already, where a line goes out in several.
    """

    address: str
    line: Line
    token: str
    attempt: int
    unknown: int
    taken: tuple[str, ...] = ()

    @property
    def unsure(self) -> bool:
        """Whether the channel may have it already."""
        return self.unknown > 0


@dataclass(frozen=True, slots=True)
class DeliveryCounts:
    """How a channel's deliveries stand; ``unsure`` counts lines that a customer may have got twice."""

    waiting: int
    sent: int
    failed: int
    unsure: int


class Deliveries:
    """Rows of deliveries. All of it raises ``DatabaseUnavailable``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, channel: str, now: datetime) -> list[str]:
        """Conversations with lines to be sent now: neither claimed nor waiting for their next try."""
        following = and_(
            DeliveryRow.conversation_id == ConversationRow.conversation_id,
            DeliveryRow.number == ConversationRow.delivered_number + 1,
        )
        query = (
            select(ConversationRow.conversation_id)
            .outerjoin(DeliveryRow, following)
            .where(
                ConversationRow.channel == channel,
                ConversationRow.last_number > ConversationRow.delivered_number,
                or_(DeliveryRow.sending_until.is_(None), DeliveryRow.sending_until <= now),
                or_(DeliveryRow.next_at.is_(None), DeliveryRow.next_at <= now),
            )
        )
        with self._database.reading() as session:
            return list(session.scalars(query))

    def take(self, channel: str, conversation_id: str, token: str, now: datetime) -> Outgoing | None:
        """The next line by number, claimed for the holder of ``token`` before it is sent.

        None where there is none, another holds it, its time has not come, or the conversation is of another channel.
        """
        with self._database.transaction() as session:
            conversation = locked(session, conversation_id)
            if conversation is None or conversation.channel != channel:
                return None
            if conversation.delivered_number >= conversation.last_number:
                return None
            row = _next_row(session, conversation)
            if not _is_free(row, now):
                return None
            if row.claim_token is not None:
                row.unknown += 1  # who held it died between claim and outcome
            row.claim_token, row.sending_until, row.next_at = token, now + CLAIM_HOLDS, None
            row.attempts += 1
            return _outgoing(session, conversation, row)

    def took_part(self, outgoing: Outgoing, part_ref: str, now: datetime) -> None:
        """One of the several parts of a line is with the channel; a later try goes on behind it."""
        with self._database.transaction() as session:
            row = _held(session, outgoing)
            if row is not None:
                row.channel_ref = " ".join([*(row.channel_ref or "").split(), part_ref])
                row.sending_until = now + CLAIM_HOLDS

    def sent(self, outgoing: Outgoing, channel_ref: str, now: datetime) -> None:
        """The channel has the line, and calls it ``channel_ref``."""
        self._settle(outgoing, SENT, now, channel_ref=channel_ref, why=None)

    def failed(self, outgoing: Outgoing, why: str, now: datetime, retry_at: datetime | None) -> None:
        """The channel did not take the line; None as ``retry_at``: for good, the next one is in turn."""
        if retry_at is None:
            self._settle(outgoing, FAILED, now, channel_ref=None, why=why)
            return
        with self._database.transaction() as session:
            row = _held(session, outgoing)
            if row is not None:
                _postpone(row, why, retry_at)

    def unsettled(self, outgoing: Outgoing, why: str, retry_at: datetime) -> None:
        """Nobody knows whether the channel took the line."""
        with self._database.transaction() as session:
            row = _held(session, outgoing)
            if row is not None:
                row.unknown += 1
                _postpone(row, why, retry_at)

    def counts(self, channel: str) -> DeliveryCounts:
        """How the channel's deliveries stand."""
        of_channel = DeliveryRow.conversation_id == ConversationRow.conversation_id
        rows = select(func.count()).select_from(DeliveryRow).join(ConversationRow, of_channel)
        rows = rows.where(ConversationRow.channel == channel)
        open_lines = select(
            func.coalesce(func.sum(ConversationRow.last_number - ConversationRow.delivered_number), 0)
        ).where(ConversationRow.channel == channel)
        with self._database.reading() as session:
            return DeliveryCounts(
                waiting=session.execute(open_lines).scalar_one(),
                sent=session.execute(rows.where(DeliveryRow.state == SENT)).scalar_one(),
                failed=session.execute(rows.where(DeliveryRow.state == FAILED)).scalar_one(),
                unsure=session.execute(rows.where(DeliveryRow.unknown > 0)).scalar_one(),
            )

    def _settle(
        self, outgoing: Outgoing, state: str, now: datetime, *, channel_ref: str | None, why: str | None
    ) -> None:
        with self._database.transaction() as session:
            conversation = locked(session, outgoing.line.conversation_id)
            row = _held(session, outgoing)
            if conversation is None or row is None:
                return
            row.state, row.why, row.sent_at = state, why, now if state == SENT else None
            row.channel_ref = channel_ref or row.channel_ref
            row.claim_token = row.sending_until = row.next_at = None
            conversation.delivered_number = row.number


def was_taken(session: Session, conversation_id: str, number: int) -> bool:
    """Whether a line did not fail for good on its way; also where no queue of this kind is used."""
    row = session.get(DeliveryRow, (conversation_id, number))
    return row is None or row.state != FAILED


def _next_row(session: Session, conversation: ConversationRow) -> DeliveryRow:
    """The row of the line in turn, in a locked conversation."""
    key = (conversation.conversation_id, conversation.delivered_number + 1)
    row = session.get(DeliveryRow, key)
    if row is None:
        row = DeliveryRow(conversation_id=key[0], number=key[1], state=SENDING, attempts=0, unknown=0)
        session.add(row)
    return row


def _is_free(row: DeliveryRow, now: datetime) -> bool:
    return not any(until is not None and until > now for until in (row.sending_until, row.next_at))


def _held(session: Session, outgoing: Outgoing) -> DeliveryRow | None:
    """The row, while the claim is this holder's: one who was too slow changes nothing any more."""
    mine = select(DeliveryRow).where(
        DeliveryRow.conversation_id == outgoing.line.conversation_id,
        DeliveryRow.number == outgoing.line.number,
        DeliveryRow.claim_token == outgoing.token,
    )
    return session.scalars(mine.with_for_update()).one_or_none()


def _postpone(row: DeliveryRow, why: str, retry_at: datetime) -> None:
    row.why, row.next_at = why, retry_at
    row.claim_token = row.sending_until = None


def _outgoing(session: Session, conversation: ConversationRow, row: DeliveryRow) -> Outgoing:
    line = session.get_one(LineRow, (row.conversation_id, row.number))
    offered = select(ButtonRow).where(ButtonRow.conversation_id == row.conversation_id, ButtonRow.number == row.number)
    buttons = session.scalars(offered.order_by(ButtonRow.place)).all()
    assert row.claim_token is not None
    taken = tuple((row.channel_ref or "").split())
    files = files_of_lines(session, row.conversation_id).get(row.number, ()) if line.author == AGENT else ()
    return Outgoing(
        conversation.address, line_of(line, buttons, files), row.claim_token, row.attempts, row.unknown, taken
    )
