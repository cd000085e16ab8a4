"""With `[hashicorp_vault]` in the settings, links live there: the database never sees a secret."""

from __future__ import annotations

import pytest

from bot.preparation import StartRefusedError
from bot.sandbox.serving import serve
from tests.scenario.conftest import TASK, MakeWorld, said
from tests.scenario.test_linking import PASSWORD, carol_of, link
from tests.unit.identity.fake_hashicorp import TOKEN, FakeHashiCorp

SETTINGS = """
[hashicorp_vault]
address = "{url}"
token = "env:VAULT_TOKEN"
"""


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token for Vault, and no key to encrypt with: none is needed."""
    monkeypatch.setenv("VAULT_TOKEN", TOKEN)
    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:9")


async def test_carol_links_herself_pauses_and_unlinks(make_world: MakeWorld) -> None:
    """Her password goes to Vault and nowhere else, and is gone from there when she says so."""
    server = FakeHashiCorp()
    async with serve(server.app, any_method=True) as url, make_world(more=SETTINGS.format(url=url)) as world:
        carol = await carol_of(world)
        page = await link(world, carol)
        assert "IAM user carol" in page.text, page.text
        [path] = server.entries
        assert PASSWORD in str(server.read(path))
        await world.type(carol, f"pause prod-sg {TASK}")
        [card] = await world.slack.wait_for(
            lambda: [m for m in world.slack.messages(world.room) if "Pause media-872?" in said(m)], 5
        )
        await world.slack.click(carol, card, "oms_confirm")
        await world.told(card, "OMS confirmed it at")
        assert world.stops("carol") == 1
        await world.type(carol, "unlink")
        await world.whispered(carol, "I have forgotten your credential")
        assert not server.entries
        assert PASSWORD.encode() not in world.kept()


async def test_a_vault_that_is_away_at_the_click_pauses_nothing(make_world: MakeWorld) -> None:
    """It is told as what it is, and the settings do not stand in for a link that may be there."""
    server = FakeHashiCorp()
    async with serve(server.app, any_method=True) as url, make_world(more=SETTINGS.format(url=url)) as world:
        card = await world.card()
        server.sealed = True
        await world.confirm(card)
        ending = await world.told(card, "The stored credentials can't be read right now")
        assert "Not paused" in said(ending)
        assert world.stops() == 0
        await world.type(world.alice, f"pause prod-sg {TASK}")
        await world.whispered(world.alice, "The stored credentials can't be read right now")
        server.sealed = False
        card = await world.card()
        await world.confirm(card)
        await world.told(card, "OMS confirmed it at")


async def test_a_vault_that_does_not_let_the_bot_in_refuses_the_start(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one sentence, without the token."""
    monkeypatch.setenv("VAULT_TOKEN", "hvs.canary-of-somebody-else")
    server = FakeHashiCorp()
    async with (
        serve(server.app, any_method=True) as url,
        make_world(more=SETTINGS.format(url=url), start=False) as world,
    ):
        with pytest.raises(StartRefusedError, match="check the token and its policy") as refused:
            async with world.running():
                pass
        assert "canary" not in str(refused.value)
