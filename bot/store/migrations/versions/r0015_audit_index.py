"""What is on record of an operation is looked up by its id."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the index."""
    op.create_index("audit_operation", "audit", ["operation"])
