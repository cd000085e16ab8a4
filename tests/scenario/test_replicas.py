"""PostgreSQL instead of SQLite: `DATABASE_URL` alone selects it, and another replica finishes a dead one's work."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from bot.preparation import StartRefusedError, prepare
from bot.sandbox.huawei.cloud import Fault
from bot.settings import load as settings
from tests import forked
from tests.postgres_proxy import proxied
from tests.scenario.conftest import TASK, MakeWorld
from tests.scenario.process import Process
from tests.scenario.replicas import cut_lock, faults, replicas, until_held


async def test_the_main_job_on_postgresql(
    make_world: MakeWorld, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing but the URL differs."""
    async with make_world(start=False) as world:
        monkeypatch.setenv("DATABASE_URL", postgres)
        async with world.running():
            card = await world.card()
            await world.confirm(card)
            await world.told(card, "OMS confirmed it at")
            assert world.stops() == 1


async def test_another_replica_finishes_a_dead_ones_conversation(
    make_world: MakeWorld, postgres: str, tmp_path: Path
) -> None:
    """The first replica is killed while it watches the pause; the second, which was running, tells the ending."""
    async with (
        make_world(start=False, verify_for=60) as world,
        replicas(world, tmp_path, postgres, postgres) as [first, _],
    ):
        world.cloud.tasks[int(TASK)].pause_takes = 3
        card = await world.card()
        await world.confirm(card)
        await world.until(lambda: world.stops() == 1)
        await asyncio.sleep(0.3)
        await first.stop()
        await world.told(card, "OMS confirmed it at", 30)
        assert world.stops() == 1
        assert len(world.slack.thread(world.room, card)) == 2


async def test_a_live_replica_that_loses_its_lock_once_is_not_taken_for_dead(
    make_world: MakeWorld, postgres: str, tmp_path: Path
) -> None:
    """In the middle of its call to OMS: it takes the lock anew, and nobody else calls."""
    async with make_world(start=False, request_timeout=10) as world:
        world.cloud.faults.add(Fault(kind="latency", operation="stop_task", when="before", seconds=3))
        async with replicas(world, tmp_path, postgres, postgres):
            card = await world.card()
            await world.confirm(card)
            await asyncio.sleep(1)
            await asyncio.to_thread(cut_lock, postgres, "web.1")
            await world.told(card, "OMS confirmed it at", 30)
            await until_held(postgres, "web.1")
            assert world.stops() == 1
            assert len(world.slack.thread(world.room, card)) == 2


@pytest.mark.sqlite_only("its file is for one process")
async def test_a_second_process_on_one_sqlite_file_is_refused(make_world: MakeWorld, tmp_path: Path) -> None:
    """At once, in one sentence; what only looks still works, and after a kill the file is free."""
    async with make_world(start=False) as world:
        process = Process(tmp_path / "bot.log")
        try:
            await process.start()
            refused = await asyncio.to_thread(forked.run, "serve", "--port", "0")
            words = refused.stdout + refused.stderr
            assert (refused.returncode, words.count("\n")) == (2, 1), words
            assert "another oms-bot already runs on" in words
            world.slack.connect_http(process.url)
            card = await world.card()
            await world.confirm(card)
            await world.told(card, "OMS confirmed it at")
            for command in (("users", "list"), ("audit", "verify")):
                assert (await asyncio.to_thread(forked.run, *command)).returncode == 0
            await process.stop()
            await process.start()
        finally:
            await process.stop()


async def test_two_replicas_of_one_name_are_not_both_let_in(
    make_world: MakeWorld, postgres: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The newer waits for the older to end, as a rolling restart has it, and goes on; or is refused in one sentence."""
    async with make_world(start=False) as world, replicas(world, tmp_path, postgres) as [older]:
        monkeypatch.setenv("DATABASE_URL", postgres)
        monkeypatch.setenv("DYNO", "web.1")
        with pytest.raises(StartRefusedError, match=r'another oms-bot already runs as "web\.1"'):
            await asyncio.to_thread(prepare, settings.load(), wait_seconds=1)
        card = await world.card()
        newer = Process(tmp_path / "newer.log")
        try:
            starting = asyncio.create_task(newer.start())
            await world.until(lambda: "start_waits" in newer.log.read_text() if newer.log.exists() else False)
            await older.stop(signal.SIGTERM)
            await starting
            assert older.exit_code == 0
            world.slack.connect_http(newer.url)
            await world.confirm(card)
            await world.told(card, "OMS confirmed it at")
            assert world.stops() == 1
        finally:
            await newer.stop()


async def test_the_same_name_starts_at_once_after_a_kill_and_goes_on(
    make_world: MakeWorld, postgres: str, tmp_path: Path
) -> None:
    """The server lets go of a dead process's lock by itself."""
    async with make_world(start=False) as world:
        world.cloud.tasks[int(TASK)].pause_takes = 3
        async with replicas(world, tmp_path, postgres) as [replica]:
            card = await world.card()
            await world.confirm(card)
            await world.until(lambda: world.stops() == 1)
            await replica.stop()
            await replica.start()
            await world.told(card, "OMS confirmed it at", 20)
            assert world.stops() == 1
            assert len(world.slack.thread(world.room, card)) == 2


async def test_silent_connections_hold_nobody_up_for_long(
    make_world: MakeWorld, postgres: str, tmp_path: Path
) -> None:
    """The database's host failed over: nothing comes back on what is open. Readiness says so; then all goes on."""
    async with (
        make_world(start=False) as world,
        proxied(postgres) as proxy,
        replicas(world, tmp_path, proxy.url) as [replica],
    ):
        await world.card()
        proxy.fall_silent()
        await world.type(world.alice, f"pause prod-sg {TASK}")
        async with asyncio.timeout(20):
            while not await faults(
                replica
            ):  # its lock's session is silent; the command may have found a new one
                await asyncio.sleep(0.2)
        await world.slack.wait_for(lambda: len(world.cards()) > 1, 45)
        async with asyncio.timeout(45):
            while await faults(replica):
                await asyncio.sleep(0.2)
        card = world.cards()[-1]
        await world.confirm(card)
        await world.told(card, "OMS confirmed it at", 20)
        assert world.stops() == 1
