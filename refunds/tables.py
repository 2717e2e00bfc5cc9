"""All rows of the project. Rooms read and write them through their own stores; nothing else knows columns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from refunds.database import Base


class ConversationRow(Base):
    """One customer on one channel.

    ``owner``: assistant, waiting, agent, closed; each change raises ``epoch`` (chat/ownership.py).
    ``state`` is the engine's: slots and active loop. ``last_number`` counts what the customer was sent;
    ``delivered_number`` is how far a channel without a memory of its own (REST) has read.
    """

    __tablename__ = "conversations"

    conversation_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(200))
    owner: Mapped[str] = mapped_column(String(10), default="assistant")
    epoch: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None] = mapped_column(String(60))
    state: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    zone: Mapped[str | None] = mapped_column(String(60))
    locale: Mapped[str | None] = mapped_column(String(20))
    customer_id: Mapped[str | None] = mapped_column(String(60))
    verified_by: Mapped[str | None] = mapped_column(String(20))
    verified_until: Mapped[datetime | None]
    challenge_id: Mapped[str | None] = mapped_column(String(32))
    lease_token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    last_position: Mapped[int] = mapped_column(default=0)
    last_number: Mapped[int] = mapped_column(default=0)
    delivered_number: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        # One live conversation an address; a closed one stays as history.
        Index(
            "uq_conversations_live_address",
            "channel",
            "address",
            unique=True,
            sqlite_where=sql("owner <> 'closed'"),
            postgresql_where=sql("owner <> 'closed'"),
        ),
    )


class MessageRow(Base):
    """One message of a customer, masked before it is stored.

    ``status``: pending, done, handed_over. ``payload`` is an offered button's. ``code_outcome`` says what
    became of a one-time code in it. ``told_at``: when the customer heard that the answer is late.
    """

    __tablename__ = "messages"

    message_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.conversation_id"))
    position: Mapped[int]
    channel_message_id: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    payload: Mapped[str | None] = mapped_column(Text)
    code_outcome: Mapped[str | None] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(12), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    reading: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("conversation_id", "channel_message_id"),
        UniqueConstraint("conversation_id", "position"),
        Index(
            "ix_messages_pending",
            "conversation_id",
            "position",
            sqlite_where=sql("status = 'pending'"),
            postgresql_where=sql("status = 'pending'"),
        ),
    )


class LineRow(Base):
    """One line that a customer reads: of the assistant, an agent or a notice. Numbered within its conversation."""

    __tablename__ = "lines"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.conversation_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    author: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    card: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    in_reply_to: Mapped[str | None] = mapped_column(ForeignKey("messages.message_id"), index=True)
    said_at: Mapped[datetime]


class ButtonRow(Base):
    """A button that was offered: only such payloads count, and only in their own conversation."""

    __tablename__ = "buttons"

    button_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.conversation_id"))
    number: Mapped[int]
    place: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    payload: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("ix_buttons_conversation_id_number", "conversation_id", "number"),)


class ChallengeRow(Base):
    """A one-time code that was mailed, or, for an address without an account, that was not.

    The code itself is nowhere: it follows from the installation's secret and ``nonce``, and only its hash is kept.
    """

    __tablename__ = "challenges"

    challenge_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.conversation_id"), index=True)
    message_id: Mapped[str] = mapped_column(String(32), unique=True)
    address_digest: Mapped[str] = mapped_column(String(64), index=True)
    customer_id: Mapped[str | None] = mapped_column(String(60))
    nonce: Mapped[str] = mapped_column(String(32))
    code_hash: Mapped[str] = mapped_column(String(64))
    tries_left: Mapped[int]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PolicyVersionRow(Base):
    """The whole content of a policy version that decided something, so that it can be decided again."""

    __tablename__ = "policy_versions"

    version: Mapped[str] = mapped_column(String(80), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    first_used_at: Mapped[datetime]


class AssessmentRow(Base):
    """A decision that was told but not filed; ``receipt`` explains it and lets it be decided again.

    ``told_hash`` leaves the moment out: the same answer told again in a conversation is the same assessment.
    """

    __tablename__ = "assessments"

    assessment_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(32), index=True)
    customer_id: Mapped[str] = mapped_column(String(60))
    order_id: Mapped[str] = mapped_column(String(60), index=True)
    outcome: Mapped[str] = mapped_column(String(20))
    clauses: Mapped[list[str]] = mapped_column(JSON)
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    eligible_from: Mapped[str | None] = mapped_column(String(10))
    policy_version: Mapped[str] = mapped_column(ForeignKey("policy_versions.version"))
    receipt: Mapped[dict[str, Any]] = mapped_column(JSON)
    receipt_hash: Mapped[str] = mapped_column(String(64))
    told_hash: Mapped[str] = mapped_column(String(64))
    told_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("conversation_id", "order_id", "told_hash"),)


class CaseRow(Base):
    """A filed refund request. ``version`` rises with each change; a change made on an old one is refused.

    ``amount_minor`` is what the customer was shown, None where a person must say how much.
    """

    __tablename__ = "cases"

    case_id: Mapped[str] = mapped_column(String(10), primary_key=True)
    order_id: Mapped[str] = mapped_column(String(60), index=True)
    customer_id: Mapped[str] = mapped_column(String(60), index=True)
    payment_id: Mapped[str] = mapped_column(String(60))
    payment_method: Mapped[str] = mapped_column(String(30))
    state: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    outcome: Mapped[str] = mapped_column(String(20))
    clauses: Mapped[list[str]] = mapped_column(JSON)
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    words: Mapped[str] = mapped_column(Text)
    evidence: Mapped[list[str]] = mapped_column(JSON)
    policy_version: Mapped[str] = mapped_column(ForeignKey("policy_versions.version"))
    receipt: Mapped[dict[str, Any]] = mapped_column(JSON)
    receipt_hash: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(20))
    conversation_id: Mapped[str | None] = mapped_column(String(32), index=True)
    filing_key: Mapped[str] = mapped_column(String(64), unique=True)
    verification_due: Mapped[str] = mapped_column(String(10))
    payout_due: Mapped[str] = mapped_column(String(10))
    filed_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("amount_minor IS NULL OR amount_minor > 0", name="amount_positive"),
        Index(
            "uq_cases_open_order",
            "order_id",
            unique=True,
            sqlite_where=sql("state NOT IN ('rejected', 'withdrawn', 'closed')"),
            postgresql_where=sql("state NOT IN ('rejected', 'withdrawn', 'closed')"),
        ),
    )


class CaseEventRow(Base):
    """What happened to a case: when, who, what, why and on which policy version."""

    __tablename__ = "case_events"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(40))
    state_before: Mapped[str | None] = mapped_column(String(20))
    state_after: Mapped[str] = mapped_column(String(20))
    why: Mapped[str] = mapped_column(Text)
    policy_version: Mapped[str] = mapped_column(String(80))
    decision: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class WithdrawalStatementRow(Base):
    """A withdrawal from the contract, stamped the moment it was said; joined to account and order when known."""

    __tablename__ = "withdrawal_statements"

    message_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(32), index=True)
    said_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[str | None] = mapped_column(String(60))
    order_id: Mapped[str | None] = mapped_column(String(60))


class HandOffRow(Base):
    """A chat that waits for or is with a person: why, and a summary made from data."""

    __tablename__ = "hand_offs"

    hand_off_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.conversation_id"), index=True)
    reason: Mapped[str] = mapped_column(String(60))
    summary: Mapped[dict[str, Any]] = mapped_column(JSON)
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class OutboxRow(Base):
    """Something that must happen because of an event, written in the event's transaction.

    ``key`` makes a repeat the same row. A claim expires at ``claimed_until``; ``dead_at`` marks what a person must see.
    """

    __tablename__ = "outbox"

    outbox_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    written_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    claim_token: Mapped[str | None] = mapped_column(String(32))
    claimed_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index(
            "ix_outbox_open",
            "due_at",
            sqlite_where=sql("done_at IS NULL AND dead_at IS NULL"),
            postgresql_where=sql("done_at IS NULL AND dead_at IS NULL"),
        ),
    )
