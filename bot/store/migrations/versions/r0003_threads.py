"""The thread in which an operation was asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; what was asked before stays in its channel."""
    op.add_column("operations", sa.Column("thread_ts", sa.String(32)))
