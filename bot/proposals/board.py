"""Where proposals stand: one message for what is proposed again within ten minutes, whichever replica hears it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa

from bot.conversation.proposed import Proposal, Standing
from bot.store import database
from bot.store.tables import proposals

SAME_WITHIN: Final = 600.0  # seconds in which a proposal that is repeated is the same one
_LOCK: Final = 0x6F6D7370  # any number of ours: keeps those that propose the same apart
_POSTING_SECONDS: Final = 30.0  # in which Slack has taken the message, or whoever posts it is gone


class Board:
    """The proposals table. `clock` gives Unix seconds."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._clock = clock

    async def put(self, proposal: Proposal) -> Standing:
        """Record a proposal. If it is new, whoever called this is to post it; what comes meanwhile finds it there."""
        now = self._clock()

        def write(connection: sa.Connection) -> Standing:
            database.in_turn(connection, _LOCK, _id(proposal))  # there may be no row yet to wait at
            known = _find(connection, proposal)
            if known and _is_same(known, now):
                again = replace(known, proposal=proposal, times=known.times + 1, last_at=now)
                connection.execute(_this(proposal, proposals.update()).values(_row(again)))
                return again
            new = Standing(
                proposal=proposal,
                message_ts=None,
                times=1,
                first_at=now,
                last_at=now,
                is_new=True,
                id=_id(proposal),
            )
            connection.execute(_this(proposal, proposals.delete()))
            connection.execute(proposals.insert().values(id=_id(proposal), **_row(new)))
            return new

        return await database.transact(self._engine, write)

    async def resolve(self, proposal: Proposal) -> Standing | None:
        """Record that what was proposed is needed no longer; None if nothing stands, or that is known."""
        now = self._clock()

        def write(connection: sa.Connection) -> Standing | None:
            known = _find(connection, proposal)
            if known is None or known.resolved_at or not known.message_ts:
                return None
            resolved = replace(known, resolved_at=now)
            connection.execute(_this(proposal, proposals.update()).values(_row(resolved)))
            return resolved

        return await database.transact(self._engine, write)

    async def place(self, proposal: Proposal, message_ts: str) -> None:
        """Note where a proposal stands."""
        await self._write(_this(proposal, proposals.update()).values(message_ts=message_ts))

    async def forget(self, proposal: Proposal) -> None:
        """Forget a proposal that could not be posted, so that it may come again."""
        await self._write(_this(proposal, proposals.delete()))

    async def _write(self, statement: sa.Update | sa.Delete) -> None:
        await database.transact(self._engine, lambda connection: connection.execute(statement))


def _find(connection: sa.Connection, proposal: Proposal) -> Standing | None:
    query = sa.select(proposals).where(proposals.c.id == _id(proposal)).with_for_update()
    row = connection.execute(query).first()
    if row is None:
        return None
    return Standing(
        proposal=replace(proposal, reason=row.reason),
        message_ts=row.message_ts,
        times=row.times,
        first_at=row.first_at,
        last_at=row.last_at,
        resolved_at=row.resolved_at,
        id=row.id,
    )


def _is_same(known: Standing, now: float) -> bool:
    if known.resolved_at:
        return False
    return now - known.last_at < SAME_WITHIN if known.message_ts else now - known.last_at < _POSTING_SECONDS


def _row(standing: Standing) -> dict[str, Any]:
    return {
        "reason": standing.proposal.reason,
        "message_ts": standing.message_ts,
        "times": standing.times,
        "first_at": standing.first_at,
        "last_at": standing.last_at,
        "resolved_at": standing.resolved_at,
    }


def _this(proposal: Proposal, statement: Any) -> Any:  # noqa: ANN401  # an update, or a deletion
    return statement.where(proposals.c.id == _id(proposal))


def _id(proposal: Proposal) -> str:
    about = "\0".join((proposal.proposer, proposal.channel, proposal.project, proposal.task))
    return hashlib.blake2b(about.encode(), digest_size=16).hexdigest()
