"""attachments, read position"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With a default of the database's: without one, SQLite would make the table anew, which its foreign keys forbid.
    op.add_column("conversations", sa.Column("read_number", sa.Integer(), server_default="0", nullable=False))
    # What a tab was sent counted as read until now.
    op.execute("UPDATE conversations SET read_number = delivered_number")

    op.create_table(
        "attachments",
        sa.Column("attachment_id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=True),
        sa.Column("case_id", sa.String(length=10), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_attachments_case_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.conversation_id"], name=op.f("fk_attachments_conversation_id")
        ),
        sa.ForeignKeyConstraint(["message_id"], ["messages.message_id"], name=op.f("fk_attachments_message_id")),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_attachments")),
    )
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        for column in ("case_id", "conversation_id", "message_id"):
            batch_op.create_index(batch_op.f(f"ix_attachments_{column}"), [column], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        for column in ("message_id", "conversation_id", "case_id"):
            batch_op.drop_index(batch_op.f(f"ix_attachments_{column}"))

    op.drop_table("attachments")
    op.drop_column("conversations", "read_number")
