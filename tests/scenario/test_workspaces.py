"""Many workspaces through Bolt and the gate, over real HTTP: each served with its own token, none left unanswered.

A bot of one command stands for the whole; how a pause goes is told by the other scenarios.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

from bot.metrics import Metrics
from bot.sandbox.serving import serve
from bot.sandbox.slack.objects import Message
from bot.sandbox.slack.workspace import Workspace
from bot.slack.bolt import Bolt
from bot.slack.gate import Gate
from bot.slack.workspaces.installations import Installations
from tests.unit.slack.slack_of_many import World, running

# Slack's client sends the secret with aiohttp's BasicAuth, which aiohttp has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

SIGNING_SECRET = "canary-signing-secret"
BUTTON = {
    "type": "button",
    "action_id": "oms_confirm",
    "text": {"type": "plain_text", "text": "Pause"},
    "value": "1",
}


def bolt(world: World, installations: Installations) -> Bolt:
    """Return Bolt as the composition root makes it, with one command that posts what was typed."""
    app = Bolt(
        metrics=Metrics(),
        client=AsyncWebClient(base_url=f"{world.slack.base_url}/api/", session=world.session),
        authorize=installations.authorize,
        before_authorize=installations.before_authorize,
        request_verification_enabled=False,
        process_before_response=True,
    )
    installations.register(app)

    async def on_command(
        ack: Callable[..., Awaitable[Any]], body: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        client = await installations.client(context.team_id, context.enterprise_id)
        assert client is not None
        await client.chat_postMessage(channel=body["channel_id"], text=f"{body['text']} in {context.team_id}")
        await ack()

    app.command("/oms")(on_command)
    return app


@dataclass
class Bots:
    """A Slack of many workspaces and a running bot."""

    world: World
    url: str

    @property
    def installations(self) -> Installations:
        """The bot's installations."""
        return self.world.installations

    def workspace(self, team_id: str, *, enterprise_id: str | None = None) -> Workspace:
        """Return a workspace whose requests go to the bot."""
        workspace = self.world.slack.workspaces.get(team_id) or self.world.slack.add(
            team_id, enterprise_id=enterprise_id
        )
        workspace.connect_http(self.url, SIGNING_SECRET)
        return workspace

    async def install(self, team_id: str) -> None:
        """Somebody installs the bot in a workspace."""
        assert (await self.world.browser().install(team_id)).status_code == 200

    async def slash(self, workspace: Workspace, text: str) -> str:
        """Alice types a command; what only she is answered is returned."""
        team = workspace.world.team_id
        delivery = await workspace.slash(f"U0ALICE{team[1:]}", f"C0{team[1:]}", "/oms", text)
        assert delivery.ok, delivery
        assert delivery.status == 200
        return str(delivery.json.get("text", delivery.body))


@pytest.fixture
async def bots(tmp_path: Path) -> AsyncIterator[Bots]:
    """A running bot that nobody has installed yet."""
    async with running(f"sqlite:///{tmp_path}/bot.sqlite3") as world, serving(world) as url:
        yield Bots(world, url)


@contextlib.asynccontextmanager
async def serving(world: World) -> AsyncIterator[str]:
    """Serve the bot; its address."""
    app = bolt(world, world.installations)
    events = Route("/slack/events", Gate(app.answer, SecretStr(SIGNING_SECRET)))
    async with serve(Starlette(routes=[events, *world.installations.routes()])) as url:
        yield url


def texts(workspace: Workspace) -> list[str]:
    """Return what stands in a workspace's #incidents."""
    return [message.text for message in workspace.messages(f"C0{workspace.world.team_id[1:]}")]


def card(workspace: Workspace) -> Message:
    """Return a message with a button, from when the bot was still installed."""
    return workspace.world.post(
        Message(
            f"C0{workspace.world.team_id[1:]}",
            workspace.world.next_ts(),
            workspace.bot.id,
            "a card",
            bot_id=workspace.world.bot_id,
            blocks=[{"type": "actions", "elements": [BUTTON]}],
        )
    )


async def test_each_workspace_is_served_with_its_own_token(bots: Bots) -> None:
    """Installed, a command works at once, and what is typed in one is posted in that one."""
    first, second = bots.workspace("T1"), bots.workspace("T2")
    await bots.install("T1")
    await bots.install("T2")
    await bots.slash(first, "one")
    await bots.slash(second, "two")
    assert texts(first) == ["one in T1"]
    assert texts(second) == ["two in T2"]


async def test_a_request_asks_slack_nothing_before_it_is_acknowledged(bots: Bots) -> None:
    """Bolt's own authorization would call auth.test, and refresh tokens."""
    workspace = bots.workspace("T1")
    await bots.install("T1")
    before = len(workspace.calls)
    await bots.slash(workspace, "one")
    assert [call.method for call in workspace.calls[before:]] == ["chat.postMessage"]


async def test_a_command_without_an_installation_is_answered_in_words(bots: Bots) -> None:
    """With where to install it; to the person alone."""
    workspace = bots.workspace("T1")
    answer = await bots.slash(workspace, "one")
    assert answer.startswith("oms-bot is not installed in this workspace, or not any more. Nothing was done.")
    assert "<https://bot.example/slack/install|install oms-bot>" in answer
    assert texts(workspace) == []


async def test_a_click_without_an_installation_is_answered_in_words(bots: Bots) -> None:
    """A card may be older than the uninstallation. The card itself stays as it is."""
    workspace = bots.workspace("T1")
    old = card(workspace)
    delivery = await workspace.click("U0ALICE1", old, "oms_confirm")
    assert delivery.status == 200
    [said] = await workspace.wait_for(lambda: workspace.ephemerals("U0ALICE1"))
    assert said.text.startswith("oms-bot is not installed in this workspace")
    assert texts(workspace) == ["a card"]


async def test_a_click_that_cannot_be_answered_is_still_acknowledged(bots: Bots) -> None:
    """Slack being slow or gone is no reason for a 500; Bolt's own answer would be one."""
    workspace = bots.workspace("T1")
    old = card(workspace)
    workspace.faults.add("response_url", cut=True)
    delivery = await workspace.click("U0ALICE1", old, "oms_confirm")
    assert delivery.status == 200
    await bots.installations.drain()
    assert workspace.ephemerals("U0ALICE1") == []


async def test_an_event_without_an_installation_is_acknowledged(bots: Bots) -> None:
    """There is nobody to answer and no token to do it with, and repeating it would not help."""
    workspace = bots.workspace("T1")
    delivery = await workspace.mention("U0ALICE1", "C01", "pause x y")
    assert (delivery.status, delivery.attempt) == (200, 0)


async def test_a_workspace_that_cannot_be_looked_up_is_told_so(bots: Bots) -> None:
    """In words for a person; an event is sent again by Slack, and is served when the database is back."""
    workspace = bots.workspace("T1")
    await bots.install("T1")
    with bots.world.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE slack_bots RENAME TO away"))
    answer = await bots.slash(workspace, "one")
    assert (
        answer
        == "I couldn't look up this workspace's installation just now. Nothing was done. Please try again."
    )
    mentioned = await workspace.mention("U0ALICE1", "C01", "pause x y")
    assert (mentioned.status, mentioned.attempt) == (503, 3)
    with bots.world.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE away RENAME TO slack_bots"))
    await bots.slash(workspace, "two")
    assert texts(workspace)[-1] == "two in T1"


async def test_a_workspace_that_uninstalls_is_forgotten(bots: Bots) -> None:
    """The tokens are gone at once, and the next command is answered in words."""
    workspace = bots.workspace("T1")
    await bots.install("T1")
    await bots.slash(workspace, "one")
    for _ in range(2):
        assert (await workspace.event({"type": "app_uninstalled"})).status == 200
    assert bots.world.rows() == []
    assert bots.world.events() == ["installed workspace T1", "uninstalled workspace T1"]
    assert (await bots.slash(workspace, "two")).startswith("oms-bot is not installed")
    await bots.install("T1")
    await bots.slash(workspace, "three")
    assert texts(workspace) == ["one in T1", "three in T1"]


async def test_a_revoked_bot_token_is_forgotten(bots: Bots) -> None:
    """A person's token, which the bot never had, changes nothing."""
    workspace = bots.workspace("T1")
    await bots.install("T1")
    await workspace.event({"type": "tokens_revoked", "tokens": {"oauth": ["U0ALICE1"], "bot": []}})
    assert len(bots.world.rows()) == 1
    await workspace.event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [workspace.bot.id]}})
    assert bots.world.rows() == []


async def test_an_uninstallation_that_could_not_be_stored_is_told_again(bots: Bots) -> None:
    """It is not acknowledged before the tokens are gone."""
    workspace = bots.workspace("T1")
    await bots.install("T1")
    await bots.slash(workspace, "one")  # so that the workspace is known from memory
    with bots.world.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE slack_bots RENAME TO away"))
    delivery = await workspace.event({"type": "app_uninstalled"})
    assert (delivery.status, delivery.attempt) == (500, 3)
    with bots.world.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE away RENAME TO slack_bots"))
    assert (await workspace.event({"type": "app_uninstalled"})).status == 200
    assert bots.world.rows() == []


async def test_an_organisations_workspaces_are_served_with_its_token(bots: Bots) -> None:
    """Each in its own channels."""
    third, fourth = (bots.workspace(team, enterprise_id="E1") for team in ("T3", "T4"))
    bots.world.slack.org_wide = True
    await bots.install("T3")
    await bots.slash(third, "one")
    await bots.slash(fourth, "two")
    assert texts(third) == ["one in T3"]
    assert texts(fourth) == ["two in T4"]


async def test_an_organisation_that_uninstalls_is_forgotten(bots: Bots) -> None:
    """Slack's event names no workspace then."""
    workspace = bots.workspace("T3", enterprise_id="E1")
    bots.world.slack.org_wide = True
    await bots.install("T3")
    event = workspace.event_payload({"type": "app_uninstalled"})
    event.data["authorizations"][0] |= {"team_id": None, "is_enterprise_install": True}
    [delivery] = await workspace.send(event)
    assert delivery.status == 200
    assert bots.world.rows() == []


async def test_bolts_environment_variables_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bolt reads these names itself, and would keep tokens in files and forget the one it was given."""
    home = tmp_path / "home"
    home.mkdir()
    for name, value in {
        "SLACK_CLIENT_ID": "1000.2000",
        "SLACK_CLIENT_SECRET": "another",
        "SLACK_BOT_TOKEN": "xoxb-canary-of-one-workspace",
        "SLACK_SCOPES": "admin",
        "SLACK_USER_SCOPES": "admin",
        "SLACK_REDIRECT_URI": "https://evil.example/",
        "HOME": str(home),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(home)
    async with running(f"sqlite:///{tmp_path}/bot.sqlite3") as world, serving(world) as url:
        bots = Bots(world, url)
        workspace = bots.workspace("T1")
        assert "admin" not in await world.browser().begin()
        assert "evil" not in await world.browser().begin()
        assert (await bots.slash(workspace, "none")).startswith("oms-bot is not installed")
        await bots.install("T1")
        await bots.slash(workspace, "one")
        assert texts(workspace) == ["one in T1"]
        assert (await workspace.event({"type": "app_uninstalled"})).status == 200
        assert world.rows() == []
    assert list(home.rglob("*")) == []
