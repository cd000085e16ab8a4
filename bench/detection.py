"""``python -m bench.detection``: how long it takes until the work of a replica that is gone is another one's.

A replica that goes is a process that holds its lock and renews it as the bot does; what takes over is the bot's own
`Failover`, beside a real PostgreSQL. Each goes at another moment between two looks.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import multiprocessing
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkContext
from pathlib import Path

import sqlalchemy as sa
from dbos import run_dbos_database_migrations

from bench.databases import Postgres
from bot.conversation.failover import BEAT_SECONDS, LOOK_SECONDS, Failover
from bot.conversation.running import Running
from bot.store import database, presence
from tests.postgres_proxy import PostgresProxy, proxied

_WORK = sa.text(
    "INSERT INTO dbos.workflow_status (workflow_uuid, status, name, executor_id, owner_xid, created_at, updated_at)"
    " VALUES (:name, 'PENDING', 'settle', :name, 'token', 0, 0)"
)
_TAKEN = sa.text("SELECT status <> 'PENDING' FROM dbos.workflow_status WHERE workflow_uuid = :name")
_LONGEST = 60.0


@dataclass(frozen=True)
class Replica:
    """One that is going to be gone, and the link that it has to the database."""

    name: str
    process: multiprocessing.process.BaseProcess
    talk: Connection
    link: PostgresProxy

    def kill(self) -> None:
        """End it as an out-of-memory killer does."""
        self._signal(signal.SIGKILL)

    def suspend(self) -> None:
        """Let its machine stand still."""
        self._signal(signal.SIGSTOP)

    def cut_off(self) -> None:
        """Let nothing pass any more, in silence."""
        self.link.block()

    def _signal(self, how: signal.Signals) -> None:
        assert self.process.pid
        os.kill(self.process.pid, how)


KINDS: dict[str, Callable[[Replica], None]] = {
    "killed": Replica.kill,
    "stopped (SIGSTOP)": Replica.suspend,
    "cut off in silence": Replica.cut_off,
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.detection", description=__doc__)
    parser.add_argument("--samples", type=int, default=8, help="of each kind (8)")
    samples = parser.parse_args().samples
    fork = multiprocessing.get_context("fork")  # now, while there is no thread
    waiting = [_fork(fork) for _ in range(samples * len(KINDS))]
    directory = Path(tempfile.mkdtemp(prefix="oms-bot-bench-"))
    postgres = Postgres(directory)
    try:
        took = asyncio.run(_measure(postgres.new(), waiting))
    finally:
        for process, _ in waiting:
            process.kill()
        postgres.close()
        shutil.rmtree(directory, ignore_errors=True)
    print(f"| a replica is | its lock is free after | its work is another's after | samples |\n|{'---|' * 4}")
    for kind, seconds in took.items():
        free, taken = (_range(column) for column in zip(*seconds, strict=True))
        print(f"| {kind} | {free} | {taken} | {len(seconds)} |")


def _range(seconds: Iterable[float]) -> str:
    found = sorted(seconds)
    return f"{found[0]:.1f}–{found[-1]:.1f} s, mostly {found[len(found) // 2]:.1f}"


def _fork(fork: ForkContext) -> tuple[multiprocessing.process.BaseProcess, Connection]:
    here, there = fork.Pipe()
    process = fork.Process(target=_live, args=(there,), daemon=True)
    process.start()
    return process, here


def _live(talk: Connection) -> None:
    """Be alive under the name that is told, as a replica is."""
    url, name = talk.recv()
    held = presence.take(url, name, wait_seconds=0)
    held.renew()
    talk.send("alive")
    while True:
        time.sleep(BEAT_SECONDS)
        with contextlib.suppress(sa.exc.SQLAlchemyError, presence.TakenError):
            held.renew()


async def _measure(
    url: str, waiting: list[tuple[multiprocessing.process.BaseProcess, Connection]]
) -> dict[str, list[tuple[float, float]]]:
    run_dbos_database_migrations(url)
    engine = database.create_engine(url)
    failover = Failover(engine, presence.take(url, "who stays", wait_seconds=0), Running(), "who stays")
    await failover.start()
    took: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
    per_kind = len(waiting) // len(KINDS)

    async def one(number: int) -> None:
        kind, nth = list(KINDS)[number // per_kind], number % per_kind
        async with proxied(url) as link:
            process, talk = waiting[number]
            replica = Replica(f"{kind} {nth}", process, talk, link)
            talk.send((link.url, replica.name))
            await asyncio.to_thread(talk.recv)
            with engine.begin() as connection:
                connection.execute(_WORK, {"name": replica.name})
            await asyncio.sleep(2 * BEAT_SECONDS + LOOK_SECONDS * nth / per_kind)
            KINDS[kind](replica)
            took[kind].append(await _until_taken(engine, replica.name))

    try:
        await asyncio.gather(*(one(number) for number in range(len(waiting))))
    finally:
        await failover.stop()
        await failover.release()
        engine.dispose()
    return took


async def _until_taken(engine: sa.Engine, name: str) -> tuple[float, float]:
    """Return after how many seconds its lock was free, and its work another's."""
    began = time.monotonic()
    free: float | None = None

    def look() -> tuple[bool, bool]:
        with engine.connect() as connection:
            held = connection.execute(sa.select(presence.is_held(name))).scalar_one()
            return bool(held), bool(connection.execute(_TAKEN, {"name": name}).scalar_one())

    while (passed := time.monotonic() - began) < _LONGEST:
        held, taken = await asyncio.to_thread(look)
        free = passed if free is None and not held else free
        if taken:
            return free or passed, passed
        await asyncio.sleep(0.1)
    raise TimeoutError(f"nobody took over from {name}")


if __name__ == "__main__":
    main()
