"""What was asked for in a project is looked up, the newest first."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the index."""
    op.create_index("operations_history", "operations", ["project", "asked_at"])
