"""desk and channels"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_REFUSAL = "the audit log only grows"
_FUNCTION = f"""
CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$
"""
_TRIGGERS = {
    "postgresql": [
        _FUNCTION,
        "CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()",
    ],
    "sqlite": [
        f"CREATE TRIGGER audit_never_{word} BEFORE {event} ON audit BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for word, event in (("changes", "UPDATE"), ("shrinks", "DELETE"))
    ],
}


def upgrade() -> None:
    op.create_table(
        "policy_activations",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=80), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.String(length=80), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["version"], ["policy_versions.version"], name=op.f("fk_policy_activations_version")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_policy_activations")),
    )
    op.create_table(
        "training_examples",
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("intent", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_training_examples")),
    )
    op.create_table(
        "agents",
        sa.Column("agent_id", sa.String(length=32), nullable=False),
        sa.Column("login", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("oidc_subject", sa.String(length=255), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_tries", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_away", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_agents")),
        sa.UniqueConstraint("login", name=op.f("uq_agents_login")),
        sa.UniqueConstraint("name", name=op.f("uq_agents_name")),
        sa.UniqueConstraint("oidc_subject", name=op.f("uq_agents_oidc_subject")),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=True),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=True),
        sa.Column("case_id", sa.String(length=10), nullable=True),
        sa.Column("customer_id", sa.String(length=60), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_agent_id"), "audit", ["agent_id"], unique=False)
    op.create_index(op.f("ix_audit_case_id"), "audit", ["case_id"], unique=False)
    op.create_index(op.f("ix_audit_conversation_id"), "audit", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_audit_customer_id"), "audit", ["customer_id"], unique=False)
    for statement in _TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)

    op.create_table(
        "channel_events",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "event_id", name=op.f("pk_channel_events")),
    )
    op.create_table(
        "channel_secrets",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "name", name=op.f("pk_channel_secrets")),
    )
    op.create_table(
        "carry_on_codes",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.conversation_id"], name=op.f("fk_carry_on_codes_conversation_id")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_carry_on_codes")),
    )
    op.create_index(op.f("ix_carry_on_codes_conversation_id"), "carry_on_codes", ["conversation_id"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("channel_ref", sa.String(length=200), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("claim_token", sa.String(length=32), nullable=True),
        sa.Column("sending_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.conversation_id"], name=op.f("fk_deliveries_conversation_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "number", name=op.f("pk_deliveries")),
    )
    op.create_table(
        "desk_sessions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.agent_id"], name=op.f("fk_desk_sessions_agent_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_desk_sessions")),
    )
    op.create_index(op.f("ix_desk_sessions_agent_id"), "desk_sessions", ["agent_id"], unique=False)

    op.create_table(
        "identity_checks",
        sa.Column("check_id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("customer_id", sa.String(length=60), nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=False),
        sa.Column("second_by", sa.String(length=32), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.conversation_id"], name=op.f("fk_identity_checks_conversation_id")
        ),
        sa.PrimaryKeyConstraint("check_id", name=op.f("pk_identity_checks")),
    )
    op.create_index(op.f("ix_identity_checks_conversation_id"), "identity_checks", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_identity_checks_customer_id"), "identity_checks", ["customer_id"], unique=False)

    op.create_table(
        "notes",
        sa.Column("note_id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=True),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mentions", sa.JSON(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.conversation_id"], name=op.f("fk_notes_conversation_id")
        ),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_conversation_id"), "notes", ["conversation_id"], unique=False)

    op.create_table(
        "mentions",
        sa.Column("note_id", sa.String(length=32), nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["note_id"], ["notes.note_id"], name=op.f("fk_mentions_note_id")),
        sa.PrimaryKeyConstraint("note_id", "agent_id", name=op.f("pk_mentions")),
    )
    op.create_index(
        "ix_mentions_unseen",
        "mentions",
        ["agent_id"],
        unique=False,
        sqlite_where=sa.text("seen_at IS NULL"),
        postgresql_where=sa.text("seen_at IS NULL"),
    )

    op.add_column("attachments", sa.Column("line_number", sa.Integer(), nullable=True))

    op.add_column("conversations", sa.Column("agent_id", sa.String(length=32), nullable=True))
    op.add_column("conversations", sa.Column("mailed_number", sa.Integer(), server_default="0", nullable=False))
    op.add_column("conversations", sa.Column("here_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_conversations_agent_id"), "conversations", ["agent_id"], unique=False)

    op.add_column("hand_offs", sa.Column("assigned_to", sa.String(length=32), nullable=True))
    op.add_column("hand_offs", sa.Column("taken_by", sa.String(length=32), nullable=True))
    op.add_column("hand_offs", sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("hand_offs", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("hand_offs", sa.Column("resolution", sa.String(length=60), nullable=True))

    op.add_column("lines", sa.Column("agent_name", sa.String(length=80), nullable=True))
    op.add_column("lines", sa.Column("sent_key", sa.String(length=60), nullable=True))
    op.create_index("uq_lines_sent_key", "lines", ["conversation_id", "sent_key"], unique=True)
    op.create_index("ix_conversations_address", "conversations", ["channel", "address", "created_at"])
    op.create_index("ix_conversations_owner_updated_at", "conversations", ["owner", "updated_at"])
    op.create_index(
        "ix_conversations_undelivered",
        "conversations",
        ["channel"],
        sqlite_where=sa.text("last_number > delivered_number"),
        postgresql_where=sa.text("last_number > delivered_number"),
    )
    op.create_index(
        "ix_hand_offs_open",
        "hand_offs",
        ["opened_at"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "saved_filters",
        sa.Column("agent_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.agent_id"], name=op.f("fk_saved_filters_agent_id")),
        sa.PrimaryKeyConstraint("agent_id", "name", name=op.f("pk_saved_filters")),
    )
    people = op.create_table(
        "case_people",
        sa.Column("case_id", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_case_people_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_people")),
    )
    _fill(people)

    _hear_customers()
    op.create_index("ix_cases_updated_at", "cases", ["updated_at"])

    op.add_column("cases", sa.Column("assigned_to", sa.String(length=32), nullable=True))
    op.add_column("cases", sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_cases_assigned_to",
        "cases",
        ["assigned_to"],
        sqlite_where=sa.text("assigned_to IS NOT NULL"),
        postgresql_where=sa.text("assigned_to IS NOT NULL"),
    )
    queue = ["state", "verification_due", "payout_due", "statutory_due", "assigned_to", "filed_at", "case_id"]
    op.create_index("ix_cases_queue", "cases", queue)


def _hear_customers() -> None:
    """What customers thought of a case, and how they wish to hear from us."""
    op.create_table(
        "satisfaction",
        sa.Column("case_id", sa.String(length=10), nullable=False),
        sa.Column("customer_id", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rating", sa.String(length=4), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_satisfaction_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_satisfaction")),
    )
    op.create_table(
        "notice_wishes",
        sa.Column("customer_id", sa.String(length=60), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("quiet_from", sa.String(length=5), nullable=True),
        sa.Column("quiet_to", sa.String(length=5), nullable=True),
        sa.Column("zone", sa.String(length=60), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_notice_wishes")),
    )


def _fill(people: sa.Table) -> None:
    """Whom the cases that are there already are about, from their receipts."""
    cases = sa.table(
        "cases", sa.column("case_id"), sa.column("order_id"), sa.column("customer_id"), sa.column("receipt", sa.JSON)
    )
    rows = op.get_bind().execute(sa.select(cases)).yield_per(500)
    for part in rows.partitions():
        op.get_bind().execute(people.insert(), [_person(*row) for row in part])


def _person(case_id: str, order_id: str, customer_id: str, receipt: dict[str, Any]) -> dict[str, str]:
    customer = receipt.get("records", {}).get("customer", {})
    name, mail = customer.get("name", ""), customer.get("email", "")
    words = " ".join((case_id, order_id, customer_id, name, mail)).lower()
    return {"case_id": case_id, "name": name[:200], "words": words}


def downgrade() -> None:
    op.drop_index("ix_cases_updated_at", table_name="cases")
    op.drop_table("notice_wishes")
    op.drop_table("satisfaction")
    op.drop_index("ix_cases_queue", table_name="cases")
    op.drop_index("ix_cases_assigned_to", table_name="cases")
    op.drop_column("cases", "assigned_at")
    op.drop_column("cases", "assigned_to")
    op.drop_table("case_people")
    op.drop_table("saved_filters")

    op.drop_index("ix_hand_offs_open", table_name="hand_offs")
    op.drop_index("ix_conversations_undelivered", table_name="conversations")
    op.drop_index("ix_conversations_owner_updated_at", table_name="conversations")
    op.drop_index("ix_conversations_address", table_name="conversations")
    op.drop_index("uq_lines_sent_key", table_name="lines")
    op.drop_column("lines", "sent_key")
    op.drop_column("lines", "agent_name")

    op.drop_column("hand_offs", "resolution")
    op.drop_column("hand_offs", "told_at")
    op.drop_column("hand_offs", "taken_at")
    op.drop_column("hand_offs", "taken_by")
    op.drop_column("hand_offs", "assigned_to")

    op.drop_index(op.f("ix_conversations_agent_id"), table_name="conversations")
    op.drop_column("conversations", "here_until")
    op.drop_column("conversations", "mailed_number")
    op.drop_column("conversations", "agent_id")

    op.drop_column("attachments", "line_number")

    op.drop_index("ix_mentions_unseen", table_name="mentions")

    op.drop_table("mentions")
    op.drop_index(op.f("ix_notes_conversation_id"), table_name="notes")

    op.drop_table("notes")
    op.drop_index(op.f("ix_identity_checks_customer_id"), table_name="identity_checks")
    op.drop_index(op.f("ix_identity_checks_conversation_id"), table_name="identity_checks")

    op.drop_table("identity_checks")
    op.drop_index(op.f("ix_desk_sessions_agent_id"), table_name="desk_sessions")

    op.drop_table("desk_sessions")
    op.drop_table("deliveries")
    op.drop_index(op.f("ix_carry_on_codes_conversation_id"), table_name="carry_on_codes")

    op.drop_table("carry_on_codes")
    op.drop_table("channel_secrets")
    op.drop_table("channel_events")
    op.drop_index(op.f("ix_audit_customer_id"), table_name="audit")
    op.drop_index(op.f("ix_audit_conversation_id"), table_name="audit")
    op.drop_index(op.f("ix_audit_case_id"), table_name="audit")
    op.drop_index(op.f("ix_audit_agent_id"), table_name="audit")

    op.drop_table("audit")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_only_grows()")
    op.drop_table("agents")
    op.drop_table("training_examples")
    op.drop_table("policy_activations")
