"""Operations, one for each card: written once when asked, completed when posted and when ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import sqlalchemy as sa
from cachetools import TTLCache

from bot.audit import Entry
from bot.conversation.values import ALL, Operation, operation_of
from bot.identity.seals import Seals
from bot.store import database, workflows
from bot.store.tables import approvals, operations

_SAME_LOCK: Final = 0x6F6D7364  # any number of ours: keeps the requests about one task apart

_ID: Final = operations.c.id == sa.bindparam("operation")
# Made once: to build a statement takes longer than to run it.
_GET: Final = sa.select(operations).where(_ID)
_OPEN: Final = operations.insert()
_REPOST: Final = operations.update().where(_ID).values(reposted=True)
_PLACE: Final = operations.update().where(_ID).values(message_ts=sa.bindparam("ts"))
_CLOSE: Final = (
    operations.update()
    .where(_ID)
    .values(
        ending=sa.bindparam("how"),
        ended_at=sa.bindparam("when"),
        message_ts=sa.func.coalesce(operations.c.message_ts, sa.bindparam("ts", type_=sa.String)),
    )
)
_AGREED: Final = (
    sa.select(approvals)
    .where(approvals.c.operation_id == sa.bindparam("operation"))
    .order_by(approvals.c.at, approvals.c.user_id)
)
_OTHERS: Final = sa.and_(
    operations.c.id != sa.bindparam("operation"),
    operations.c.team_id == sa.bindparam("team"),  # nobody hears of other workspaces
    operations.c.verb == sa.bindparam("verb_"),
    operations.c.project == sa.bindparam("project_"),
)
_WAITING: Final = (
    sa.select(operations)
    .where(
        _OTHERS,
        operations.c.task_id == sa.bindparam("task"),
        operations.c.ended_at.is_(None),
        operations.c.expires_at > sa.bindparam("now"),
        operations.c.follows.is_(None),  # what was planned waits for no answer
    )
    .order_by(operations.c.asked_at, operations.c.id)
)
_LATELY: Final = (
    sa.select(operations)
    .where(
        _OTHERS,
        operations.c.task_id.in_((sa.bindparam("task"), ALL)),
        sa.or_(operations.c.ended_at.is_(None), operations.c.ended_at >= sa.bindparam("since")),
    )
    .order_by(operations.c.asked_at.desc())
)

_LAST: Final = (
    sa.select(operations)
    .where(
        operations.c.id != sa.bindparam("operation"),
        operations.c.team_id == sa.bindparam("team"),
        operations.c.project == sa.bindparam("project_"),
        operations.c.task_id == sa.bindparam("task"),
        operations.c.ended_at > sa.bindparam("since"),
        operations.c.ending.in_(sa.bindparam("endings", expanding=True)),
    )
    .order_by(operations.c.ended_at.desc())
    .limit(sa.bindparam("most"))
)


def _about(operation: Operation) -> dict[str, Any]:
    return {
        "operation": operation.id,
        "team": operation.team_id,
        "verb_": operation.verb,
        "project_": operation.project,
        "task": operation.task_id,
        "now": operation.asked_at,
    }


@dataclass(frozen=True)
class Opened:
    """An operation as it is recorded, and the one whose card it takes over, if any.

    `before` is somebody else's, because of which it was not recorded.
    """

    operation: Operation
    taken: Operation | None = None
    before: Operation | None = None


def _came_first(other: Operation, operation: Operation) -> bool:
    return (other.asked_at, other.id) < (operation.asked_at, operation.id)


def _may_be_taken(other: Operation, operation: Operation) -> bool:
    """Tell whether a card may be taken over: where it stands, for the very same, and if no others agree to it."""
    same = other.channel_id == operation.channel_id and other.wish == replace(
        operation.wish, reason=other.wish.reason
    )
    return same and not other.card.get("approvals")


class Operations:
    """The operations table. Calls run in threads, so the event loop never waits for a disk."""

    def __init__(self, engine: sa.Engine, seals: Seals | None = None) -> None:
        self._engine = engine
        self._seals = seals
        # For the moments between a click and its decision; another replica may post a card anew.
        self._placed: TTLCache[str, Operation] = TTLCache(10_000, 5)

    async def open(
        self, operation: Operation, entry: Entry, *, anyway: bool = False, over: str = ""
    ) -> Opened:
        """Record *operation* before its card is posted, together with its audit *entry*. Return it as it is recorded.

        If a crash came in between, it was recorded before, perhaps posted too. It may also have come between Slack's
        answer and its record; so one without a known place is noted as posted again.

        If somebody else's card about the same waits, it is not recorded, unless *anyway* or beside an own one, or if it
        is taken *over*.
        """

        def write(connection: sa.Connection) -> Opened:
            database.in_turn(connection, _SAME_LOCK, f"{operation.project}:{operation.task_id}")
            known = connection.execute(_GET, {"operation": operation.id}).first()
            found = map(_operation, connection.execute(_WAITING, _about(operation)))
            waiting = [other for other in found if _came_first(other, operation)]
            others = [other for other in waiting if other.user_id != operation.user_id]
            own = len(waiting) > len(others)
            taken = next(
                (other for other in others if other.id == over and _may_be_taken(other, operation)), None
            )
            if known is None and others and not (own or taken or anyway):
                entry(connection)
                return Opened(operation, before=others[0])
            if known is None:
                connection.execute(_OPEN, asdict(operation))
                entry(connection)
                return Opened(operation, taken)
            if not known.message_ts:
                connection.execute(_REPOST, {"operation": operation.id})
            return Opened(_operation(known), taken)

        return await database.transact(self._engine, write)

    async def own_beside(self, operation: Operation) -> tuple[list[Operation], Operation | None]:
        """Return the requester's older cards about the same as *operation*, and a newer one if there is one.

        Of those that stand somewhere. Asked when its own card does: whichever of two is posted last finds the other.
        """
        waiting = await self._read(_WAITING, _about(operation))
        own = [other for other in waiting if other.user_id == operation.user_id and other.message_ts]
        older = [other for other in own if _came_first(other, operation)]
        return older, own[-1] if len(own) > len(older) else None

    async def lately_about_the_same(self, operation: Operation, *, since: float) -> list[Operation]:
        """Return the other operations on the same task, or on all, that have ended *since* then, or not yet.

        The newest come first.
        """
        return await self._read(_LATELY, _about(operation) | {"since": since})

    async def last(
        self,
        team: str,
        project: str,
        target: str,
        endings: Collection[str],
        *,
        since: float = 0,
        beside: str = "",
        most: int = 1,
    ) -> list[Operation]:
        """Return the last that was done to *target* *beside* one operation, of what has ended so *since* then."""
        about = {"team": team, "project_": project, "task": target, "endings": list(endings)}
        return await self._read(_LAST, about | {"since": since, "operation": beside, "most": most})

    async def repeat(self, operation_id: str) -> None:
        """Note that the card is posted again: Slack may have taken it before, and a click on either counts."""
        await self._update(_REPOST, {"operation": operation_id})

    async def place(self, operation_id: str, message_ts: str | None, entry: Entry) -> None:
        """Note where the card stands, if that is known, together with its audit *entry*."""
        placed = _PLACE if message_ts else None
        await self._update(placed, {"operation": operation_id, "ts": message_ts}, entry)

    async def close(
        self, operation_id: str, ending: str, ended_at: float, entry: Entry, *, found_at: str | None = None
    ) -> None:
        """Note how the operation ended, together with its audit *entry*; a later ending replaces an earlier one.

        *found_at*: where its card stands, if that was not known until it was clicked on.
        """
        ending_ = {"operation": operation_id, "how": ending, "when": ended_at, "ts": found_at}
        await self._update(_CLOSE, ending_, entry)

    async def get(self, operation_id: str) -> Operation | None:
        """Return the operation, or None if there is none. Its ending may be a moment old."""
        if not operation_id.isascii():  # a forged id, which a driver may be unable to send
            return None
        if found := self._placed.get(operation_id):
            return found

        def read(connection: sa.Connection) -> Operation | None:
            row = connection.execute(_GET, {"operation": operation_id}).first()
            return _operation(row) if row else None

        operation = await database.transact(self._engine, read)
        if operation and operation.message_ts:
            self._placed[operation_id] = operation
        return operation

    async def recorded(self, operation_id: str) -> Operation:
        """Return an operation that was recorded before this was asked for.

        Raises:
            LookupError: it was not, or somebody has removed it.
        """
        operation = await self.get(operation_id)
        if operation is None:
            raise LookupError(operation_id)
        return operation

    async def approve(self, operation_id: str, user_id: str, at: float) -> list[str]:
        """Note that somebody agrees, once however often; return all who have, in the order in which they did."""

        def write(connection: sa.Connection) -> list[str]:
            # One at a time, or on PostgreSQL two who agree at once would not see each other.
            connection.execute(
                sa.select(operations.c.id).where(operations.c.id == operation_id).with_for_update()
            )
            if user_id not in (agreed := self._agreed(connection, operation_id)):
                row = {"operation_id": operation_id, "user_id": user_id, "at": at}
                seal = self._seals.seal("approval", row) if self._seals else None
                this = (approvals.c.operation_id == operation_id, approvals.c.user_id == user_id)
                connection.execute(approvals.delete().where(*this))  # one that proves nothing
                connection.execute(approvals.insert().values(**row, seal=seal or None))
                return [*agreed, user_id]
            return agreed

        return await database.transact(self._engine, write)

    async def agreed(self, operation_id: str) -> list[str]:
        """Return all who have agreed to an operation."""
        return await database.transact(
            self._engine, lambda connection: self._agreed(connection, operation_id)
        )

    def _agreed(self, connection: sa.Connection, operation_id: str) -> list[str]:
        """Return who has agreed, in that order; rows that this bot did not write are none."""
        rows = connection.execute(_AGREED, {"operation": operation_id})
        holds = self._seals.holds if self._seals else lambda *_: True
        return [row.user_id for row in rows if holds("approval", row._asdict(), row.seal)]

    async def count_open(self) -> int:
        """Return how many operations have not ended."""
        query = sa.select(sa.func.count()).select_from(operations).where(operations.c.ended_at.is_(None))
        return await database.transact(
            self._engine, lambda connection: int(connection.execute(query).scalar_one())
        )

    async def open_ones(self) -> list[Operation]:
        """Return those that have not ended, oldest first."""
        query = sa.select(operations).where(operations.c.ended_at.is_(None)).order_by(operations.c.asked_at)
        return await self._read(query)

    async def named(self, beginning: str) -> set[str]:
        """Return the ids that begin so."""
        query = sa.select(operations.c.id).where(operations.c.id.startswith(beginning, autoescape=True))
        return await database.transact(
            self._engine, lambda connection: set(connection.execute(query).scalars())
        )

    async def unfinished(self) -> set[str]:
        """Return the ids of those that something is still to be done for: open ones, and those that are watched on."""

        def read(connection: sa.Connection) -> set[str]:
            open_ = connection.execute(sa.select(operations.c.id).where(operations.c.ended_at.is_(None)))
            return {*open_.scalars(), *(operation_of(id_) for id_ in workflows.unfinished(connection))}

        return await database.transact(self._engine, read)

    async def _read(self, query: sa.Select[Any], about: Mapping[str, Any] | None = None) -> list[Operation]:
        return await database.transact(
            self._engine, lambda connection: [_operation(row) for row in connection.execute(query, about)]
        )

    async def _update(
        self, statement: sa.Update | None, values: dict[str, Any], entry: Entry = lambda _: True
    ) -> None:
        def write(connection: sa.Connection) -> None:
            if statement is not None:
                connection.execute(statement, values)
            entry(connection)

        await database.transact(self._engine, write)


def _operation(row: sa.Row[Any]) -> Operation:
    return Operation(**row._mapping)  # a public name with an underscore
