"""`oms-bot check` says what is right and wrong before anybody needs the bot, each with what to do about it."""

from __future__ import annotations

import pytest

from bot.cli.check import check
from bot.identity.keyring import new_key
from bot.sandbox.serving import serve
from tests.scenario.conftest import SECRETS, MakeWorld, World
from tests.scenario.test_linking import carol_of, link
from tests.unit.identity.fake_hashicorp import TOKEN, FakeHashiCorp


async def _lines() -> str:
    return "\n".join([str(line) async for line in check()])


async def test_all_is_well(make_world: MakeWorld) -> None:
    """A line for everything that was looked at, and nothing is paused or written."""
    async with make_world(start=False) as world:
        said = await _lines()
        assert "✗" not in said
        for what in ("settings: 1 project, 2 users", "database: sqlite", "Slack: ", "may read tasks"):
            assert what in said, said
        assert world.stops() == 0


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-wrong", "✗ Slack: invalid_auth: check SLACK_BOT_TOKEN"),
        (
            "DATABASE_URL",
            "postgresql://nobody@127.0.0.1:9/none",
            "✗ database: DATABASE_URL: the database can't be used (OperationalError); check",
        ),
        ("ALICE_IAM_PASSWORD", "canary-wrong", "✗ prod-sg as IAM user alice (U0ALICE): IAM does not accept"),
    ],
)
async def test_one_thing_is_wrong(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    """It is named, the rest is looked at all the same, and no secret shows."""
    async with make_world(start=False):
        monkeypatch.setenv(name, value)
        said = await _lines()
        assert words in said
        assert "as the access key of bob (U0BOB): logged in" in said
        for secret in ("canary", *SECRETS.values()):
            assert secret not in said


async def test_a_key_that_opens_nothing(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told here before the start is refused."""
    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("OMS_BOT_SECRET_KEYS", new_key())
    async with make_world() as world:
        await _link_carol(world)
        assert "✓ links: kept in the database, and can be opened" in await _lines()
        monkeypatch.setenv("OMS_BOT_SECRET_KEYS", new_key())
        assert "✗ links in the database: OMS_BOT_SECRET_KEYS does not hold the key" in await _lines()


async def test_hashicorp_vault_is_asked(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the settings name one."""
    monkeypatch.setenv("VAULT_TOKEN", TOKEN)
    server = FakeHashiCorp()
    async with serve(server.app) as url:
        vault = f'[hashicorp_vault]\naddress = "{url}"\ntoken = "env:VAULT_TOKEN"'
        async with make_world(start=False, more=vault):
            assert "✓ links: kept in HashiCorp Vault, and can be opened" in await _lines()
            server.sealed = True
            assert "✗ links in HashiCorp Vault: HashiCorp Vault can't be asked" in await _lines()


async def _link_carol(world: World) -> None:
    page = await link(world, await carol_of(world))
    assert page.status_code == 200
