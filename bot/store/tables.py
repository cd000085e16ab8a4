"""The tables of the bot's own. The durable workflows keep theirs beside them, in the same database."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

# One row for each card: what was asked, where it stands, how it ended. The workflows decide; this is what
# a click is checked against, and what people and metrics look things up in.
operations = sa.Table(
    "operations",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("team_id", sa.String(32), nullable=False),
    sa.Column("user_id", sa.String(32), nullable=False),
    sa.Column("channel_id", sa.String(32), nullable=False),
    sa.Column("message_ts", sa.String(32)),  # NULL until Slack has told it
    sa.Column(
        "reposted", sa.Boolean, nullable=False, default=False
    ),  # a crash made a second, equal card possible
    sa.Column("project", sa.String(64), nullable=False),
    sa.Column("task_id", sa.String(16), nullable=False),
    sa.Column("card", sa.JSON, nullable=False),  # what the person was shown
    sa.Column("asked_at", sa.Float, nullable=False),
    sa.Column("expires_at", sa.Float, nullable=False),
    sa.Column("ending", sa.String(32)),
    sa.Column("ended_at", sa.Float),
)
sa.Index("operations_open", operations.c.ended_at, sqlite_where=operations.c.ended_at.is_(None))

# Append-only and hash-chained; see `bot.audit`.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key", sa.String(160), nullable=False, unique=True),  # an event repeated by a crash is one row
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("event", sa.String(32), nullable=False),
    sa.Column("operation", sa.String(64), nullable=False),
    sa.Column("details", sa.Text, nullable=False),  # canonical JSON
    sa.Column("previous_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)

# How far the chain reaches, so that rows cut off its end are missed.
audit_head = sa.Table(
    "audit_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
