"""Failover between replicas, without a coordinator: the database knows who is alive (see `bot.store.presence`).

A replica's work is taken over when its lock was seen free at two looks further apart than `HOLD_SECONDS`. One that
finds its own lock lost takes it anew, in a moment; if it can't, it stops what it runs before others may begin it. And
what this process should run and does not, because it had to stop or a fault came in between, it begins again.
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

import sqlalchemy as sa
import structlog

from bot.conversation import assured
from bot.conversation.running import Disowned, Running
from bot.store import presence, workflows
from bot.store.presence import Presence, TakenError
from bot.store.workflows import Execution

log = structlog.get_logger(__name__)

BEAT_SECONDS: Final = 1.0
STOP_SECONDS: Final = 6.0  # after the lock was last known to be held, this replica's work is stopped …
HOLD_SECONDS: Final = 8.0  # … before others, who must have seen it free for so long, begin it
LOOK_SECONDS: Final = 2.0
BLIND_SECONDS: Final = 6.0  # without a look, after which what was seen before says nothing any more
UNKNOWN_SECONDS: Final = 60.0  # until what was never seen to run here, though it should, is begun again

Answer = TypeVar("Answer")


class Failover:
    """Says that this replica is alive, takes over from those that are not, and proves what this one owns."""

    def __init__(
        self,
        engine: sa.Engine,
        held: Presence,
        running: Running,
        executor_id: str,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._held = held
        self._running = running
        self._executor_id = executor_id
        self._clock = clock
        self._alone = engine.dialect.name == "sqlite"
        self._seen: dict[tuple[str, Execution], float] = {}  # what nobody seems to run, and since when
        self._looked_at = clock()
        self._session = ThreadPoolExecutor(1, "presence")  # never waits behind other work
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping: asyncio.TimerHandle | None = None

    async def recover(self) -> None:
        """Begin again what this replica left when it ended. To be called before DBOS is launched, which begins it."""
        await asyncio.to_thread(self._recover)

    def _recover(self) -> None:
        if not workflows.exist(self._engine):
            return
        with self._engine.begin() as connection:
            # Alone on its file, it is also who ran before under another name, as in a container made anew.
            names = workflows.executors(connection) if self._alone else {self._executor_id}
            for name in names:
                workflows.give_back(connection, name, workflows.pending(connection, name))

    async def start(self) -> None:
        """Begin to look."""
        self._tasks = [asyncio.create_task(self._repeat(LOOK_SECONDS, self.look))]
        if not self._alone:
            await self._beat()
            self._tasks.append(asyncio.create_task(self._repeat(BEAT_SECONDS, self._beat)))

    async def stop(self) -> None:
        """End the looking. The lock is held until `release`."""
        if self._stopping:
            self._stopping.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def release(self) -> None:
        """Let go of the lock. To be called when nothing runs any more."""
        await self._in_session(self._held.release)
        self._session.shutdown()

    async def prove_ownership(self) -> None:
        """Return if this process still owns the workflow it is called in, at this moment.

        Raises:
            Disowned: another execution owns it.
        """
        mine = self._running.current()
        query = workflows.owner(self._engine, mine.id)
        while True:
            try:
                row = await self._in_session(functools.partial(self._held.ask, query))
            except sa.exc.SQLAlchemyError:
                await asyncio.sleep(BEAT_SECONDS / 4)  # meanwhile the lock is taken anew, or this is stopped
                continue
            if row is None or tuple(row) != (self._executor_id, mine.token):
                log.warning("disowned", workflow=mine.id)
                raise Disowned
            return

    async def permit_call(self) -> None:
        """Return if the workflow that this is called in may make its changing call, now: it is not stopped any more.

        Raises:
            Disowned: another execution owns it.
        """
        await self.prove_ownership()
        self._running.calls(self._running.current())

    async def check(self) -> None:
        """Raise what keeps this replica from working, if its lock is lost."""
        if not self._running.permitted:
            raise TakenError(self._executor_id)

    async def _repeat(self, seconds: float, work: Callable[[], Any]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await work()
            except Exception as error:  # noqa: BLE001  # the next time may be better
                log.warning("failover_hindered", at=work.__name__, error=type(error).__name__)

    # --- this replica's own lock ----------------------------------------------------------------------------------

    async def _beat(self) -> None:
        began = assured.clock()
        lost = await self._in_session(self._held.renew)
        if lost or not self._running.permitted:
            log.warning("lock_taken_anew", executor=self._executor_id)
            self._running.permitted = True
            await self._cancel_what_was_taken()
        self._note_held(began)

    def _note_held(self, at: float) -> None:
        if self._stopping:
            self._stopping.cancel()
        until = at + STOP_SECONDS
        self._stopping = asyncio.get_running_loop().call_later(
            max(0.0, until - assured.clock()), self._stop_all
        )
        self._running.hold.lasts(until)

    def _stop_all(self) -> None:
        log.error("lock_lost", executor=self._executor_id, workflows=len(self._running.tasks()))
        self._running.stop()

    async def _cancel_what_was_taken(self) -> None:
        """Stop what others began while the lock was lost; now that it is held again, they can begin no more."""
        here = self._running.all()
        owned = await asyncio.to_thread(self._pending, self._executor_id)
        self._running.cancel(here - owned)

    # --- what nobody runs -----------------------------------------------------------------------------------------

    async def look(self) -> None:
        """Take over what was seen for long enough to be run by nobody."""
        if not self._running.permitted:
            return
        found = await asyncio.to_thread(self._adrift, self._running.all())
        left = self._running.take_left()  # by now: had this failed, the next look would need it
        now = self._clock()
        seen = self._seen if now - self._looked_at < BLIND_SECONDS else {}
        self._seen, self._looked_at = {adrift: seen.get(adrift, now) for adrift in found}, now
        due: dict[str, list[Execution]] = {}
        for (executor, execution), since in self._seen.items():
            mine = executor == self._executor_id
            wait = (0.0 if execution in left else UNKNOWN_SECONDS) if mine else HOLD_SECONDS
            if now - since >= wait:
                due.setdefault(executor, []).append(execution)
        for executor, executions in due.items():
            await asyncio.to_thread(self._take_over, executor, executions)

    def _adrift(self, here: set[Execution]) -> set[tuple[str, Execution]]:
        """Return what is recorded as under way and is not: of this replica, and of those whose lock is free."""
        with self._engine.connect() as connection:
            adrift = {
                (self._executor_id, execution)
                for execution in workflows.pending(connection, self._executor_id) - here
            }
            for name in [] if self._alone else workflows.executors(connection) - {self._executor_id}:
                if not connection.execute(sa.select(presence.is_held(name))).scalar_one():
                    adrift |= {(name, execution) for execution in workflows.pending(connection, name)}
            return adrift

    def _take_over(self, executor: str, executions: list[Execution]) -> None:
        with self._engine.begin() as connection:
            mine = executor == self._executor_id
            if not mine and not connection.execute(presence.take_for_now(executor)).scalar_one():
                return
            given = workflows.give_back(connection, executor, executions)
        if given:
            log.warning("taking_over", executor=executor, workflows=given)

    def _pending(self, executor: str) -> set[Execution]:
        with self._engine.connect() as connection:
            return workflows.pending(connection, executor)

    async def _in_session(self, work: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._session, work)
