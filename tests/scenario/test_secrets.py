"""Canaries: passwords, keys and tokens of a whole run, hunted where they must not be."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.identity.keyring import new_key
from bot.sandbox.huawei.cloud import Fault
from tests import forked
from tests.scenario.conftest import SECRETS, TASK, MakeWorld, World, said
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
        written = [path for path in tmp_path.rglob("*") if path.is_file() and path != world.config]
        posted = "\n".join(said(message) for message in world.slack.world.log)
        found = [
            (canary[:12], str(path.name))
            for canary in canaries
            for path in written
            if canary.encode() in path.read_bytes()
        ]
        assert found == []
        assert [
            c[:12] for c in canaries if c in posted or c in json.dumps(world.slack.calls, default=str)
        ] == []
        assert len(canaries) > 6
        assert any(path.suffix == ".sqlite3" for path in written)
        assert process.log.stat().st_size > 0


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
