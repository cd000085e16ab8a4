"""SQLite refuses to write: what is asked for meanwhile is said to be lost, what was begun is not."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import event

from tests import plain_http
from tests.scenario.conftest import TASK, World

pytestmark = pytest.mark.sqlite_only("what it refuses, and how")

Trouble = Callable[[World], contextlib.AbstractAsyncContextManager[None]]


@contextlib.asynccontextmanager
async def _locked(world: World) -> AsyncIterator[None]:
    """Somebody else is writing, and takes their time."""
    with contextlib.closing(sqlite3.connect(world.database, timeout=10, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextlib.asynccontextmanager
async def _read_only(world: World) -> AsyncIterator[None]:
    """SQLite itself refuses to write, on the bot's own connections."""
    switch = "PRAGMA query_only = ON"

    def execute(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(switch)

    event.listen(world.bot.engine, "checkout", execute)
    yield
    switch = "PRAGMA query_only = OFF"


@contextlib.asynccontextmanager
async def _gone(world: World) -> AsyncIterator[None]:
    """Its folder was moved, and is put back."""
    kept = world.database.parent / "kept"
    kept.mkdir()
    for path in world.database.parent.glob(f"{world.database.name}*"):
        path.rename(kept / path.name)
    yield
    for path in kept.iterdir():
        path.rename(world.database.parent / path.name)


TROUBLES = {"locked": _locked, "read-only": _read_only, "gone": _gone}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=list(TROUBLES))
async def test_what_the_database_held_up_is_finished_when_it_works_again(
    world: World, trouble: Trouble
) -> None:
    """While the pause is watched: one call, one ending, and it is true."""
    world.cloud.tasks[int(TASK)].pause_takes = 1
    card = await world.card()
    await world.confirm(card)
    await world.until(lambda: world.stops() == 1)
    async with trouble(world):
        await asyncio.sleep(2)
        assert len(world.slack.thread(world.room, card)) == 1
    await world.told(card, "OMS confirmed it at")
    assert world.stops() == 1
    assert world.recorded("ended") == 1


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=list(TROUBLES))
async def test_a_command_that_can_not_be_recorded_is_said_to_be_lost(world: World, trouble: Trouble) -> None:
    """To whoever typed it, who may ask again; and the operator's machines hear of it."""
    async with trouble(world), plain_http.async_client() as http:
        await world.type(world.alice, f"pause prod-sg {TASK}")
        await world.whispered(world.alice, "I couldn't record your request")
        ready = await http.get(f"{world.extra['url']}/readyz", timeout=10)
        assert ready.status_code == (
            200 if trouble is _read_only else 503
        )  # it looks by a connection of its own
    assert world.cloud.calls == []
    assert await world.card()
