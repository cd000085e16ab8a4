"""What is to be done later: a paused task resumes by itself, somebody is reminded."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the table, and which operation another was planned with; a version that does not know them plans nothing."""
    op.create_table(
        "due",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("operation_id", sa.String(64), nullable=False),
        sa.Column("target", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("due_at", "due", ["at"])
    op.add_column("operations", sa.Column("follows", sa.String(64)))
