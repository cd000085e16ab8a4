"""Projects in which nothing may be resumed or sped up."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the table; a version that does not know it freezes nothing."""
    op.create_table(
        "freezes",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("project_id", sa.String(1024), nullable=False),
        sa.Column("project", sa.String(64), nullable=False),
        sa.Column("team_id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(255), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("lifted_at", sa.Float),
        sa.Column("lifted_by", sa.String(32)),
        sa.Column("lifted_in", sa.String(32)),
        sa.Column("lifting", sa.String(64)),
    )
    lasting = sa.text("lifted_at IS NULL")
    op.create_index(
        "freezes_lasting",
        "freezes",
        ["project_id"],
        unique=True,
        sqlite_where=lasting,
        postgresql_where=lasting,
    )
