"""`oms-bot check` says what is right and wrong before anybody needs the bot, each with what to do about it."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from bot.cli.check import check
from bot.identity.keyring import new_key
from bot.sandbox.serving import serve
from tests.http_proxy import Proxy
from tests.scenario.conftest import PROJECT, SECRETS, MakeWorld, World
from tests.scenario.test_linking import carol_of, link
from tests.unit.identity.fake_hashicorp import TOKEN, FakeHashiCorp


async def lines() -> str:
    """Return all that is said."""
    return "\n".join([str(line) async for line in check()])


async def test_all_is_well(make_world: MakeWorld) -> None:
    """A line for everything that was looked at, and nothing is paused or written."""
    async with make_world(start=False) as world:
        said = await lines()
        assert "✗" not in said
        database = f"database: {world.stored.dialect.name}"
        for what in ("settings: 1 project, 2 users", database, "Slack: ", "may read tasks"):
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
        ("ALICE_IAM_PASSWORD", "canary-wrong", "✗ prod-sg as IAM user alice (U0ALICE): IAM doesn't accept"),
    ],
)
async def test_one_thing_is_wrong(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    """It is named, the rest is looked at all the same, and no secret shows."""
    async with make_world(start=False):
        monkeypatch.setenv(name, value)
        said = await lines()
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
        assert "✓ links: kept in the database, and can be opened" in await lines()
        monkeypatch.setenv("OMS_BOT_SECRET_KEYS", new_key())
        assert "✗ links in the database: OMS_BOT_SECRET_KEYS does not hold the key" in await lines()


async def test_hashicorp_vault_is_asked(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the settings name one."""
    monkeypatch.setenv("VAULT_TOKEN", TOKEN)
    server = FakeHashiCorp()
    async with serve(server.app, any_method=True) as url:
        vault = f'[hashicorp_vault]\naddress = "{url}"\ntoken = "env:VAULT_TOKEN"'
        async with make_world(start=False, more=vault):
            assert "✓ links: kept in HashiCorp Vault, and can be opened" in await lines()
            server.sealed = True
            assert "✗ links in HashiCorp Vault: HashiCorp Vault can't be asked" in await lines()


async def _link_carol(world: World) -> None:
    page = await link(world, await carol_of(world))
    assert page.status_code == 200


# --- each mistake by its remedy ------------------------------------------------------------------------


@pytest.mark.sqlite_only("its file is not made either")
async def test_nothing_is_written_before_the_first_start(make_world: MakeWorld) -> None:
    """Whoever looks may be another user than the one that will run the bot."""
    async with make_world(start=False) as world:
        before = sorted(path.name for path in world.config.parent.iterdir())
        assert "✓ database: sqlite, empty; the first start prepares it" in await lines()
        assert sorted(path.name for path in world.config.parent.iterdir()) == before


async def test_a_wrong_bot_token_does_not_hide_socket_mode(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its token is another one."""
    async with make_world(start=False) as world:
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-wrong")
        monkeypatch.setenv("SLACK_APP_TOKEN", world.slack.app_token)
        said = await lines()
        assert "✗ Slack: invalid_auth: check SLACK_BOT_TOKEN, and that the app is installed" in said
        assert "✓ Socket Mode: can connect" in said
        monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-wrong")
        assert (
            "✗ Socket Mode: invalid_auth: SLACK_APP_TOKEN: Slack refuses it (invalid_auth); make"
            in await lines()
        )


async def test_a_fault_in_the_file_does_not_hide_slack(make_world: MakeWorld) -> None:
    """Nor the database; only what depends on the file is left out."""
    async with make_world(start=False, more="[colour]\n") as world:
        said = await lines()
        assert "✗ oms-bot.toml: colour is not a section; use one of these: " in said
        assert "✓ Slack: " in said
        assert "✓ database: " in said
        assert not world.cloud.calls


async def test_slack_can_not_be_reached(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token is not to blame."""
    async with make_world(start=False):
        monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api")
        assert (
            "✗ Slack: http://127.0.0.1:9/api/ can't be reached from here (connection refused). Firewall, DNS or proxy?"
            in await lines()
        )


async def test_a_folder_that_is_not_there(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named, as there is no password in the URL of a file."""
    async with make_world(start=False):
        monkeypatch.setenv("DATABASE_URL", "sqlite:////gone/oms-bot.sqlite3")
        assert (
            "✗ database: DATABASE_URL: the folder /gone is not there; make it, or name a file in another one"
            in await lines()
        )


@pytest.fixture
def no_such_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """A resolver that knows this machine only."""
    known = socket.getaddrinfo

    def look_up(host: str | None, *args: Any, **options: Any) -> Any:
        if host not in (None, "127.0.0.1", "localhost"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return known(host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.usefixtures("no_such_host")
@pytest.mark.parametrize(
    ("region", "said"),
    [
        (
            "ap-southeast-33",
            (
                "✗ prod-sg: there is no host iam.ap-southeast-33.myhuaweicloud.com. Is the region ap-southeast-33 "
                "right? Did you mean ap-southeast-3?"
            ),
        ),
        (
            "ap-southeast-3",
            (
                "✗ prod-sg: https://iam.ap-southeast-3.myhuaweicloud.com can't be reached from here "
                "(there is no host of this name). Firewall, DNS or proxy?"
            ),
        ),
    ],
)
async def test_a_region_that_is_none(make_world: MakeWorld, region: str, said: str) -> None:
    """Told apart from a machine without DNS: a region that is known has its host."""
    async with make_world(start=False) as world:
        change(world, lambda line: None if "_endpoint" in line else line.replace("ap-southeast-3", region))
        assert said in await lines()


async def test_a_region_that_is_none_behind_a_proxy(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There the proxy alone knows which hosts there are."""
    async with make_world(start=False) as world, Proxy({}).running() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        change(world, lambda line: None if "_endpoint" in line else line.replace("southeast-3", "southest-3"))
        assert "Is the region ap-southest-3 right? Did you mean ap-southeast-3?" in await lines()


async def test_a_wrong_key_and_a_wrong_project(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose, where, and what to do."""
    async with make_world(start=False) as world:
        monkeypatch.setenv("BOB_SK", "canarySecretKeyOfNobody/0000000000000000")
        assert (
            "✗ prod-sg as the access key of bob (U0BOB): OMS doesn't accept the credential" in await lines()
        )
        change(world, lambda line: line.replace(PROJECT, "0" * 32))
        assert "✗ prod-sg as IAM user alice (U0ALICE): IAM knows no such project" in await lines()


async def test_a_credential_that_is_refused_is_sent_once(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many projects there are: IAM locks whoever fails a few times."""
    async with make_world(start=False) as world:
        monkeypatch.setenv("ALICE_IAM_PASSWORD", "canary-wrong")
        text = world.config.read_text()
        [section] = re.findall(r"(?s)\[projects\.prod-sg\].*?\n\n", text)
        others = "".join(
            section.replace("prod-sg", f"prod-{n}").replace(PROJECT, f"{n}" * 32) for n in range(3)
        )
        world.config.write_text(text + others)
        said = await lines()
        assert said.count("✗ prod-") >= 4
        assert len(world.cloud.calls_of("create_token")) == 1


async def test_a_clock_that_is_off(make_world: MakeWorld) -> None:
    """Before anybody's signature is refused for it."""

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = format_datetime(datetime.now(UTC) + timedelta(minutes=17), usegmt=True)
        writer.write(f"HTTP/1.1 404 Not Found\r\nDate: {there}\r\nContent-Length: 0\r\n\r\n".encode())
        writer.close()

    async with make_world(start=False) as world, await asyncio.start_server(answer, "127.0.0.1") as server:
        assert "✓ clock: agrees with Huawei Cloud's" in await lines()
        port = server.sockets[0].getsockname()[1]
        change(world, lambda line: re.sub(r'"http://127\S*"', f'"http://127.0.0.1:{port}"', line))
        assert (
            "✗ clock: this machine's clock is 17 min behind Huawei Cloud's; set it (NTP): Slack's deliveries are "
            "refused from 5 min on, Huawei's signatures from 15"
        ) in await lines()


def change(world: World, each: Callable[[str], str | None]) -> None:
    """Write the settings anew, line by line; a line that becomes None goes."""
    changed = map(each, world.config.read_text().splitlines())
    world.config.write_text("\n".join(line for line in changed if line is not None))


async def test_everything_that_can_be_shown_is_asked_about(make_world: MakeWorld) -> None:
    """One of each message, modal and view, in both languages; nothing is posted."""
    async with make_world(start=False) as world:
        said = "\n".join([str(line) async for line in check(with_blocks=True)])
        assert "✗" not in said
        taken = re.search(r"✓ Slack: (\d+) of (\d+) messages, modals and views are taken", said)
        assert taken is not None, said
        assert taken[1] == taken[2]
        asked = [call.args for call in world.slack.calls if call.method == "blocks.validate"]
        assert len(asked) == int(taken[1]) > 200
        assert {name for given in asked for name in given} >= {"blocks", "view"}
        assert not world.slack.world.log


async def test_with_a_wrong_token_nothing_is_said_of_what_can_be_shown(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked about once, not once for each message."""
    async with make_world(start=False):
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-wrong")
        said = [str(line) async for line in check(with_blocks=True)]
        wrong = [line for line in said if line.startswith("✗ Slack")]
        assert [line.partition(": ")[2].split(":")[0] for line in wrong] == [
            "invalid_auth",
            "blocks.validate",
        ]


async def test_an_older_workspace_is_shown_the_plain_form(make_world: MakeWorld) -> None:
    """That is no fault; what has no plain form, and is refused, is one, with what Slack says of it."""
    async with make_world(start=False) as world:
        world.slack.world.unknown_blocks = {"data_table", "plan"}
        said = [str(line) async for line in check(with_blocks=True)]
        assert (
            "✓ Slack takes the plain form of list-frozen (en): /blocks/2 unsupported type: data_table" in said
        )
        assert not [line for line in said if line.startswith("✗")]
        world.slack.world.unknown_blocks = {"header"}
        said = [str(line) async for line in check(with_blocks=True)]
        complaint = "✗ Slack refuses home-unlinked (en): /blocks/0 unsupported type: header"
        assert f"{complaint}: people would not see this; report it with what Slack says" in said
