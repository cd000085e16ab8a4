"""`oms-bot check` says what installations lack: on an organisation, and of many workspaces."""

from __future__ import annotations

import asyncio
import time

import pytest
from slack_sdk.oauth.installation_store import Bot as InstalledBot

from bot.identity.keyring import KeyRing, new_key
from bot.preparation import bring_up_to_date
from bot.settings import load as settings
from bot.slack.manifest import SCOPES
from bot.slack.workspaces.store import InstallationStore
from bot.store import database
from tests.scenario.conftest import MakeWorld
from tests.scenario.test_check import change, lines


async def test_many_workspaces_have_no_token_to_look_at(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The app's own credentials are looked at instead."""
    for name, value in {
        "OMS_BOT_SECRET_KEYS": new_key(),
        "PUBLIC_URL": "https://bot.example",
    }.items():
        monkeypatch.setenv(name, value)
    async with make_world(start=False) as world:
        monkeypatch.setenv("SLACK_CLIENT_ID", world.slack.world.client_id)
        monkeypatch.setenv("SLACK_CLIENT_SECRET", world.slack.world.client_secret)
        monkeypatch.delenv("SLACK_BOT_TOKEN")
        change(
            world,
            lambda line: (
                line.replace("users.U0", 'users."T0SANDBOX:U0')
                .replace("ALICE]", 'ALICE"]')
                .replace("BOB]", 'BOB"]')
            ),
        )
        said = await lines()
        assert "✗" not in said
        assert "✓ Slack: workspaces can install the bot at https://bot.example/slack/install" in said
        await _install("T0OLD", "commands,chat:write")
        await _install("T0SANDBOX", ",".join(SCOPES))
        change(
            world, lambda line: f'[installs]\nteams = ["T0SANDBOX"]\n{line}' if line == "[timing]" else line
        )
        assert "✗ Slack: Acme (T0OLD) is not served: [installs] does not name it" in await lines()
        change(world, lambda line: line.replace('["T0SANDBOX"]', '["T0SANDBOX", "T0OLD"]'))
        said = await lines()
        assert "✓ Slack: the bot is installed in 2 places" in said
        assert (
            "✗ Slack: Acme (T0OLD) lacks users:read, app_mentions:read: install it again there: https" in said
        )
        assert "T0SANDBOX)" not in said
        monkeypatch.setenv("SLACK_CLIENT_SECRET", "canary-wrong")
        assert "✗ Slack: bad_client_secret: check SLACK_CLIENT_ID and SLACK_CLIENT_SECRET" in await lines()


async def _install(team: str, scopes: str) -> None:
    """Store an installation, as one of an earlier release may have left it."""
    loaded = settings.load()
    await asyncio.to_thread(bring_up_to_date, loaded)
    engine = database.create_engine(loaded.database_url.get_secret_value())
    store = InstallationStore(loaded.slack_client_id, engine, KeyRing.parse(loaded.secret_keys))
    await store.async_save_bot(
        InstalledBot(
            app_id="A1", team_id=team, team_name="Acme", bot_token="xoxb-1", bot_id="B1", bot_user_id="U1",
            bot_scopes=scopes, installed_at=time.time(),
        )
    )  # fmt: skip
    engine.dispose()


async def test_installed_on_an_organisation_the_bot_is_where_it_was_added(make_world: MakeWorld) -> None:
    """Which is in none of its workspaces at first."""
    async with make_world(start=False) as world:
        world.slack.world.enterprise_id, world.slack.world.granted = "E0ACME", []
        said = await lines()
        assert (
            "✗ Slack: installed on the organisation, but in none of its workspaces: an administrator" in said
        )
        world.slack.world.granted = ["T0SALES", "T0OPS"]
        assert "✓ Slack: installed on the organisation, in t0sales, t0ops" in await lines()
        world.config.write_text(
            world.config.read_text().replace("[users.U0ALICE]", '[users."E0OTHER:U0ALICE"]')
        )
        assert (
            "✗ users.E0OTHER:U0ALICE can match nobody, as the bot is in the organisation E0ACME"
            in await lines()
        )
