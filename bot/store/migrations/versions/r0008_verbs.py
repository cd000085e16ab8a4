"""What an operation does, and to what: until now each paused one task."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns; a version that does not know them goes on recording pauses of one task."""
    op.add_column("operations", sa.Column("verb", sa.String(16), nullable=False, server_default="pause"))
    op.add_column("operations", sa.Column("targets", sa.JSON))
