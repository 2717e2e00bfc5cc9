"""A customer who phones or writes a mail: an agent opens the conversation, and files the case, in their name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from refunds.cases.case import Case
from refunds.chat.admission import Admission
from refunds.chat.conversations import change_owner, found_or_made, locked, new_id
from refunds.chat.message import Incoming
from refunds.chat.ownership import Change
from refunds.database import Database
from refunds.desk.accounts import Agent
from refunds.desk.audit import Audit
from refunds.desk.chats.holding import refuse_unless_held
from refunds.errors import NotFound, NotVerified
from refunds.filing import Assessed, Filing
from refunds.handoff import HandOff
from refunds.policy.request import RefundRequest
from refunds.tables import ConversationRow, HandOffRow, MessageRow

READ_OUT = "the customer confirmed what {agent} read out ({channel})"


class Came(StrEnum):
    """How a customer reached us who does not use the chat: the conversation's channel."""

    PHONE = "phone"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class InHand:
    """A conversation in an agent's hands: who its customer showed to be, while that holds, and what they said."""

    conversation_id: str
    channel: str
    customer_id: str | None
    words: tuple[str, ...]


@dataclass(frozen=True)
class OpenedFor:
    """What an agent does in a customer's name. All but ``open`` need the chat in the agent's hands."""

    database: Database
    handoff: HandOff
    admission: Admission
    filing: Filing
    audit: Audit

    def open(self, agent: Agent, came: Came, now: datetime) -> str:
        """A new conversation in the agent's hands; its id."""
        with self.database.transaction() as session:
            row = found_or_made(session, came.value, new_id(), now)
            change_owner(session, row, Change.TAKEN, reason=came.value, now=now, agent_id=agent.agent_id)
            hand_off = session.get_one(HandOffRow, self.handoff.open(session, row, came.value, {}, now))
            hand_off.taken_by, hand_off.taken_at = agent.agent_id, now
            self.audit.note(session, agent, "opened_for_customer", now, conversation_id=row.conversation_id, came=came)
            return row.conversation_id

    def in_hand(self, agent: Agent, conversation_id: str, now: datetime) -> InHand:
        """How a conversation stands that the agent holds. Raises ``NotFound`` and ``TransitionRefused``."""
        with self.database.reading() as session:
            row = session.get(ConversationRow, conversation_id)
            if row is None:
                raise NotFound("There is no such chat.")
            refuse_unless_held(session, row, agent)
            holds = row.verified_until is not None and now < row.verified_until
            said = select(MessageRow.text).where(MessageRow.conversation_id == conversation_id, MessageRow.text != "")
            words = session.scalars(said.order_by(MessageRow.position)).all()
            return InHand(conversation_id, row.channel, row.customer_id if holds else None, tuple(words))

    def write_down(self, agent: Agent, conversation_id: str, text: str, key: str, now: datetime) -> None:
        """Keep what the customer said or wrote, masked as in a chat; the same ``key`` again is the same.

        Raises ``NothingSaid``, ``NotFound`` and ``TransitionRefused``.
        """
        with self.database.transaction() as session:
            row = self._held(session, agent, conversation_id)
            self.admission.admit_within(session, Incoming(row.channel, row.address, key, text), now)
            about = {"conversation_id": conversation_id, "customer_id": row.customer_id}
            self.audit.note(session, agent, "wrote_down", now, **about)

    def preview(self, agent: Agent, conversation_id: str, request: RefundRequest, now: datetime) -> Assessed:
        """What to read out before anything is filed.

        Raises ``NotVerified``, ``NotFound``, ``TransitionRefused`` and ``BackOfficeError``.
        """
        customer_id, _ = self._verified(agent, conversation_id, now)
        return self.filing.assess(request, customer_id=customer_id, conversation_id=conversation_id, now=now)

    def file(
        self,
        agent: Agent,
        conversation_id: str,
        request: RefundRequest,
        *,
        confirmed_digest: str,
        key: str,
        now: datetime,
        appeal: bool = False,
    ) -> Case:
        """File what the customer said yes to, after it was read out; the same ``key`` again is the same case.

        Raises as ``preview``, and ``ConfirmationOutdated``, with nothing filed, where the answer is another by now.
        """
        customer_id, channel = self._verified(agent, conversation_id, now)
        case = self.filing.file(
            request,
            customer_id=customer_id,
            conversation_id=conversation_id,
            channel=channel,
            message_id=key,
            confirmed_digest=confirmed_digest,
            now=now,
            appeal=appeal,
        )
        about = {"conversation_id": conversation_id, "customer_id": customer_id, "case_id": case.case_id}
        why = READ_OUT.format(agent=agent.name, channel=channel)
        self.audit.did(agent, "filed_for_customer", now, **about, why=why)
        return case

    def _verified(self, agent: Agent, conversation_id: str, now: datetime) -> tuple[str, str]:
        """The customer who showed who they are, and the conversation's channel."""
        chat = self.in_hand(agent, conversation_id, now)
        if chat.customer_id is None:
            raise NotVerified("The customer has not shown who they are yet: ask the set questions first.")
        return chat.customer_id, chat.channel

    @staticmethod
    def _held(session: Session, agent: Agent, conversation_id: str) -> ConversationRow:
        row = locked(session, conversation_id)
        if row is None:
            raise NotFound("There is no such chat.")
        refuse_unless_held(session, row, agent)
        return row
