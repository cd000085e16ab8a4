"""Cards are counted before they are posted, and each approval proves that this bot recorded it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the table, and the column that is empty for what was recorded before."""
    op.create_table(
        "card_requests",
        sa.Column("operation_id", sa.String(64), primary_key=True),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("card_requests_person", "card_requests", ["user_id"])
    op.add_column("approvals", sa.Column("seal", sa.String(100)))
