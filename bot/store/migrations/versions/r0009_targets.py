"""What is acted on may be a task group, whose name is longer than a task's id."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Widen the column; SQLite copies the table for it."""
    with op.batch_alter_table("operations") as table:
        table.alter_column(
            "task_id", existing_type=sa.String(16), type_=sa.String(64), existing_nullable=False
        )
