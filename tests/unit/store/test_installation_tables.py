"""The tables that slack_sdk's stores read and write are those that they expect."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore

from bot.store.installation_tables import ENCRYPTED_COLUMNS, SEALED_LENGTH, bots, oauth_states

THEIR_BOTS = SQLAlchemyInstallationStore.build_bots_table(
    sa.MetaData(), SQLAlchemyInstallationStore.default_bots_table_name
)
THEIR_STATES = SQLAlchemyOAuthStateStore.build_oauth_states_table(
    sa.MetaData(), SQLAlchemyOAuthStateStore.default_table_name
)


def _columns(table: sa.Table) -> dict[str, tuple[str, bool, bool]]:
    columns = {c.name: (str(c.type), bool(c.nullable), bool(c.primary_key)) for c in table.columns}
    for name in ENCRYPTED_COLUMNS:
        if name in columns:
            columns[name] = (f"VARCHAR({SEALED_LENGTH})", *columns[name][1:])
    return columns


@pytest.mark.parametrize(("ours", "theirs"), [(bots, THEIR_BOTS), (oauth_states, THEIR_STATES)])
def test_a_table_is_as_slack_sdk_defines_it(ours: sa.Table, theirs: sa.Table) -> None:
    """By its name, its columns and its indexes; an encrypted token is longer."""
    assert ours.name == theirs.name
    assert _columns(ours) == _columns(theirs)
    assert {(i.name, tuple(i.columns.keys())) for i in ours.indexes} == {
        (i.name, tuple(i.columns.keys())) for i in theirs.indexes
    }
