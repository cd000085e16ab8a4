"""A replica that is stopped, or cut off from its database, and goes on later as if nothing had been."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.sandbox.huawei.cloud import Fault
from bot.sandbox.slack.objects import Message
from tests.link import Direction
from tests.postgres_proxy import proxied
from tests.scenario.conftest import PROJECT, TB, MakeWorld, World
from tests.scenario.process import Process
from tests.scenario.replicas import faults, replica, replicas, until_held

VERIFYING, READ, CALLED = TASKS = ("71", "72", "73")
PAUSED = "OMS confirmed it at"


def _populate(world: World) -> None:
    world.cloud.max_running = 10
    for task, takes in zip(TASKS, (12, 0.1, 0.1), strict=True):
        world.cloud.add_task(
            PROJECT, task_id=int(task), name=f"media-{task}", total_size=2 * TB, pause_takes=takes
        )


async def _interrupted(world: World, at: Sequence[Process]) -> list[Message]:
    """Confirm a card for each task at these replicas; return when each is in the middle of what it is named after."""
    held = {
        READ: Fault(kind="latency", operation="show_task", seconds=12, times=1),
        CALLED: Fault(
            kind="latency", operation="stop_task", seconds=4, times=1
        ),  # over before it is taken over
    }
    cards = []
    for task, asked in zip(TASKS, at, strict=True):
        world.slack.connect_http(asked.url)
        cards.append(await world.card(f"pause prod-sg {task}"))
        if task in held:
            world.cloud.faults.add(replace(held[task], path=f"*/{task}*"))
        await world.confirm(cards[-1])
        await world.until(lambda: not world.cloud.faults._left and _stops(world, VERIFYING) == 1)
    return cards


def _stops(world: World, task: str) -> int:
    return sum(call.path.endswith(f"/{task}/stop") for call in world.cloud.calls_of("stop_task"))


def _each_once(world: World, cards: Sequence[Message]) -> None:
    assert [_stops(world, task) for task in TASKS] == [1, 1, 1]
    assert [len(world.slack.thread(world.room, card)) for card in cards] == [2, 2, 2]


async def test_a_replica_that_was_stopped_for_half_a_minute_does_nothing_that_another_has_done(
    make_world: MakeWorld, postgres: str, tmp_path: Path
) -> None:
    """It stood before a call, in one and after one. It goes on with what it had read, and then works as before."""
    async with (
        make_world(start=False, request_timeout=15, verify_for=60) as world,
        replicas(world, tmp_path, postgres, postgres) as [first, _],
    ):
        _populate(world)
        waiting = await world.card()
        cards = await _interrupted(world, [first] * 3)
        first.suspend()
        resumed = asyncio.get_running_loop().time() + 30
        for card in cards:
            await world.told(card, PAUSED, 60)
        await asyncio.sleep(resumed - asyncio.get_running_loop().time())
        first.resume()
        await until_held(postgres, "web.1")
        async with asyncio.timeout(30):
            while await faults(first):  # a click that comes before is told that it can't be recorded
                await asyncio.sleep(0.2)
        await world.confirm(waiting)
        await world.told(waiting, PAUSED)
        _each_once(world, cards)


async def test_one_that_stood_still_while_another_of_its_name_was_started_is_not_ready_any_more(
    make_world: MakeWorld, postgres: str, tmp_path: Path
) -> None:
    """As when whoever runs it takes it for dead: the newer one waits until the server does, and goes on at once."""
    async with (
        make_world(start=False, request_timeout=15, verify_for=60) as world,
        replicas(world, tmp_path, postgres) as [older],
    ):
        _populate(world)
        cards = await _interrupted(world, [older] * 3)
        older.suspend()
        newer = replica(tmp_path, 1, postgres)
        try:
            await newer.start()
            for card in cards:
                await world.told(card, PAUSED)
            older.resume()
            async with asyncio.timeout(30):
                while "presence" not in await faults(older):
                    await asyncio.sleep(0.2)
            assert await faults(newer) == {}
            _each_once(world, cards)
        finally:
            await newer.stop()


async def test_replicas_whose_connections_carry_nothing_do_nothing_that_another_does(
    make_world: MakeWorld, postgres: str, tmp_path: Path
) -> None:
    """Whichever direction is dead, nothing tells either end. The one that is not cut off finishes all of it, once."""
    dead: list[tuple[Direction, ...]] = [("there",), ("back",), ("there", "back")]
    async with contextlib.AsyncExitStack() as stack:
        world = await stack.enter_async_context(make_world(start=False, request_timeout=15, verify_for=60))
        links = [await stack.enter_async_context(proxied(postgres)) for _ in dead]
        urls = [*(link.url for link in links), postgres]
        *cut_off, _ = await stack.enter_async_context(replicas(world, tmp_path, *urls))
        _populate(world)
        cards = await _interrupted(world, cut_off)
        for link, directions in zip(links, dead, strict=True):
            link.block(*directions)
        for card in cards:
            await world.told(card, PAUSED, 90)
        assert "taking_over" in (tmp_path / "4.log").read_text()
        for link in links:
            link.unblock()
        for number, _ in enumerate(links, 1):
            await until_held(postgres, f"web.{number}")
        await asyncio.sleep(1)
        _each_once(world, cards)
