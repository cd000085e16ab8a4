"""The database is there and does not work, for a while."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

from sqlalchemy import event

from tests.scenario.conftest import TASK, World, said


class Disk:
    """Whether the disk under the bot's SQLite file is full: then SQLite refuses whatever is to be written."""

    def __init__(self, world: World) -> None:
        self.full = False
        self.refused = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        event.listen(world.bot.engine, "do_execute", self._execute)

    def _execute(self, _cursor: Any, statement: str, *_: Any) -> None:
        if self.full and statement.startswith(("INSERT", "UPDATE")):
            self._loop.call_soon_threadsafe(self.refused.set)
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error


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
    await world.told(card, "OMS shows status 3", 30)
    assert world.stops() == 1
    assert len(world.slack.thread(world.room, card)) == 2
    assert "Paused" in said(world.slack.thread(world.room, card)[0])
