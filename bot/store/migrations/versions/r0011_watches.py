"""Tasks that are shown as they go on."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "watches",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("team_id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("channel_id", sa.String(32), nullable=False),
        sa.Column("project", sa.String(64), nullable=False),
        sa.Column("task_id", sa.String(1100), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("found_in", sa.String(32), nullable=False),
        sa.Column("begun_at", sa.Float, nullable=False),
        sa.Column("until", sa.Float, nullable=False),
        sa.Column("thread_ts", sa.String(32)),
        sa.Column("message_ts", sa.String(32)),
        sa.Column("samples", sa.JSON, nullable=False),
        sa.Column("over", sa.String(16)),
        sa.Column("over_at", sa.Float),
        sa.Column("stopped_by", sa.String(32)),
    )
    op.create_index("watches_channel", "watches", ["team_id", "channel_id"])
