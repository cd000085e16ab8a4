"""The tables of many workspaces: installations and OAuth states as slack_sdk's own stores define them, and one of ours.

Only the columns of tokens differ: an encrypted token is longer than slack_sdk's 200 characters.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore

from bot.store.tables import metadata

ENCRYPTED_COLUMNS: Final = ("bot_token", "bot_refresh_token")
SEALED_LENGTH: Final = 1000  # a token of Slack's longest, 255 characters, takes 396

# One row for each workspace, or for each organisation that installed the app for all its workspaces (team_id NULL).
bots = SQLAlchemyInstallationStore.build_bots_table(
    metadata, SQLAlchemyInstallationStore.default_bots_table_name
)
for _name in ENCRYPTED_COLUMNS:
    bots.c[_name].type = sa.String(SEALED_LENGTH)

# Installations that were begun and not yet ended.
oauth_states = SQLAlchemyOAuthStateStore.build_oauth_states_table(
    metadata, SQLAlchemyOAuthStateStore.default_table_name
)

# Which organisation a workspace belongs to, learnt from requests: an operation remembers its workspace only.
org_teams = sa.Table(
    "slack_org_teams",
    metadata,
    sa.Column("team_id", sa.String(32), primary_key=True),
    sa.Column("enterprise_id", sa.String(32), nullable=False),
)
