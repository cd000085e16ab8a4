"""PostgreSQL is gone for half a minute: what is asked meanwhile is said to be lost, what was begun is not."""

from __future__ import annotations

import asyncio
import threading

import pytest
from sqlalchemy import event

from bot.sandbox.huawei.cloud import Fault
from bot.sandbox.slack.objects import Message
from tests.postgres_proxy import proxied
from tests.scenario.conftest import PATIENCE, PROJECT, TASK, MakeWorld, World, said
from tests.scenario.process import Process
from tests.scenario.replicas import faults

SECONDS = 30
LOST = "I couldn't record your request in time"


async def test_gone_for_half_a_minute_it_takes_nothing_along(
    make_world: MakeWorld, process: Process, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before an ask, between card and click, in the call, and before the ending: each is told truly, once."""
    async with proxied(postgres) as proxy, make_world(start=False, verify_for=60) as world:
        for number in (71, 72, 73):
            world.cloud.add_task(PROJECT, task_id=number, name=f"media-{number}", pause_takes=0.1)
        world.cloud.tasks[72].pause_takes = 3
        monkeypatch.setenv("DATABASE_URL", proxy.url)
        world.database_url = postgres
        await process.start()
        world.slack.connect_http(process.url)
        waiting, watched, called = [await world.card(f"pause prod-sg {task}") for task in (TASK, 72, 71)]
        await world.confirm(watched)
        await world.until(lambda: world.stops() == 1)
        held = Fault(kind="latency", operation="stop_task", when="after", seconds=1, times=1)
        world.cloud.faults.add(held)
        await world.confirm(called)
        await world.until(lambda: world.stops() == 2)
        proxy.refuse()
        await proxy.sever()
        back = asyncio.get_running_loop().time() + SECONDS
        await _nothing_is_recorded(world, process, "pause prod-sg 73", waiting)
        assert [len(world.slack.thread(world.room, card)) for card in (waiting, watched, called)] == [1, 1, 1]
        await asyncio.sleep(back - asyncio.get_running_loop().time())
        proxy.refuse(refuses=False)
        for card in (watched, called):
            await world.told(card, "OMS confirmed it at")
        assert world.stops() == 2
        async with asyncio.timeout(PATIENCE):
            while await faults(process):
                await asyncio.sleep(0.1)
        await world.confirm(waiting)
        await world.told(waiting, "OMS confirmed it at")
        assert "media-73" in said(await world.card("pause prod-sg 73"))
        assert (world.stops(), world.recorded("called"), world.recorded("ended")) == (3, 3, 3)


async def _nothing_is_recorded(world: World, process: Process, command: str, card: Message) -> None:
    """What is typed, and what is clicked, is said to be lost; and the operator's machines hear of it."""
    await world.type(world.alice, command)
    await world.whispered(world.alice, LOST)
    await world.confirm(card)
    await world.slack.wait_for(
        lambda: [one for one in world.slack.ephemerals(world.alice) if LOST in said(one)][1:], PATIENCE
    )
    assert "database" in await faults(process)


async def test_what_comes_later_does_not_wait_for_what_is_tried_again(
    make_world: MakeWorld, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One command hangs on the way into the database, as after an outage; the next is recorded all the same."""
    hangs, goes_on = threading.Event(), threading.Event()

    def execute(_cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO dbos.workflow_status") and not hangs.is_set():
            hangs.set()
            goes_on.wait()

    async with make_world(start=False) as world:
        monkeypatch.setenv("DATABASE_URL", postgres)
        world.cloud.add_task(PROJECT, task_id=71, name="media-71")
        async with world.running():
            event.listen(world.bot.engine, "do_execute", execute)
            try:
                await world.type(world.alice, f"pause prod-sg {TASK}")
                await world.whispered(world.alice, LOST)
                assert "media-71" in said(await world.card("pause prod-sg 71"))
            finally:
                goes_on.set()
            await world.slack.wait_for(lambda: len(world.cards()) == 2, PATIENCE)
