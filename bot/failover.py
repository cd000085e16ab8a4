"""Failover between replicas, without a coordinator: PostgreSQL knows who is alive.

Each replica holds an advisory lock named after its executor id for as long as it lives; when it dies, its connection
ends and PostgreSQL lets go of the lock. A sweeper in every replica looks for pending workflows of an executor whose
lock is free, and resumes them. On SQLite there is one process, which resumes its own work when it starts.
"""

from __future__ import annotations

import asyncio
import zlib

import sqlalchemy as sa
import structlog
from dbos import DBOS

log = structlog.get_logger(__name__)

SWEEP_SECONDS = 5.0
_NAMESPACE = 0x6F6D7362  # "omsb": keeps these locks apart from others in the same database


class Failover:
    """Says that this replica is alive, and takes over from those that are not."""

    def __init__(self, engine: sa.Engine, executor_id: str) -> None:
        self._engine = engine
        self._executor_id = executor_id
        self._alive: sa.Connection | None = None
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take the lock and begin to sweep. Does nothing on SQLite."""
        if self._engine.dialect.name == "postgresql":
            await self._hold_own_lock()
            self._sweeper = asyncio.create_task(self._sweep_forever())

    async def stop(self) -> None:
        """End the sweeping and let go of the lock, so that others may take over at once."""
        if self._sweeper:
            self._sweeper.cancel()
            await asyncio.gather(self._sweeper, return_exceptions=True)
        if self._alive:
            await asyncio.to_thread(self._alive.close)

    async def _sweep_forever(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self._hold_own_lock()
                await self._sweep()
            except Exception:
                log.exception("sweep_failed")

    async def _hold_own_lock(self) -> None:
        """Hold the lock that says "alive"; take it anew if its connection was lost."""
        for _ in range(5):  # another's sweep may be probing it just now
            if await asyncio.to_thread(self._take_own_lock):
                return
            await asyncio.sleep(0.1)
        log.warning("executor_id_taken", executor=self._executor_id)

    def _take_own_lock(self) -> bool:
        if self._alive:
            try:
                self._alive.execute(sa.text("SELECT 1"))
            except sa.exc.DBAPIError:
                self._alive = None
            else:
                return True
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # it belongs to this process's life, not to the pool
        if connection.execute(_lock("pg_try_advisory_lock", self._executor_id)).scalar_one():
            self._alive = connection
            return True
        connection.close()
        return False

    async def _sweep(self) -> None:
        """Resume what dead executors left. One replica at a time: a workflow resumed twice would run twice."""
        with await asyncio.to_thread(self._engine.connect) as turn:
            if not await asyncio.to_thread(_is_free, turn, "sweeper"):
                return
            pending = await DBOS.list_workflows_async(status="PENDING", load_input=False, load_output=False)
            others = {w.executor_id for w in pending if w.executor_id} - {self._executor_id}
            for executor in sorted(others):
                if not await asyncio.to_thread(self._is_dead, executor):
                    continue
                orphans = [w.workflow_id for w in pending if w.executor_id == executor]
                log.warning("taking_over", executor=executor, workflows=len(orphans))
                for workflow_id in orphans:
                    await DBOS.resume_workflow_async(workflow_id)

    def _is_dead(self, executor_id: str) -> bool:
        with self._engine.connect() as connection:
            return _is_free(connection, executor_id)


def _is_free(connection: sa.Connection, name: str) -> bool:
    """Tell whether nobody holds the lock *name*; it is then held until the connection's transaction ends."""
    return bool(connection.execute(_lock("pg_try_advisory_xact_lock", name)).scalar_one())


def _lock(function: str, name: str) -> sa.TextClause:
    key = zlib.crc32(name.encode()) - 2**31  # advisory locks are named by signed 32-bit numbers
    return sa.text(f"SELECT {function}({_NAMESPACE}, {key})")
