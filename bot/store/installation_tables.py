"""The tables of many workspaces: installations and OAuth states, and which organisation a workspace belongs to.

The first two are those of slack_sdk's own stores, column by column, which read and write them; a test compares them.
Only the columns of tokens differ: an encrypted token is longer than slack_sdk's 200 characters.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from bot.store.tables import metadata as metadata  # noqa: PLC0414  # complete with the tables below

ENCRYPTED_COLUMNS: Final = ("bot_token", "bot_refresh_token")
SEALED_LENGTH: Final = 1000  # a token of Slack's longest, 255 characters, takes 396

# One row for each workspace, or for each organisation that installed the app for all its workspaces (team_id NULL).
bots = sa.Table(
    "slack_bots",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("client_id", sa.String(32), nullable=False),
    sa.Column("app_id", sa.String(32), nullable=False),
    sa.Column("enterprise_id", sa.String(32)),
    sa.Column("enterprise_name", sa.String(200)),
    sa.Column("team_id", sa.String(32)),
    sa.Column("team_name", sa.String(200)),
    sa.Column("bot_token", sa.String(SEALED_LENGTH)),
    sa.Column("bot_id", sa.String(32)),
    sa.Column("bot_user_id", sa.String(32)),
    sa.Column("bot_scopes", sa.String(1000)),
    sa.Column("bot_refresh_token", sa.String(SEALED_LENGTH)),
    sa.Column("bot_token_expires_at", sa.DateTime),
    sa.Column("is_enterprise_install", sa.Boolean, nullable=False, default=False),
    sa.Column("installed_at", sa.DateTime, nullable=False, default=sa.func.now()),
)
sa.Index("slack_bots_idx", bots.c.client_id, bots.c.enterprise_id, bots.c.team_id, bots.c.installed_at)

# Installations that were begun and not yet ended.
oauth_states = sa.Table(
    "slack_oauth_states",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("state", sa.String(200), nullable=False),
    sa.Column("expire_at", sa.DateTime, nullable=False),
)

# Which organisation a workspace belongs to, learnt from requests: an operation remembers its workspace only.
org_teams = sa.Table(
    "slack_org_teams",
    metadata,
    sa.Column("team_id", sa.String(32), primary_key=True),
    sa.Column("enterprise_id", sa.String(32), nullable=False),
)
