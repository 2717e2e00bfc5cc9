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
    ``delivered_number`` is how far a channel without a memory of its own (REST) was given them, ``read_number`` the
    last line that was seen, where a channel tells so (website). ``agent_id`` is who holds it, while an agent does.
    ``mailed_number``: agents' lines up to it were mailed, because nobody read them in the chat. ``here_until``: the
    customer has the chat open, or left it then; None on a channel that does not tell.
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
    read_number: Mapped[int] = mapped_column(default=0, server_default="0")
    agent_id: Mapped[str | None] = mapped_column(String(32), index=True)
    mailed_number: Mapped[int] = mapped_column(default=0, server_default="0")
    here_until: Mapped[datetime | None]

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
        Index("ix_conversations_address", "channel", "address", "created_at"),
        Index("ix_conversations_owner_updated_at", "owner", "updated_at"),
        # Asked each second for channels with a queue (deliveries).
        Index(
            "ix_conversations_undelivered",
            "channel",
            sqlite_where=sql("last_number > delivered_number"),
            postgresql_where=sql("last_number > delivered_number"),
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
    """One line that a customer reads: of the assistant, an agent or a notice. Numbered within its conversation.

    ``agent_name`` is how an agent's line is signed; ``sent_key`` makes a line that the desk sends again the same one.
    """

    __tablename__ = "lines"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.conversation_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    author: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    card: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    in_reply_to: Mapped[str | None] = mapped_column(ForeignKey("messages.message_id"), index=True)
    said_at: Mapped[datetime]
    agent_name: Mapped[str | None] = mapped_column(String(80))
    sent_key: Mapped[str | None] = mapped_column(String(60))

    __table_args__ = (Index("uq_lines_sent_key", "conversation_id", "sent_key", unique=True),)


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


class PolicyActivationRow(Base):
    """A policy version put forward to be live from a signature on; the newest that was signed is the one in force."""

    __tablename__ = "policy_activations"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[str] = mapped_column(ForeignKey("policy_versions.version"))
    why: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[str] = mapped_column(String(80))
    proposed_at: Mapped[datetime]
    signed_by: Mapped[str | None] = mapped_column(String(80))
    signed_at: Mapped[datetime | None]


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

    ``amount_minor`` is what the customer was shown, None where a person must say how much. ``assigned_to`` is the agent
    (id) who sees to it, since ``assigned_at``.
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
    statutory_due: Mapped[str | None] = mapped_column(String(10))
    first_approver: Mapped[str | None] = mapped_column(String(80))
    agreed_route: Mapped[str | None] = mapped_column(String(30))
    assigned_to: Mapped[str | None] = mapped_column(String(32))
    assigned_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("amount_minor IS NULL OR amount_minor > 0", name="amount_positive"),
        Index("ix_cases_updated_at", "updated_at"),
        Index(
            "ix_cases_assigned_to",
            "assigned_to",
            sqlite_where=sql("assigned_to IS NOT NULL"),
            postgresql_where=sql("assigned_to IS NOT NULL"),
        ),
        # The desk's queue reads this alone: receipts make rows long.
        Index(
            "ix_cases_queue",
            "state",
            "verification_due",
            "payout_due",
            "statutory_due",
            "assigned_to",
            "filed_at",
            "case_id",
        ),
        Index(
            "uq_cases_open_order",
            "order_id",
            unique=True,
            sqlite_where=sql("state NOT IN ('rejected', 'withdrawn', 'closed')"),
            postgresql_where=sql("state NOT IN ('rejected', 'withdrawn', 'closed')"),
        ),
    )


class CasePersonRow(Base):
    """Whom a case is about, as it stood in the records when it was filed, short enough to be searched through.

    ``words`` is what a search looks in, lower case: numbers of case, order and customer, name, mail.
    """

    __tablename__ = "case_people"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(Text)


class SavedFilterRow(Base):
    """What an agent often looks for in the queue of cases: ``query`` holds the filter's fields by name."""

    __tablename__ = "saved_filters"

    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.agent_id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    query: Mapped[dict[str, str]] = mapped_column(JSON)
    saved_at: Mapped[datetime]


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


class PaymentRow(Base):
    """How much of a payment may still go back, in minor units of its currency.

    ``outside_minor`` went back by other hands than ours, ``reserved_minor`` is on its way or arrived by our payouts.
    The check is the last word: no two processes together can promise more than was captured.
    """

    __tablename__ = "payments"

    payment_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3))
    captured_minor: Mapped[int] = mapped_column(BigInteger)
    outside_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    reserved_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    updated_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("outside_minor >= 0 AND reserved_minor >= 0", name="nothing_negative"),
        CheckConstraint("outside_minor + reserved_minor <= captured_minor", name="never_above_captured"),
    )


class PayoutRow(Base):
    """Money sent back for a case. One that may still arrive stands alone: a case has no two under way."""

    __tablename__ = "payouts"

    payout_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"))
    attempt: Mapped[int]
    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.payment_id"))
    route: Mapped[str] = mapped_column(String(30))
    original_route: Mapped[bool]
    kind: Mapped[str] = mapped_column(String(10), default="refund")
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str | None] = mapped_column(String(80))
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)
    refund_id: Mapped[str | None] = mapped_column(String(100), unique=True)
    trace_type: Mapped[str | None] = mapped_column(String(10))
    trace_value: Mapped[str | None] = mapped_column(String(100))
    sends: Mapped[int] = mapped_column(default=0)
    first_sent_at: Mapped[datetime | None]
    last_sent_at: Mapped[datetime | None]
    requested_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    succeeded_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        UniqueConstraint("case_id", "attempt"),
        Index(
            "uq_payouts_under_way",
            "case_id",
            unique=True,
            sqlite_where=sql("state IN ('requested', 'submitted', 'pending', 'needs_customer_details')"),
            postgresql_where=sql("state IN ('requested', 'submitted', 'pending', 'needs_customer_details')"),
        ),
    )


class PayoutHappeningRow(Base):
    """What happened to a payout: when, by whom, what and for which reason."""

    __tablename__ = "payout_happenings"

    payout_id: Mapped[str] = mapped_column(ForeignKey("payouts.payout_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(30))
    state_before: Mapped[str | None] = mapped_column(String(30))
    state_after: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str | None] = mapped_column(String(80))


class WebhookRow(Base):
    """A message of the back office that was taken in; the same one again is known by its id."""

    __tablename__ = "webhooks"

    event_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    refund_id: Mapped[str] = mapped_column(String(100))
    received_at: Mapped[datetime]


class NoticeRow(Base):
    """Something a customer was told because of an event, in the chat (line ``line_number``) and perhaps by mail.

    ``key`` makes a repeat the same notice. ``values`` are what its words were filled with.
    """

    __tablename__ = "notices"

    notice_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    occasion: Mapped[str] = mapped_column(String(40))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    conversation_id: Mapped[str | None] = mapped_column(String(32))
    line_number: Mapped[int | None]
    told_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]


class PromiseRow(Base):
    """A day that a customer was given, with what it rests on; one open promise of a kind a case.

    ``kind``: verify_by, pay_by, arrive_by, statutory_by, answer_by. ``outcome``: kept, slipped, replaced, void.
    """

    __tablename__ = "promises"

    promise_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    day: Mapped[str] = mapped_column(String(10))
    zone: Mapped[str] = mapped_column(String(60))
    basis: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(10))

    __table_args__ = (
        Index(
            "uq_promises_open",
            "case_id",
            "kind",
            unique=True,
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
        Index(
            "ix_promises_open_day",
            "day",
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
    )


class TaskRow(Base):
    """Something that only a person can do. ``key`` makes a repeat the same task; ``kind`` names its words."""

    __tablename__ = "tasks"

    task_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.case_id"), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    opened_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(String(80))


class WithdrawalStatementRow(Base):
    """A withdrawal from the contract, stamped the moment it was said; joined to account and order when known."""

    __tablename__ = "withdrawal_statements"

    message_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(32), index=True)
    said_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[str | None] = mapped_column(String(60))
    order_id: Mapped[str | None] = mapped_column(String(60))


class ReminderRow(Base):
    """A customer's wish to be reminded on the day on which a "not yet" may become a yes; the day is in ``zone``."""

    __tablename__ = "reminders"

    reminder_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(32))
    customer_id: Mapped[str] = mapped_column(String(60))
    order_id: Mapped[str] = mapped_column(String(60))
    day: Mapped[str] = mapped_column(String(10))
    zone: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime]
    told_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("conversation_id", "order_id", "day"),)


class NoticeWishesRow(Base):
    """On which way a customer wishes to hear about their cases (usual, chat, away, always, needed), and when not.

    ``quiet_from`` and ``quiet_to`` are times such as 22:00, on the clock of ``zone`` or else of the case.
    """

    __tablename__ = "notice_wishes"

    customer_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    way: Mapped[str] = mapped_column(String(8))
    quiet_from: Mapped[str | None] = mapped_column(String(5))
    quiet_to: Mapped[str | None] = mapped_column(String(5))
    zone: Mapped[str | None] = mapped_column(String(60))
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(80))


class SatisfactionRow(Base):
    """What a customer was asked once when their case had ended: how it was handled. ``rating``: good, ok, bad.

    ``channel`` is where they were asked, in ``conversation_id`` unless it was by mail.
    """

    __tablename__ = "satisfaction"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), primary_key=True)
    customer_id: Mapped[str] = mapped_column(String(60))
    channel: Mapped[str] = mapped_column(String(20))
    conversation_id: Mapped[str | None] = mapped_column(String(32))
    asked_at: Mapped[datetime]
    rating: Mapped[str | None] = mapped_column(String(4))
    answered_at: Mapped[datetime | None]


class AttachmentRow(Base):
    """A file in a chat, ``size`` bytes of it kept in the folder of attachments under the same id.

    A customer's has a ``message_id`` once it was said with a message, and a ``case_id`` once it is evidence of a case;
    an agent's belongs to the line ``line_number``.
    """

    __tablename__ = "attachments"

    attachment_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.conversation_id"), index=True)
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.message_id"), index=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.case_id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    received_at: Mapped[datetime]
    line_number: Mapped[int | None]


class HandOffRow(Base):
    """A chat that waits for or is with a person: why, and a summary made from data.

    ``assigned_to`` is whom a waiting chat was given to, ``taken_by`` who took it last (agent ids); ``told_at`` is when
    the customer last heard that it takes longer, ``resolution`` how it ended.
    """

    __tablename__ = "hand_offs"

    hand_off_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.conversation_id"), index=True)
    reason: Mapped[str] = mapped_column(String(60))
    summary: Mapped[dict[str, Any]] = mapped_column(JSON)
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    assigned_to: Mapped[str | None] = mapped_column(String(32))
    taken_by: Mapped[str | None] = mapped_column(String(32))
    taken_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    resolution: Mapped[str | None] = mapped_column(String(60))

    __table_args__ = (
        Index(
            "ix_hand_offs_open",
            "opened_at",
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
    )


class TrainingExampleRow(Base):
    """A sentence that was not understood, without what tells who said it, proposed as an example of ``intent``.

    ``state``: in_review, accepted, rejected. It is no copy of the message, and stays when that goes.
    """

    __tablename__ = "training_examples"

    message_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    intent: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(10))
    proposed_by: Mapped[str] = mapped_column(String(80))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None]


class AgentRow(Base):
    """Somebody who works at the desk. ``login`` is lower case; ``role``: agent, lead, auditor, admin.

    ``password_hash`` is argon2's; ``oidc_subject`` is the identity provider's name for them. ``seen_at`` is their last
    sign of life, ``is_away`` what they say of themselves.
    """

    __tablename__ = "agents"

    agent_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    login: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    role: Mapped[str] = mapped_column(String(10))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    oidc_subject: Mapped[str | None] = mapped_column(String(255), unique=True)
    made_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    failed_tries: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    is_away: Mapped[bool] = mapped_column(default=False)


class DeskSessionRow(Base):
    """An agent who is signed in. Only the digest of the cookie is kept."""

    __tablename__ = "desk_sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.agent_id"), index=True)
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class AuditRow(Base):
    """Something that was seen or done at the desk: who, when, what, and whose data it concerned. Never changed.

    ``digest`` covers the row and the digest before it, so that a row that was changed or taken out shows.
    """

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    agent_id: Mapped[str | None] = mapped_column(String(32), index=True)
    who: Mapped[str] = mapped_column(String(80))
    act: Mapped[str] = mapped_column(String(40))
    conversation_id: Mapped[str | None] = mapped_column(String(32), index=True)
    case_id: Mapped[str | None] = mapped_column(String(10), index=True)
    customer_id: Mapped[str | None] = mapped_column(String(60), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))


class NoteRow(Base):
    """A remark among agents on a conversation, which no customer reads. ``mentions`` are ids of agents."""

    __tablename__ = "notes"

    note_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.conversation_id"), index=True)
    agent_id: Mapped[str | None] = mapped_column(String(32))
    who: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    mentions: Mapped[list[str]] = mapped_column(JSON)
    written_at: Mapped[datetime]


class MentionRow(Base):
    """An agent who was named in a note, until they have seen it."""

    __tablename__ = "mentions"

    note_id: Mapped[str] = mapped_column(ForeignKey("notes.note_id"), primary_key=True)
    agent_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    seen_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_mentions_unseen",
            "agent_id",
            sqlite_where=sql("seen_at IS NULL"),
            postgresql_where=sql("seen_at IS NULL"),
        ),
    )


class IdentityCheckRow(Base):
    """A customer whom an agent asked set questions from the records, because no code reached them.

    ``answers`` hold for each question whether it was answered rightly, never the answer. ``second_by`` is the other
    agent above the limit. ``outcome``: waits_for_second, passed, failed.
    """

    __tablename__ = "identity_checks"

    check_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.conversation_id"), index=True)
    customer_id: Mapped[str] = mapped_column(String(60), index=True)
    agent_id: Mapped[str] = mapped_column(String(32))
    second_by: Mapped[str | None] = mapped_column(String(32))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    outcome: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class DeliveryRow(Base):
    """A line on its way to a channel that keeps what it is sent (Slack, Telegram). Website and REST need none.

    ``state``: sending, sent, failed. ``attempts`` counts sends; ``unknown`` those whose outcome nobody learnt.
    ``channel_ref`` is the channel's name of what it took. ``sending_until``: the claim of who sends it now.
    """

    __tablename__ = "deliveries"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.conversation_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0)
    unknown: Mapped[int] = mapped_column(default=0)
    channel_ref: Mapped[str | None] = mapped_column(String(200))
    why: Mapped[str | None] = mapped_column(Text)
    claim_token: Mapped[str | None] = mapped_column(String(32))
    sending_until: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


class ChannelEventRow(Base):
    """Something a channel told us that is no message (an edit, a press, a command): the same one again is known."""

    __tablename__ = "channel_events"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    received_at: Mapped[datetime]


class ChannelSecretRow(Base):
    """What a channel gave us to keep and renews: Slack's rotating tokens, Telegram's polling position. Encrypted."""

    __tablename__ = "channel_secrets"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    ends_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class CarryOnRow(Base):
    """A short-lived code by which a customer goes on elsewhere where this conversation stopped. Its digest alone."""

    __tablename__ = "carry_on_codes"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.conversation_id"), index=True)
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[str | None] = mapped_column(String(32))


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
