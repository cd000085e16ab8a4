"""What is to be said or done later: one table, looked at by every replica, and no workflow that sleeps for days.

A row is written together with, or before, what it follows from. When its time has come, its work is begun under the
row's own id, as a durable workflow, which DBOS begins once; then the row goes. Whoever dies in between, it is begun.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.store import database
from bot.store.tables import due

log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 3.0
_AT_ONCE: Final = 100  # rows of one look

# Made once: to build a statement takes longer than to run it.
_PLAN: Final = sa.text(  # in the words that both databases share
    "INSERT INTO due (id, kind, operation_id, target, at) VALUES (:id, :kind, :operation_id, :target, :at) "
    "ON CONFLICT (id) DO NOTHING"
)
_DUE: Final = sa.select(due).where(due.c.at <= sa.bindparam("now")).order_by(due.c.at).limit(_AT_ONCE)
_THIS: Final = due.c.id == sa.bindparam("this")
_FORGET: Final = due.delete().where(_THIS)
_POSTPONE: Final = due.update().where(_THIS).values(at=sa.bindparam("until"))


class Kind(StrEnum):
    """What is due. Stored, so a name stays."""

    RESUMES_SOON = "resumes_soon"  # tell it, with a way to keep things as they are
    RESUMES = "resumes"
    WAITS_FROZEN = "waits_frozen"  # tell that the resume waits until the project is no longer frozen
    FAILED_SINCE = "failed_since"  # what was resumed may fail soon after, for a wrong key
    STILL_PAUSED = "still_paused"
    STILL_WAITING = "still_waiting"
    BREAK_GLASS = "break_glass"  # let who asked go ahead without the agreements that have not come
    NOT_REVIEWED = "not_reviewed"  # end a workflow's step, the target, whose proposal nobody has reviewed


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is due at `at` (Unix seconds), about one target of an operation."""

    kind: Kind
    operation_id: str
    target: str
    at: float

    @property
    def id(self) -> str:
        """The name of the row, and of the workflow that it begins."""
        return f"{self.operation_id}:{self.kind.value}:{self.target}"


class Due:
    """The table."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    async def plan(self, *works: Work) -> None:
        """Note what is to be done; what is noted already stays as it is."""
        rows = [{**asdict(work), "kind": work.kind.value, "id": work.id} for work in works]
        if rows:
            await database.transact(self._engine, lambda connection: connection.execute(_PLAN, rows))

    async def by(self, now: float) -> list[Work]:
        """Return what is due, the oldest first."""

        def read(connection: sa.Connection) -> list[Work]:
            rows = connection.execute(_DUE, {"now": now})
            return [
                Work(kind=Kind(row.kind), operation_id=row.operation_id, target=row.target, at=row.at)
                for row in rows
                if row.kind in set(Kind)  # a newer version, running beside this one, knows more
            ]

        return await database.transact(self._engine, read)

    async def forget(self, work: Work) -> None:
        """Note that it is begun."""
        await database.transact(
            self._engine, lambda connection: connection.execute(_FORGET, {"this": work.id})
        )

    async def postpone(self, work: Work, until: float) -> None:
        """Let it be due later."""
        given = {"this": work.id, "until": until}
        await database.transact(self._engine, lambda connection: connection.execute(_POSTPONE, given))


class Sweeper:
    """Looks every few seconds. `begin` begins a piece of work, once however often, and returns until when it waits.

    `clock` gives Unix seconds.
    """

    def __init__(
        self,
        table: Due,
        *,
        begin: Callable[[Work], Awaitable[float | None]],
        clock: Callable[[], float],
    ) -> None:
        self._due = table
        self._begin = begin
        self._clock = clock
        self._looking: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self._looking = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """End the looking; what is due by then is the next start's."""
        if self._looking:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.sweep()
            except SQLAlchemyError as error:  # the next look may be better
                log.warning("due_unreadable", error=type(error).__name__)

    async def sweep(self) -> None:
        """Begin all that is due. What can't be begun now keeps nothing else from it."""
        for work in await self._due.by(self._clock()):
            try:
                wait = await self._begin(work)
            except Exception as error:  # noqa: BLE001  # the next look may be better
                log.warning("due_not_begun", kind=work.kind.value, error=type(error).__name__)
                continue
            if wait is None:
                await self._due.forget(work)
            else:
                await self._due.postpone(work, wait)
