"""What an operator's machines ask: alive, ready, and how it goes."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import sqlite3
from pathlib import Path

import aiohttp
import httpx
import pytest
from sqlalchemy import event

from tests import plain_http
from tests.scenario.conftest import World


async def _get(world: World, path: str) -> httpx.Response:
    async with plain_http.async_client() as http:
        return await http.get(f"{world.extra['url']}{path}", timeout=10)


async def test_a_healthy_bot_is_alive_and_ready(world: World) -> None:
    """Both say so, at once."""
    assert (await _get(world, "/healthz")).status_code == 200
    ready = await _get(world, "/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "faults": {}})


@pytest.mark.sqlite_only("the file is moved away")
async def test_without_its_database_the_bot_is_alive_but_not_ready(world: World, tmp_path: Path) -> None:
    """The file is gone: 503 names the part, and nothing of the error's text."""
    for path in tmp_path.glob("oms-bot.sqlite3*"):
        path.rename(path.with_name(f"gone-{path.name}"))
    ready = await _get(world, "/readyz")
    assert ready.status_code == 503
    assert list(ready.json()["faults"]) == ["database"]
    assert (await _get(world, "/healthz")).status_code == 200


async def test_with_a_revoked_token_the_bot_is_not_ready(world: World) -> None:
    """Slack says what is wrong, in its own word."""
    world.slack.revoke_token()
    ready = await _get(world, "/readyz")
    assert ready.status_code == 503
    assert ready.json()["faults"] == {"slack": "token_revoked"}


async def test_metrics_count_operations_by_ending_and_calls_by_service(world: World) -> None:
    """A pause later, Prometheus can read what happened and how long it took."""
    card = await world.card()
    assert "oms_bot_open_conversations 1.0" in (await _get(world, "/metrics")).text
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    async with asyncio.timeout(5):  # metrics are a second old at most
        while "oms_bot_open_conversations 0.0" not in (text := (await _get(world, "/metrics")).text):
            await asyncio.sleep(0.05)
    assert 'oms_bot_operations_total{ending="paused",verb="pause"} 1.0' in text
    for service, operation in (("oms", "stop_task"), ("iam", "create_token"), ("slack", "chat.postMessage")):
        assert (
            f'oms_bot_call_seconds_count{{operation="{operation}",outcome="ok",service="{service}"}}' in text
        )


@pytest.mark.sqlite_only("there is a folder in the place of the file")
async def test_without_its_database_metrics_can_still_be_read(world: World, tmp_path: Path) -> None:
    """They are what an operator looks at then; what only the database knows is a gap."""
    world.bot.engine.dispose()
    for path in tmp_path.glob("oms-bot.sqlite3*"):
        path.unlink()
    (tmp_path / "oms-bot.sqlite3").mkdir()
    answer = await _get(world, "/metrics")
    assert answer.status_code == 200
    assert "oms_bot_open_conversations NaN" in answer.text


async def test_anonymous_questions_cost_next_to_nothing(world: World) -> None:
    """300 ask at once whether the bot is ready, and 300 for the metrics: Slack and the database are asked once."""
    statements: list[str] = []
    event.listen(world.bot.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))

    def asked() -> int:
        return len([call for call in world.slack.calls if call.method == "auth.test"])

    before = asked()
    async with aiohttp.ClientSession(world.extra["url"]) as http:

        async def status(path: str) -> int:
            async with http.get(path) as answer:
                return answer.status

        statuses = await asyncio.gather(
            *(status(path) for path in ("/readyz", "/metrics") for _ in range(300))
        )
    assert set(statuses) == {200}
    assert asked() - before <= 3
    assert len([statement for statement in statements if "operations" in statement]) <= 5


@pytest.mark.sqlite_only("a limit is set for the files of this process")
async def test_a_full_disk_is_not_ready(world: World, tmp_path: Path) -> None:
    """A transaction can still begin there, and even write; only a row that was committed proves anything."""
    path = tmp_path / "oms-bot.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        ready = await _get(world, "/readyz")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert ready.status_code == 503
    assert list(ready.json()["faults"]) == ["database"]
