"""What has come lately is known to all replicas."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "recent",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("until", sa.Float, nullable=False),
    )
    op.create_index("recent_until", "recent", ["until"])
