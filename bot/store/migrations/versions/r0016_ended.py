"""What ended long ago is looked up, to be removed."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the index."""
    ended = sa.text("ended_at IS NOT NULL")
    op.create_index(
        "operations_ended", "operations", ["ended_at"], sqlite_where=ended, postgresql_where=ended
    )
