"""Many workspaces: one installs the bot itself, by OAuth, and the main job works there with that workspace's token."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx
import pytest

from bot.identity.keyring import new_key
from tests.scenario.conftest import MakeWorld, World, said


def qualify(world: World, installs: str) -> None:
    """Name users with their workspace, as many workspaces need it, and say who may install."""
    settings = world.config.read_text().replace("[users.", f'[users."{world.slack.world.team_id}:')
    for user in ("U0ALICE", "U0BOB"):
        settings = settings.replace(f"{user}]", f'{user}"]')
    world.config.write_text(settings + installs)


def many_workspaces(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set what the bot needs so that workspaces install it themselves."""
    monkeypatch.delenv("SLACK_BOT_TOKEN")
    monkeypatch.setenv("SLACK_CLIENT_ID", world.slack.world.client_id)
    monkeypatch.setenv("SLACK_CLIENT_SECRET", world.slack.world.client_secret)
    monkeypatch.setenv("OMS_BOT_SECRET_KEYS", new_key())
    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:9")


async def test_a_workspace_installs_the_bot_and_pauses(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No bot token is configured; the consent page leads back, and the card is posted with the token it gave."""
    async with make_world(start=False) as world:
        many_workspaces(world, monkeypatch)
        qualify(world, f'[installs]\nteams = ["{world.slack.world.team_id}"]')
        async with world.running():
            world.slack.world.installer = world.alice.id
            world.slack.world.redirect_urls = ["http://127.0.0.1:9/slack/oauth_redirect"]
            delivery = await world.slack.slash(world.alice, world.room, "/oms", "help")
            assert delivery.ok  # before anybody installed it: answered in words, never 500
            async with httpx.AsyncClient(base_url=world.extra["url"], trust_env=False) as browser:
                page = await browser.get("/slack/install")
                link = page.text.split('href="')[1].split('"')[0].replace("&amp;", "&")
                assert world.slack.base_url is not None
                consent = world.slack.base_url + "/oauth/v2/authorize?" + urlsplit(link).query
                back = urlsplit((await browser.get(consent)).headers["location"])
                # The cookie is for https only; a browser makes an exception for loopback, this client does not.
                cookie = {"Cookie": page.headers["set-cookie"].split(";")[0]}
                done = await browser.get(f"{back.path}?{back.query}", headers=cookie)
                assert done.status_code == 200, done.text
            card = await world.card()
            assert "Pause media-872?" in said(card)
            await world.confirm(card)
            await world.told(card, "OMS shows status 3")
            stored = (world.config.parent / "oms-bot.sqlite3").read_bytes()
            assert world.slack.bot_token.encode() not in stored


async def test_unless_somebody_is_named_nobody_can_install(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says so instead of leading to Slack."""
    async with make_world(start=False) as world:
        many_workspaces(world, monkeypatch)
        qualify(world, "")
        async with (
            world.running(),
            httpx.AsyncClient(base_url=world.extra["url"], trust_env=False) as browser,
        ):
            for path in ("/slack/install", "/slack/oauth_redirect?code=x&state=y"):
                page = await browser.get(path)
                assert page.status_code == 403
                assert "Nobody can install this bot" in page.text
                assert "authorize" not in page.text
