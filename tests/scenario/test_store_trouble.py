"""The database is there and does not work, for a while."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import psycopg.errors
import pytest
from sqlalchemy import event

from bot.conversation.acting import FRESH_SECONDS
from bot.sandbox.huawei.cloud import Fault
from tests.scenario.conftest import TASK, MakeWorld, World, said


class Disk:
    """Whether the disk under the bot's database is full: then the database refuses whatever is to be written."""

    def __init__(self, world: World) -> None:
        self.full = False
        self.refused = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._error: Exception = psycopg.errors.DiskFull("could not extend file")
        if world.bot.engine.dialect.name == "sqlite":
            self._error = sqlite3.OperationalError("database or disk is full")
            self._error.sqlite_errorcode = sqlite3.SQLITE_FULL
        event.listen(world.bot.engine, "do_execute", self._execute)

    def _execute(self, _cursor: Any, statement: str, *_: Any) -> None:
        if self.full and statement.startswith(("INSERT", "UPDATE")):
            self._loop.call_soon_threadsafe(self.refused.set)
            raise self._error


async def test_what_a_full_disk_held_up_is_finished_without_a_restart(world: World) -> None:
    """It was full when the ending was to be recorded: it is told once, and soon after there is room."""
    world.cloud.tasks[int(TASK)].pause_takes = 3
    disk = Disk(world)
    card = await world.card()
    await world.confirm(card)
    await world.until(lambda: world.stops() == 1, 10)
    disk.full = True
    async with asyncio.timeout(20):
        await disk.refused.wait()
    await asyncio.sleep(3)
    disk.full = False
    await world.told(card, "OMS confirmed it at", 30)
    assert world.stops() == 1
    assert len(world.slack.thread(world.room, card)) == 2
    assert "Paused" in said(world.slack.thread(world.room, card)[0])


async def _held_up_before_the_call(world: World, seconds: float, *, paused: bool) -> str:
    """The task is read after the click, then nothing can be recorded for some *seconds*. Return how it ended."""
    disk = Disk(world)
    card = await world.card()
    world.cloud.forget_calls()
    world.cloud.faults.add(Fault(kind="latency", operation="show_task", when="after", seconds=0.5, times=1))
    await world.confirm(card)
    await world.until(lambda: bool(world.cloud.calls_of("show_task")), 10)
    disk.full = True
    async with asyncio.timeout(20):
        await disk.refused.wait()
    if paused:
        world.cloud.set_status(int(TASK), 3)
    await asyncio.sleep(seconds)
    disk.full = False
    found = await world.slack.wait_for(lambda: world.slack.thread(world.room, card)[1:], 30)
    return said(found[-1])


@pytest.mark.parametrize("paused", [True, False])
async def test_no_call_is_made_on_what_was_read_long_before(world: World, *, paused: bool) -> None:
    """The records were held up between the reading and the call: it is read again, and what it says now counts."""
    ending = await _held_up_before_the_call(world, FRESH_SECONDS + 1, paused=paused)
    assert ("paused before" in ending) == paused
    assert ("OMS confirmed it at" in ending) != paused
    assert world.stops() == (0 if paused else 1)
    assert len(world.cloud.calls_of("show_task")) >= 2


async def test_a_click_of_long_ago_is_no_wish_of_now(make_world: MakeWorld) -> None:
    """Held up for longer than an answer is waited for: no call, and the requester hears why."""
    async with make_world(confirm_within=3) as world:
        ending = await _held_up_before_the_call(world, 3.5, paused=False)
        assert "Nothing was changed" in ending
        assert "long after the click" in ending
        assert world.stops() == 0
