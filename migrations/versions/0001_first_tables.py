"""first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "conversations",
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("owner", sa.String(length=10), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("state", sa.JSON(), nullable=True),
        sa.Column("zone", sa.String(length=60), nullable=True),
        sa.Column("locale", sa.String(length=20), nullable=True),
        sa.Column("customer_id", sa.String(length=60), nullable=True),
        sa.Column("verified_by", sa.String(length=20), nullable=True),
        sa.Column("verified_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("challenge_id", sa.String(length=32), nullable=True),
        sa.Column("lease_token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_position", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("delivered_number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_conversations")),
    )
    op.create_index(
        "uq_conversations_live_address",
        "conversations",
        ["channel", "address"],
        unique=True,
        sqlite_where=sa.text("owner <> 'closed'"),
        postgresql_where=sa.text("owner <> 'closed'"),
    )
    op.create_table(
        "outbox",
        sa.Column("outbox_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claim_token", sa.String(length=32), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("outbox_id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(
        "ix_outbox_open",
        "outbox",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
    )
    op.create_table(
        "policy_versions",
        sa.Column("version", sa.String(length=80), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policy_versions")),
    )
    op.create_table(
        "withdrawal_statements",
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.String(length=60), nullable=True),
        sa.Column("order_id", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_withdrawal_statements")),
    )
    op.create_index(
        op.f("ix_withdrawal_statements_conversation_id"), "withdrawal_statements", ["conversation_id"], unique=False
    )
    op.create_table(
        "assessments",
        sa.Column("assessment_id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", sa.String(length=60), nullable=False),
        sa.Column("order_id", sa.String(length=60), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("clauses", sa.JSON(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("eligible_from", sa.String(length=10), nullable=True),
        sa.Column("policy_version", sa.String(length=80), nullable=False),
        sa.Column("receipt", sa.JSON(), nullable=False),
        sa.Column("receipt_hash", sa.String(length=64), nullable=False),
        sa.Column("told_hash", sa.String(length=64), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_version"], ["policy_versions.version"], name=op.f("fk_assessments_policy_version")
        ),
        sa.PrimaryKeyConstraint("assessment_id", name=op.f("pk_assessments")),
        sa.UniqueConstraint(
            "conversation_id", "order_id", "told_hash", name=op.f("uq_assessments_conversation_id_order_id_told_hash")
        ),
    )
    op.create_index(op.f("ix_assessments_conversation_id"), "assessments", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_assessments_order_id"), "assessments", ["order_id"], unique=False)
    op.create_table(
        "buttons",
        sa.Column("button_id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.conversation_id"], name=op.f("fk_buttons_conversation_id")
        ),
        sa.PrimaryKeyConstraint("button_id", name=op.f("pk_buttons")),
    )
    op.create_index("ix_buttons_conversation_id_number", "buttons", ["conversation_id", "number"], unique=False)
    op.create_table(
        "cases",
        sa.Column("case_id", sa.String(length=10), nullable=False),
        sa.Column("order_id", sa.String(length=60), nullable=False),
        sa.Column("customer_id", sa.String(length=60), nullable=False),
        sa.Column("payment_id", sa.String(length=60), nullable=False),
        sa.Column("payment_method", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("clauses", sa.JSON(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("policy_version", sa.String(length=80), nullable=False),
        sa.Column("receipt", sa.JSON(), nullable=False),
        sa.Column("receipt_hash", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=True),
        sa.Column("filing_key", sa.String(length=64), nullable=False),
        sa.Column("verification_due", sa.String(length=10), nullable=False),
        sa.Column("payout_due", sa.String(length=10), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor IS NULL OR amount_minor > 0", name=op.f("ck_cases_amount_positive")),
        sa.ForeignKeyConstraint(["policy_version"], ["policy_versions.version"], name=op.f("fk_cases_policy_version")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_cases")),
        sa.UniqueConstraint("filing_key", name=op.f("uq_cases_filing_key")),
    )
    op.create_index(op.f("ix_cases_conversation_id"), "cases", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_cases_customer_id"), "cases", ["customer_id"], unique=False)
    op.create_index(op.f("ix_cases_order_id"), "cases", ["order_id"], unique=False)
    op.create_index(
        "uq_cases_open_order",
        "cases",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('rejected', 'withdrawn', 'closed')"),
        postgresql_where=sa.text("state NOT IN ('rejected', 'withdrawn', 'closed')"),
    )
    op.create_table(
        "challenges",
        sa.Column("challenge_id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("address_digest", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=60), nullable=True),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.conversation_id"], name=op.f("fk_challenges_conversation_id")
        ),
        sa.PrimaryKeyConstraint("challenge_id", name=op.f("pk_challenges")),
        sa.UniqueConstraint("message_id", name=op.f("uq_challenges_message_id")),
    )
    op.create_index(op.f("ix_challenges_address_digest"), "challenges", ["address_digest"], unique=False)
    op.create_index(op.f("ix_challenges_conversation_id"), "challenges", ["conversation_id"], unique=False)
    op.create_table(
        "hand_offs",
        sa.Column("hand_off_id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.conversation_id"], name=op.f("fk_hand_offs_conversation_id")
        ),
        sa.PrimaryKeyConstraint("hand_off_id", name=op.f("pk_hand_offs")),
    )
    op.create_index(op.f("ix_hand_offs_conversation_id"), "hand_offs", ["conversation_id"], unique=False)
    op.create_table(
        "messages",
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("channel_message_id", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("code_outcome", sa.String(length=20), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reading", sa.JSON(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.conversation_id"], name=op.f("fk_messages_conversation_id")
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_messages")),
        sa.UniqueConstraint(
            "conversation_id", "channel_message_id", name=op.f("uq_messages_conversation_id_channel_message_id")
        ),
        sa.UniqueConstraint("conversation_id", "position", name=op.f("uq_messages_conversation_id_position")),
    )
    op.create_index(
        "ix_messages_pending",
        "messages",
        ["conversation_id", "position"],
        unique=False,
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_table(
        "case_events",
        sa.Column("case_id", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("state_before", sa.String(length=20), nullable=True),
        sa.Column("state_after", sa.String(length=20), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.String(length=80), nullable=False),
        sa.Column("decision", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_case_events_case_id")),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_case_events")),
    )
    op.create_table(
        "lines",
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("card", sa.JSON(), nullable=True),
        sa.Column("in_reply_to", sa.String(length=32), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.conversation_id"], name=op.f("fk_lines_conversation_id")
        ),
        sa.ForeignKeyConstraint(["in_reply_to"], ["messages.message_id"], name=op.f("fk_lines_in_reply_to")),
        sa.PrimaryKeyConstraint("conversation_id", "number", name=op.f("pk_lines")),
    )
    op.create_index(op.f("ix_lines_in_reply_to"), "lines", ["in_reply_to"], unique=False)


def downgrade() -> None:

    op.drop_index(op.f("ix_lines_in_reply_to"), table_name="lines")
    op.drop_table("lines")
    op.drop_table("case_events")
    op.drop_index(
        "ix_messages_pending",
        table_name="messages",
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.drop_table("messages")
    op.drop_index(op.f("ix_hand_offs_conversation_id"), table_name="hand_offs")
    op.drop_table("hand_offs")
    op.drop_index(op.f("ix_challenges_conversation_id"), table_name="challenges")
    op.drop_index(op.f("ix_challenges_address_digest"), table_name="challenges")
    op.drop_table("challenges")
    op.drop_index(
        "uq_cases_open_order",
        table_name="cases",
        sqlite_where=sa.text("state NOT IN ('rejected', 'withdrawn', 'closed')"),
        postgresql_where=sa.text("state NOT IN ('rejected', 'withdrawn', 'closed')"),
    )
    op.drop_index(op.f("ix_cases_order_id"), table_name="cases")
    op.drop_index(op.f("ix_cases_customer_id"), table_name="cases")
    op.drop_index(op.f("ix_cases_conversation_id"), table_name="cases")
    op.drop_table("cases")
    op.drop_index("ix_buttons_conversation_id_number", table_name="buttons")
    op.drop_table("buttons")
    op.drop_index(op.f("ix_assessments_order_id"), table_name="assessments")
    op.drop_index(op.f("ix_assessments_conversation_id"), table_name="assessments")
    op.drop_table("assessments")
    op.drop_index(op.f("ix_withdrawal_statements_conversation_id"), table_name="withdrawal_statements")
    op.drop_table("withdrawal_statements")
    op.drop_table("policy_versions")
    op.drop_index(
        "ix_outbox_open",
        table_name="outbox",
        sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
    )
    op.drop_table("outbox")
    op.drop_index(
        "uq_conversations_live_address",
        table_name="conversations",
        sqlite_where=sa.text("owner <> 'closed'"),
        postgresql_where=sa.text("owner <> 'closed'"),
    )
    op.drop_table("conversations")
