"""Several bots on one PostgreSQL, each a process of its own, and the locks by which they know who is alive."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psycopg

from bot.store import presence
from tests import plain_http
from tests.scenario.conftest import World
from tests.scenario.process import Process


def replica(folder: Path, number: int, url: str) -> Process:
    """Return one that is not started yet, called web.1, web.2 and so on."""
    log = folder / f"{number}.log"
    return Process(log, environment={"DATABASE_URL": url, "DYNO": f"web.{number}"})


@contextlib.asynccontextmanager
async def replicas(world: World, folder: Path, *urls: str) -> AsyncIterator[list[Process]]:
    """Run a replica for each of *urls*; Slack talks to the first."""
    running = [replica(folder, number, url) for number, url in enumerate(urls, 1)]
    try:
        await asyncio.gather(*(one.start() for one in running))
        world.slack.connect_http(running[0].url)
        yield running
    finally:
        for one in running:
            await one.stop()


async def faults(one: Process) -> dict[str, str]:
    """Return what its readiness says is wrong."""
    async with plain_http.async_client() as http:
        found: dict[str, str] = (await http.get(f"{one.url}/readyz", timeout=10)).json()["faults"]
    return found


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query.encode()).fetchall()


def _holder(name: str) -> str:
    """Return the end of a query about who holds the lock of a replica."""
    key = presence._key(name)[1] % 2**32
    return f"FROM pg_locks WHERE locktype = 'advisory' AND classid = {presence._NAMESPACE} AND objid = {key}"


def cut_lock(url: str, name: str) -> None:
    """End the session that holds a replica's lock, as an administrator or a server that fails over does."""
    cut = ask(url, f"SELECT pg_terminate_backend(pid) {_holder(name)}")
    assert cut == [(True,)]


def is_held(url: str, name: str) -> bool:
    """Tell whether a replica's lock is held."""
    return bool(ask(url, f"SELECT pid {_holder(name)}"))


async def until_held(url: str, name: str, *, held: bool = True) -> None:
    """Wait until a replica's lock is held; or until it is free."""
    async with asyncio.timeout(30):
        while await asyncio.to_thread(is_held, url, name) is not held:
            await asyncio.sleep(0.2)
