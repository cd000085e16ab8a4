"""Steps of Slack's workflows await how an operation ends, or that somebody reviews what they have proposed."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add what an operation is awaited by, and the table; a version that does not know them takes no such step."""
    op.create_table(
        "reviews",
        sa.Column("run", sa.String(64), primary_key=True),
        sa.Column("team_id", sa.String(32), nullable=False),
        sa.Column("proposal", sa.String(64), nullable=False),
    )
    op.create_index("reviews_proposal", "reviews", ["proposal"])
    op.add_column("operations", sa.Column("awaited_by", sa.String(64)))
