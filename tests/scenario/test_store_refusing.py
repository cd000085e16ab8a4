"""The database refuses to write: what is asked for meanwhile is said to be lost, what was begun is not."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from typing import Final

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import event

from tests import plain_http
from tests.scenario.conftest import TASK, World

Trouble = Callable[[World], contextlib.AbstractAsyncContextManager[None]]

_WRITTEN: Final = "audit, proof, dbos.workflow_status, dbos.operation_outputs"


def locked(world: World) -> contextlib.AbstractAsyncContextManager[None]:
    """Somebody else is writing, and takes their time."""
    return _sqlite_locked(world) if world.on_sqlite else _tables_locked(world)


def read_only(world: World) -> contextlib.AbstractAsyncContextManager[None]:
    """It answers what is asked, and takes nothing: as a PostgreSQL that is a standby until it is promoted."""
    if world.on_sqlite:
        return _sqlite_read_only(world)
    setting = "default_transaction_read_only"
    return _altered(world, f"SET {setting} = on", f"RESET {setting}")


def gone(world: World) -> contextlib.AbstractAsyncContextManager[None]:
    """Its folder was moved, and is put back; a PostgreSQL lets nobody in any more, and does again."""
    if world.on_sqlite:
        return _file_moved(world)
    return _altered(world, "ALLOW_CONNECTIONS false", "ALLOW_CONNECTIONS true")


TROUBLES = (locked, read_only, gone)


@contextlib.asynccontextmanager
async def _sqlite_locked(world: World) -> AsyncIterator[None]:
    with contextlib.closing(sqlite3.connect(world.database, timeout=10, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextlib.asynccontextmanager
async def _sqlite_read_only(world: World) -> AsyncIterator[None]:
    """SQLite itself refuses to write, on the bot's own connections."""
    switch = "PRAGMA query_only = ON"

    def execute(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(switch)

    event.listen(world.bot.engine, "checkout", execute)
    yield
    switch = "PRAGMA query_only = OFF"


@contextlib.asynccontextmanager
async def _file_moved(world: World) -> AsyncIterator[None]:
    kept = world.database.parent / "kept"
    kept.mkdir()
    for path in world.database.parent.glob(f"{world.database.name}*"):
        path.rename(kept / path.name)
    yield
    for path in kept.iterdir():
        path.rename(world.database.parent / path.name)


@contextlib.asynccontextmanager
async def _tables_locked(world: World) -> AsyncIterator[None]:
    """What somebody does who changes a table by hand."""
    with psycopg.connect(world.database_url) as other:
        other.execute(f"LOCK TABLE {_WRITTEN} IN ACCESS EXCLUSIVE MODE")
        yield


@contextlib.asynccontextmanager
async def _altered(world: World, how: str, back: str) -> AsyncIterator[None]:
    """Alter a PostgreSQL database from another one of its server, which ends its sessions; and alter it back.

    That ends none: what holds for a session from its beginning holds for those that began meanwhile.
    """
    url = sa.make_url(world.database_url)
    elsewhere = url.set(database="postgres").render_as_string(hide_password=False)
    alter = f'ALTER DATABASE "{url.database}" '
    with psycopg.connect(elsewhere, autocommit=True) as other:
        other.execute(alter + how)
        sessions = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        other.execute(sessions, [url.database])
        try:
            yield
        finally:
            other.execute(alter + back)


@pytest.mark.parametrize("trouble", TROUBLES)
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


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_command_that_can_not_be_recorded_is_said_to_be_lost(world: World, trouble: Trouble) -> None:
    """To whoever typed it, who may ask again; and the operator's machines hear of it."""
    async with trouble(world), plain_http.async_client() as http:
        await world.type(world.alice, f"pause prod-sg {TASK}")
        await world.whispered(world.alice, "I couldn't record your request")
        ready = await http.get(f"{world.extra['url']}/readyz", timeout=10)
        # It looks by a connection of its own, which SQLite does not refuse here.
        assert ready.status_code == (200 if world.on_sqlite and trouble is read_only else 503)
    assert world.cloud.calls == []
    assert await world.card()


async def test_whoever_may_not_click_is_told_so_though_it_can_not_be_recorded(world: World) -> None:
    """They must not believe that it counted."""
    card = await world.card()
    await world.until(lambda: bool(world.recorded("shown")))
    async with read_only(world):
        await world.slack.click(world.bob, card, "oms_confirm")
        await world.whispered(world.bob, "can confirm this")
    assert world.stops() == 0
