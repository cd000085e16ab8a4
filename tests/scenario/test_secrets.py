"""Canaries: passwords, keys and tokens of a whole run, hunted where they must not be."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.identity.keyring import new_key
from bot.sandbox.huawei.cloud import ON_CALL, Fault
from bot.sandbox.huawei.oms_tasks import TaskDetails
from bot.sandbox.slack.objects import User
from tests import forked
from tests.scenario.conftest import PROJECT, SECRETS, TASK, MakeWorld, World, said
from tests.scenario.keys import KEYS, MEDIA, give_keys, lock
from tests.scenario.process import Process


async def play(world: World, reason: str = "") -> None:
    """A success, a refusal, a wrong password, a gateway that echoes the key, a cut connection."""
    typed = f"pause prod-sg {TASK} {reason}".strip()
    card = await world.card(typed)
    await world.slack.click(world.bob, card, "oms_confirm")
    await world.whispered(world.bob, "Only")
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    world.cloud.set_status(int(TASK), 2)
    world.cloud.disable_user("bob")
    await world.type(world.bob, typed)
    await world.whispered(world.bob, "doesn't accept the credential")
    world.cloud.faults.add(Fault(kind="cut", operation="show_task"))
    await world.type(world.alice, typed)
    await world.whispered(world.alice, "didn't answer after the request was sent")


def _written(world: World, folder: Path) -> dict[str, bytes]:
    """Return all that the bot has written, by the names of the files; SQLite's own are among them."""
    files = [path for path in folder.rglob("*") if path.is_file() and path != world.config]
    return {path.name: path.read_bytes() for path in files} | {"database": world.kept()}


async def test_no_secret_is_in_logs_database_slack_or_audit(
    make_world: MakeWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At LOG_LEVEL=DEBUG, over everything the bot wrote anywhere."""
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    process = Process(tmp_path / "bot.log")
    async with make_world(start=False) as world:
        try:
            await process.start()
            world.slack.connect_http(process.url)
            await play(world)
        finally:
            await process.stop()
        canaries = [
            *SECRETS.values(),
            world.slack.bot_token,
            world.slack.signing_secret,
            *world.cloud.issued_tokens(),
            *(hook for hook in world.slack.world.hooks),
        ]
        written = _written(world, tmp_path)
        posted = "\n".join(said(message) for message in world.slack.world.log)
        found = [
            (canary[:12], name) for canary in canaries for name in written if canary.encode() in written[name]
        ]
        assert found == []
        assert [
            c[:12] for c in canaries if c in posted or c in json.dumps(world.slack.calls, default=str)
        ] == []
        assert len(canaries) > 6
        assert b"prod-sg" in written["database"]
        assert process.log.stat().st_size > 0


AZURE = """
[bucket_credentials.azure]
side = "source"
buckets = ["azure-src"]
connection_string = "env:AZURE"

[bucket_credentials.google]
side = "source"
buckets = ["google-src"]
json_auth_file = "env:GOOGLE"

[bucket_credentials.lent]
side = "destination"
buckets = ["lent-dst"]
agency = true

[users.U0CAROL]
name = "carol"
credential = { type = "agency", agency = "oms-oncall", domain = "acme" }

[service_account]
type = "password"
domain = "acme"
username = "robot"
password = "env:ROBOT_PASSWORD"
"""
OTHERS = {
    "AZURE": "AccountName=media;AccountKey=canary-account-key",
    "GOOGLE": '{"private_key": "canary-private-key"}',
    "ROBOT_PASSWORD": "canary-Pa55word-of-robot",
}


async def _resume_everything(world: World) -> None:
    """With keys of each kind: taken, refused by OMS, refused with an echo, cut off, in a gateway's own words."""
    carol = world.slack.add_user("carol")
    world.room.members.append(carol.id)
    details: dict[str, TaskDetails] = {
        "aws": {},
        "azure": {"src_bucket": "azure-src", "src_cloud": "Azure"},
        "google": {"src_bucket": "google-src", "src_cloud": "Google"},
        "lent": {"dst_bucket": "lent-dst"},
    }
    for name, buckets in details.items():
        task = world.cloud.add_task(PROJECT, name=f"task-{name}", status=3, **buckets)
        who = carol if name == "lent" else world.alice
        await _resume(world, who, str(task.id), f"Resumed task-{name}")
    echo = Fault(kind="status", operation="start_task", status=400, body=json.dumps(KEYS | OTHERS), times=1)
    for fault in (echo, Fault(kind="cut", operation="start_task", times=1)):
        task = world.cloud.add_task(PROJECT, name=f"task-{fault.kind}", status=3)
        world.cloud.faults.add(fault)
        await _resume(world, world.alice, str(task.id), f"task-{fault.kind}")


async def _resume(world: World, who: User, task: str, words: str) -> None:
    before = len(world.cards())
    await world.type(who, f"resume prod-sg {task}")
    card = (await world.slack.wait_for(lambda: world.cards()[before:], 20))[-1]
    await world.slack.click(who, card, "oms_confirm")
    await world.told(card, words)


async def test_no_key_of_a_bucket_is_anywhere_but_on_its_way_to_oms(
    make_world: MakeWorld, logged: Process, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At LOG_LEVEL=DEBUG, over everything the bot wrote anywhere; a key lent by an agency is no other."""
    give_keys(monkeypatch)
    for name, value in OTHERS.items():
        monkeypatch.setenv(name, value)
    async with make_world(more=MEDIA + AZURE, start=False) as world:
        lock(world.cloud)
        world.cloud.add_user("robot", OTHERS["ROBOT_PASSWORD"], "acme")
        world.cloud.add_agency("oms-oncall", "acme", ["robot"], permissions={PROJECT: ON_CALL})
        await logged.start()
        world.slack.connect_http(logged.url)
        await _resume_everything(world)
        await logged.stop()
        keys = world.cloud._directory.access_keys.values()  # nobody else asks for what IAM has lent
        lent = [part for key in keys if key.security_token for part in (key.secret, key.security_token)]
        assert len(lent) >= 2
        canaries = [
            *KEYS.values(),
            "canary-account-key",
            "canary-private-key",
            OTHERS["ROBOT_PASSWORD"],
            *SECRETS.values(),
            *lent,
        ]
        written = _written(world, tmp_path)
        posted = json.dumps(world.slack.calls, default=str) + "".join(map(said, world.slack.world.log))
        found = [
            (canary[:12], name) for canary in canaries for name in written if canary.encode() in written[name]
        ]
        assert found == []
        assert [canary[:12] for canary in canaries if canary in posted] == []
        assert len(world.cloud.calls_of("start_task")) == 6
        assert b"prod-sg" in written["database"]


TYPED = "canary-typed-in-slack"


async def _everything_is_delivered(world: World) -> None:
    """Each kind of delivery, with something in it that nobody but its reader should see."""
    await world.slack.slash(world.alice, world.room, "/oms", f"pause prod-sg {TASK} {TYPED}")
    await world.slack.slash(world.alice, world.room, "/oms", f"pause {TYPED} {TYPED}")
    await world.slack.mention(world.alice, world.room, f"pause prod-sg {TYPED}")
    await world.slack.event(
        {"type": "message", "text": TYPED, "channel": world.room.id, "user": world.alice.id}
    )
    await world.slack.shortcut(world.alice, TYPED)
    [card] = await world.slack.wait_for(
        lambda: [message for message in world.slack.messages(world.room) if message.elements()], 10
    )
    await world.slack.click(world.bob, card, "oms_confirm")
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")


@pytest.fixture
async def logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Process]:
    """The bot as a process of its own, at LOG_LEVEL=DEBUG."""
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    process = Process(tmp_path / "bot.log")
    yield process
    await process.stop()


@pytest.mark.parametrize("mode", ["over HTTP", "over Socket Mode"])
async def test_nothing_that_slack_delivers_is_logged(
    make_world: MakeWorld, logged: Process, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    """By any logger, at any level: neither words nor the capabilities and secrets that come with them."""
    async with make_world(start=False) as world:
        if mode == "over Socket Mode":
            monkeypatch.setenv("SLACK_APP_TOKEN", world.slack.app_token)
            await logged.start()
            await world.until(lambda: bool(world.slack.sockets.connections), 10)
        else:
            await logged.start()
            world.slack.connect_http(logged.url)
        await _everything_is_delivered(world)
        await logged.stop()
        log = logged.log.read_text()
        delivered = [
            TYPED,
            world.slack.app_token,
            world.slack.bot_token,
            *SECRETS.values(),
            *world.slack.world.hooks,
        ]
        assert [part[:20] for part in delivered if part in log] == []
        assert "response_url" not in log
        assert "trigger_id" not in log
        assert '"level": "debug"' in log


COMMANDS = (
    "check", "manifest", "users list", "users new-key", "users rotate-keys", "audit export", "audit verify",
    "users link U0ALICE --team T1", "users unlink U0ALICE --team T1", "demo --once",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
async def test_no_command_prints_a_secret(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """On either stream, at LOG_LEVEL=DEBUG; also when it fails because nobody answers its questions."""
    key = new_key()
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    monkeypatch.setenv("OMS_BOT_SECRET_KEYS", key)
    async with make_world(start=False) as world:
        ran = await asyncio.to_thread(forked.run, *command.split())
        printed = ran.stdout + ran.stderr
        secrets = [
            *SECRETS.values(),
            key,
            world.slack.bot_token,
            world.slack.signing_secret,
            *world.cloud.issued_tokens(),
        ]
        assert [secret[:12] for secret in secrets if secret in printed] == []
        assert "Traceback" not in printed
