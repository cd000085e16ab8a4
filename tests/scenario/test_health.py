"""What an operator's machines ask: alive, ready, and how it goes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx

from tests.scenario.conftest import World


async def _get(world: World, path: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.get(f"{world.extra['url']}{path}", timeout=10)


async def test_a_healthy_bot_is_alive_and_ready(world: World) -> None:
    """Both say so, at once."""
    assert (await _get(world, "/healthz")).status_code == 200
    ready = await _get(world, "/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "faults": {}})


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
    await world.told(card, "OMS shows status 3")
    await asyncio.sleep(0.1)
    text = (await _get(world, "/metrics")).text
    assert 'oms_bot_operations_total{ending="paused"} 1.0' in text
    for service, operation in (("oms", "stop_task"), ("iam", "create_token"), ("slack", "chat.postMessage")):
        assert (
            f'oms_bot_call_seconds_count{{operation="{operation}",outcome="ok",service="{service}"}}' in text
        )
    assert "oms_bot_open_conversations 0.0" in text
