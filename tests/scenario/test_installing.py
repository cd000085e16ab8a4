"""Many workspaces: one installs the bot itself, by OAuth, and the main job works there with that workspace's token."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from bot.huawei.iam.token import PasswordCredential
from bot.identity.keyring import new_key
from bot.identity.link import new_link
from tests import plain_http
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


async def install(world: World) -> None:
    """Alice installs the bot in her browser."""
    world.slack.world.installer = world.alice.id
    world.slack.world.redirect_urls = ["http://127.0.0.1:9/slack/oauth_redirect"]
    async with plain_http.async_client(base_url=world.extra["url"]) as browser:
        page = await browser.get("/slack/install")
        [link] = re.findall(r'<a [^>]*href="([^"]*/oauth/v2/authorize[^"]*)"', page.text)
        assert world.slack.base_url is not None
        consent = world.slack.base_url + "/oauth/v2/authorize?" + urlsplit(link.replace("&amp;", "&")).query
        back = urlsplit((await browser.get(consent)).headers["location"])
        # The cookie is for https only; a browser makes an exception for loopback, this client does not.
        cookie = {"Cookie": page.headers["set-cookie"].split(";")[0]}
        done = await browser.get(f"{back.path}?{back.query}", headers=cookie)
        assert done.status_code == 200, done.text


async def link_somebody(world: World, name: str = "carol") -> None:
    """Store a link as the linking page does, of one more person: whom Slack does not know the sweep unlinks."""
    user_id = world.slack.add_user(name).id
    credential = PasswordCredential("acme", "carol", SecretStr("canary-Pa55word-of-carol"))
    team = world.slack.world.team_id
    link = new_link(
        team, user_id, credential, principal="IAM user carol", projects=("prod-sg",), verified_at=1.0
    )
    await world.bot.vault.put(link, credential)


def refused(world: World) -> int:
    """Return how many times Slack was asked about a token and called its account inactive."""
    return [(call.method, call.error) for call in world.slack.calls].count(("auth.test", "account_inactive"))


async def test_a_workspace_that_uninstalled_while_the_bot_was_down_is_found_by_its_start(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack does not tell of it again; what it does not answer clearly destroys nothing."""
    async with make_world(start=False) as world:
        many_workspaces(world, monkeypatch)
        qualify(world, f'[installs]\nteams = ["{world.slack.world.team_id}"]')
        async with world.running():
            await install(world)
            await link_somebody(world)
        world.slack.faults.add("auth.test", error="account_inactive", status=503)
        async with world.running():
            await world.until(lambda: refused(world) > 0)
            assert len(await world.bot.vault.all_links()) == 1
        for token in world.slack.world.tokens.values():
            token.error = "account_inactive"
        async with world.running():
            events = world.bot.audit.records
            await world.until(lambda: "unlinked" in {record.event for record in events()})
            [uninstalled] = [record for record in events() if record.event == "uninstalled"]
            assert '"reason":"found_by_sweep"' in uninstalled.details
            assert await world.bot.vault.all_links() == []
            delivery = await world.slack.slash(world.alice, world.room, "/oms", "help")
            assert delivery.json["text"].startswith("oms-bot is not installed in this workspace")


async def test_the_one_configured_token_being_refused_destroys_no_link(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever runs the bot may have mistyped it."""
    monkeypatch.setenv("OMS_BOT_SECRET_KEYS", new_key())
    async with make_world(start=False) as world:
        async with world.running():
            await link_somebody(world)
            await link_somebody(world, "dave")
        for token in world.slack.world.tokens.values():
            token.error = "account_inactive"
        async with world.running():
            await world.until(lambda: refused(world) >= 2)  # so the first person's answer was thought about
            assert [link.disabled for link in await world.bot.vault.all_links()] == [None, None]


async def test_a_workspace_installs_the_bot_and_pauses(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No bot token is configured; the consent page leads back, and the card is posted with the token it gave."""
    async with make_world(start=False) as world:
        many_workspaces(world, monkeypatch)
        qualify(world, f'[installs]\nteams = ["{world.slack.world.team_id}"]')
        async with world.running():
            delivery = await world.slack.slash(world.alice, world.room, "/oms", "help")
            assert delivery.ok  # before anybody installed it: answered in words, never 500
            await install(world)
            card = await world.card()
            assert "Pause media-872?" in said(card)
            await world.confirm(card)
            await world.told(card, "OMS confirmed it at")
            stored = world.kept()
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
            plain_http.async_client(base_url=world.extra["url"]) as browser,
        ):
            for path in ("/slack/install", "/slack/oauth_redirect?code=x&state=y"):
                page = await browser.get(path)
                assert page.status_code == 403
                assert "Nobody can install this bot" in page.text
                assert "authorize" not in page.text
