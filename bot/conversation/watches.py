"""The table of watches: one row each, with what was seen; see `bot.conversation.watched`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final

import sqlalchemy as sa

from bot.conversation.stored import known
from bot.conversation.watched import HowOver, Sample, Watch
from bot.store import database
from bot.store.tables import watches

MOST_IN_A_CHANNEL: Final = 3
_KEPT: Final = 24 * 3600.0  # seconds for which the row of one is kept when its time is over
_LOCK: Final = 0x6F6D7377  # any number of ours: keeps those that begin in one channel apart

_ID: Final = watches.c.id == sa.bindparam("watch")
_GET: Final = sa.select(watches).where(_ID)


@dataclass(frozen=True)
class Begun:
    """A watch as it is recorded; or what stands in its way: one of the same task in the channel, or enough others."""

    watch: Watch | None
    same: Watch | None = None


class Watches:
    """The table of watches. Calls run in threads, so the event loop never waits for a disk."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    async def begin(self, watch: Watch) -> Begun:
        """Record *watch*, unless the channel has enough. If a crash came in between, it was recorded before."""

        def write(connection: sa.Connection) -> Begun:
            database.in_turn(connection, _LOCK, watch.channel_id)
            connection.execute(watches.delete().where(watches.c.until < watch.begun_at - _KEPT))
            if known := connection.execute(_GET, {"watch": watch.id}).first():
                return Begun(_watch(known))
            going_on = [_watch(row) for row in connection.execute(_going_on(watch))]
            if same := next((other for other in going_on if _same(other, watch)), None):
                return Begun(None, same)
            if len(going_on) >= MOST_IN_A_CHANNEL:
                return Begun(None)
            connection.execute(watches.insert(), asdict(watch))
            return Begun(watch)

        return await database.transact(self._engine, write)

    async def place(self, watch_id: str, message_ts: str) -> None:
        """Note where the message stands."""
        await self._update(watch_id, lambda _: {"message_ts": message_ts})

    async def note(self, watch_id: str, sample: Sample) -> Watch:
        """Add what was seen, unless it is over."""
        return await self._update(
            watch_id, lambda watch: {"samples": [*map(asdict, (*watch.samples, sample))]}
        )

    async def end(self, watch_id: str, how: HowOver, at: float, *, by: str | None = None) -> Watch:
        """Note that it is over, and how; whatever ended it first stays."""
        return await self._update(watch_id, lambda _: {"over": how, "over_at": at, "stopped_by": by})

    async def get(self, watch_id: str) -> Watch | None:
        """Return a watch; None if there is none (any more)."""
        if not watch_id.isascii():  # a forged id, which a driver may be unable to send
            return None

        def read(connection: sa.Connection) -> Watch | None:
            row = connection.execute(_GET, {"watch": watch_id}).first()
            return _watch(row) if row else None

        return await database.transact(self._engine, read)

    async def of_task(self, team_id: str, project: str, task_id: str) -> Watch | None:
        """Return the watch of a task that has gone on for the longest, wherever it is shown."""
        query = (
            sa.select(watches)
            .where(
                watches.c.team_id == team_id,
                watches.c.project == project,
                watches.c.task_id == task_id,
                watches.c.over.is_(None),
            )
            .order_by(watches.c.begun_at)
            .limit(1)
        )

        def read(connection: sa.Connection) -> Watch | None:
            row = connection.execute(query).first()
            return _watch(row) if row else None

        return await database.transact(self._engine, read)

    async def _update(self, watch_id: str, change: Callable[[Watch], dict[str, Any]]) -> Watch:
        """Change a watch that is not over; return it as it is then."""

        def write(connection: sa.Connection) -> Watch:
            watch = _watch(connection.execute(_GET.with_for_update(), {"watch": watch_id}).one())
            if watch.over is None:
                connection.execute(watches.update().where(watches.c.id == watch_id).values(**change(watch)))
            return _watch(connection.execute(_GET, {"watch": watch_id}).one())

        return await database.transact(self._engine, write)


def _going_on(watch: Watch) -> sa.Select[Any]:
    """Return the query for what goes on in the channel; what nobody has ended in its time is none of it."""
    return sa.select(watches).where(
        watches.c.team_id == watch.team_id,
        watches.c.channel_id == watch.channel_id,
        watches.c.over.is_(None),
        watches.c.until > watch.begun_at,
    )


def _same(one: Watch, other: Watch) -> bool:
    return (one.project, one.task_id) == (other.project, other.task_id)


def _watch(row: sa.Row[Any]) -> Watch:
    values = dict(row._mapping)  # `_mapping` is public
    return Watch(**{**values, "samples": tuple(known(Sample, sample) for sample in values["samples"])})
