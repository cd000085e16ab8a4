"""What is finished for long goes: conversations with their workflows, and what was kept for a moment only.

A conversation stays while anything of it is under way, watched, or due later, or while one that follows it is open. A
workflow stays as long as its operation; one that never had any, such as an answer's, as long as any other. The audit
stands for itself.

One replica does this at a time, in small transactions, between which others have their turn.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Callable
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa
import structlog
from dbos import DBOS

from bot.conversation.values import operation_of
from bot.conversation.waiting import DAY
from bot.store import database, workflows
from bot.store.tables import approvals, card_requests, due, freezes, operations, proposals, watches

log = structlog.get_logger(__name__)

FIRST: Final = 60.0  # seconds; a start has better things to do
EVERY: Final = 3600.0  # seconds
BATCH: Final = 100  # rows of one transaction: some milliseconds, in which SQLite lets nobody else write
_BREATH: Final = 0.02  # seconds between two of them
_LOCK: Final = 0x6F6D7372  # any number of ours: one replica at a time
_HOUR: Final = 3600.0

_FOLLOWED: Final = sa.select(operations.c.follows).where(
    operations.c.ended_at.is_(None), operations.c.follows.is_not(None)
)


@dataclass(frozen=True)
class Removed:
    """How much went: operations, workflows, and rows of other tables."""

    operations: int = 0
    workflows: int = 0
    others: int = 0


@dataclass(frozen=True)
class _Page:
    """A batch of operations that was looked through; `last` is where the next one begins, if there is one."""

    removed: int
    last: tuple[float, str] | None


class Retention:
    """Looks every hour for what has been finished for so many *days*; 0: never. `clock` gives Unix seconds."""

    def __init__(self, engine: sa.Engine, *, days: int, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._days = days
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the background."""
        if self._days:
            self._task = asyncio.create_task(self._forever())

    async def stop(self) -> None:
        """End after the transaction that is under way."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _forever(self) -> None:
        await asyncio.sleep(FIRST)
        while True:
            try:
                await self.sweep(self._clock())
            except Exception:  # the database; the next time may be better
                log.exception("not_swept", what="retention")
            await asyncio.sleep(EVERY)

    async def sweep(self, now: float) -> Removed:
        """Remove what need not be kept any more at *now* (Unix seconds); nothing while another replica does."""
        async with _turn(self._engine) as ours:
            if not ours:
                return Removed()
            before = now - self._days * DAY
            removed = Removed(
                others=await self._remove_others(now, before),
                operations=await self._remove_operations(before),
                workflows=await self._remove_workflows(before),
            )
        if any(astuple(removed)):
            log.info(
                "removed",
                operations=removed.operations,
                workflows=removed.workflows,
                others=removed.others,
            )
        return removed

    async def _remove_operations(self, before: float) -> int:
        removed, last = 0, (0.0, "")
        while True:
            page = await database.transact(
                self._engine, functools.partial(_remove_page, before=before, last=last)
            )
            removed += page.removed
            if page.last is None:
                return removed
            last = page.last
            await asyncio.sleep(_BREATH)

    async def _remove_workflows(self, before: float) -> int:
        """Remove what is over, and whose operation is not there (any more)."""
        removed = kept = 0
        while True:
            page = await DBOS.list_workflows_async(
                completed_before=datetime.fromtimestamp(before, UTC).isoformat(),
                limit=BATCH,
                offset=kept,
                load_input=False,
                load_output=False,
            )
            ids = [workflow.workflow_id for workflow in page]
            there = await self._existing({operation_of(id_) for id_ in ids})
            over = [id_ for id_ in ids if operation_of(id_) not in there]
            if over:
                await DBOS.delete_workflows_async(over)
            removed, kept = removed + len(over), kept + len(ids) - len(over)
            if len(page) < BATCH:
                return removed
            await asyncio.sleep(_BREATH)

    async def _existing(self, ids: set[str]) -> set[str]:
        query = sa.select(operations.c.id).where(operations.c.id.in_(ids))
        return await database.transact(
            self._engine, lambda connection: set(connection.execute(query).scalars())
        )

    async def _remove_others(self, now: float, before: float) -> int:
        """Remove rows of what has no workflow, or is over long before its row must go."""
        removed = 0
        for column, until in (
            (card_requests.c.at, now - _HOUR),
            (watches.c.until, now - DAY),
            (proposals.c.last_at, before),
            (freezes.c.lifted_at, before),
        ):
            remove = functools.partial(_remove_rows, column=column, until=until)
            while batch := await database.transact(self._engine, remove):
                removed += batch
                await asyncio.sleep(_BREATH)
        return removed


def _remove_page(connection: sa.Connection, *, before: float, last: tuple[float, str]) -> _Page:
    """Remove those operations of the next batch that ended *before*, unless they are needed yet."""
    place = sa.tuple_(operations.c.ended_at, operations.c.id)
    ended = (
        sa.select(operations.c.ended_at, operations.c.id)
        .where(operations.c.ended_at < before, place > last)
        .where(operations.c.id.not_in(sa.select(due.c.operation_id)), operations.c.id.not_in(_FOLLOWED))
        .order_by(operations.c.ended_at, operations.c.id)
        .limit(BATCH)
    )
    page = connection.execute(ended).all()
    # After the look at what is due: that goes when its workflow has begun, so it is seen here or there.
    going_on = {operation_of(id_) for id_ in workflows.unfinished(connection)} if page else set()
    gone = [row.id for row in page if row.id not in going_on]
    connection.execute(approvals.delete().where(approvals.c.operation_id.in_(gone)))
    connection.execute(operations.delete().where(operations.c.id.in_(gone)))
    return _Page(len(gone), (page[-1].ended_at, page[-1].id) if len(page) == BATCH else None)


def _remove_rows(connection: sa.Connection, *, column: sa.Column[float], until: float) -> int:
    table = column.table
    assert isinstance(table, sa.Table)  # noqa: S101  # they are
    [key] = table.primary_key
    doomed = sa.select(key).where(column < until).limit(BATCH)
    return connection.execute(table.delete().where(key.in_(doomed))).rowcount


@contextlib.asynccontextmanager
async def _turn(engine: sa.Engine) -> AsyncIterator[bool]:
    """Tell whether this process is the one that may; on SQLite there is no other."""
    if engine.dialect.name == "sqlite":
        yield True
        return
    session = await asyncio.to_thread(_session, engine)
    try:
        yield bool((await asyncio.to_thread(session.execute, _TAKE)).scalar_one())
    finally:
        await asyncio.to_thread(_leave, session)


_TAKE: Final = sa.select(sa.func.pg_try_advisory_lock(_LOCK))


def _session(engine: sa.Engine) -> sa.Connection:
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def _leave(session: sa.Connection) -> None:
    """Let go of the lock, which ends with the session in any case."""
    with session, contextlib.suppress(sa.exc.SQLAlchemyError):
        session.execute(sa.select(sa.func.pg_advisory_unlock_all()))
