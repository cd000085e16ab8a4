"""An invitation to link says in which language its page is read."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column, which is empty for pages that are open now."""
    op.add_column("link_tokens", sa.Column("locale", sa.String(20)))
