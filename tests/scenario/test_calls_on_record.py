"""What OMS was asked is on record before it can be asked, and what it answered is kept while the database is away."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bot.sandbox.huawei.cloud import Fault
from tests import forked
from tests.postgres_proxy import proxied
from tests.scenario.conftest import TASK, MakeWorld, served
from tests.scenario.process import Process


async def _exported(event: str) -> list[dict[str, Any]]:
    exported = await asyncio.to_thread(forked.run, "audit", "export")
    assert exported.returncode == 0
    records = map(json.loads, exported.stdout.splitlines())
    return [record["details"] for record in records if record["event"] == event]


async def test_a_call_is_on_record_before_oms_can_get_it(make_world: MakeWorld, process: Process) -> None:
    """Killed while OMS holds the request: the audit names the task, as whom, and which attempt."""
    async with served(make_world, process) as world:
        card = await world.card()
        world.cloud.faults.add(Fault(kind="latency", operation="stop_task", when="after", seconds=30))
        await world.confirm(card)
        await world.until(lambda: world.stops() == 1)
        await process.stop()
        [calling] = await _exported("calling")
        assert (calling["task"], calling["project"], calling["attempt"]) == (TASK, "prod-sg", 1)
        assert (calling["user"], calling["principal"]) == ("U0ALICE", "IAM user alice")
        assert await _exported("called") == []


async def test_each_attempt_is_a_record_of_its_own(make_world: MakeWorld, process: Process) -> None:
    """Killed before OMS acted, then called again after a reading: two attempts, the second answered."""
    async with served(make_world, process) as world:
        card = await world.card()
        world.cloud.faults.add(Fault(kind="latency", operation="stop_task", when="before", seconds=30))
        await world.confirm(card)
        await world.until(lambda: world.recorded("calling") > 0)
        await process.stop()
        world.cloud.faults.clear()
        await process.start()
        await world.told(card, "OMS confirmed it at", 15)
        await process.stop()
        assert [calling["attempt"] for calling in await _exported("calling")] == [1, 2]
        assert [(called["attempt"], called["accepted"]) for called in await _exported("called")] == [
            (2, True)
        ]


async def test_what_oms_answered_while_the_database_was_away_is_kept(
    make_world: MakeWorld, process: Process, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OMS accepts and nothing can be recorded: once the database is back the audit has it, and the ending is true."""
    async with proxied(postgres) as proxy, make_world(start=False) as world:
        monkeypatch.setenv("DATABASE_URL", proxy.url)
        await process.start()
        world.slack.connect_http(process.url)
        card = await world.card()
        held = Fault(kind="latency", operation="stop_task", when="after", seconds=1, times=1)
        world.cloud.faults.add(held)
        await world.confirm(card)
        await world.until(lambda: world.stops() == 1)
        proxy.block()
        await proxy.sever()
        await asyncio.sleep(3)  # OMS has answered long since
        proxy.unblock()
        await world.told(card, "OMS confirmed it at", 30)
        [called] = await _exported("called")
        assert (called["attempt"], called["accepted"]) == (1, True)
        assert world.stops() == 1
        assert len(world.slack.thread(world.room, card)) == 2
        await process.stop()
