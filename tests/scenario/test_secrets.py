"""Canaries: passwords, keys and tokens of a whole run, hunted where they must not be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.sandbox.huawei import Fault
from tests.scenario.conftest import SECRETS, TASK, MakeWorld, World, said
from tests.scenario.test_crash import Process


async def _play(world: World) -> None:
    """A success, a refusal, a wrong password, a gateway that echoes the key, a cut connection."""
    card = await world.card()
    await world.slack.click(world.bob, card, "oms_confirm")
    await world.confirm(card)
    await world.told(card, "OMS shows status 3")
    world.cloud.set_status(int(TASK), 2)
    world.cloud.disable_user("bob")
    await world.type(world.bob, f"pause prod-sg {TASK}")
    await world.whispered(world.bob, "does not accept the credential")
    world.cloud.faults.add(Fault(kind="cut", operation="show_task"))
    await world.type(world.alice, f"pause prod-sg {TASK}")
    await world.whispered(world.alice, "the connection broke")


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
            await _play(world)
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
