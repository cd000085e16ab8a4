"""Failed logins are counted for each IAM identity; links know IAM's id of their owner; pages know who signed in."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add one table and two columns."""
    op.create_table(
        "login_tries",
        sa.Column("secret_hash", sa.String(64), primary_key=True),
        sa.Column("identity_hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("tried_at", sa.Float, nullable=False),
        sa.Column("code", sa.String(32)),
    )
    op.create_index("login_tries_identity", "login_tries", ["identity_hash"])
    op.add_column("links", sa.Column("owner", sa.String(64), nullable=False, server_default=""))
    op.add_column("link_tokens", sa.Column("signed_in", sa.String(64)))
