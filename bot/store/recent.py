"""What has come lately, and how often, at whichever replica: so that nothing is done twice, or too often.

For what no workflow's id already tells apart. A row is a hash, a count and a time; nobody can be told from it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.store import database
from bot.store.tables import recent

_TIDIED_EVERY: Final = 60.0  # seconds, in each process


class Recent:
    """The table of what has come lately. `clock` gives Unix seconds."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._clock = clock
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
        self._tidied = 0.0

    async def times(self, *what: str, seconds: float) -> int:
        """Count this once more, and return how often it has come within *seconds* of when it first did. Atomic."""
        now = self._clock()
        insert = self._insert(recent).values(id=_id(what), times=1, until=now + seconds)
        over, new = recent.c.until <= now, insert.excluded
        counted = insert.on_conflict_do_update(
            index_elements=[recent.c.id],
            set_={
                "times": sa.case((over, new.times), else_=recent.c.times + 1),
                "until": sa.case((over, new.until), else_=recent.c.until),
            },
        ).returning(recent.c.times)
        await self._tidy(now)
        return await database.transact(self._engine, lambda c: int(c.execute(counted).scalar_one()))

    async def has_come(self, *what: str) -> bool:
        """Tell whether this has been counted, and its time is not over."""
        query = sa.select(recent.c.id).where(recent.c.id == _id(what), recent.c.until > self._clock())
        return await database.transact(self._engine, lambda c: c.execute(query).first() is not None)

    async def _tidy(self, now: float) -> None:
        """Remove what is over, seldom."""
        if now - self._tidied < _TIDIED_EVERY:
            return
        self._tidied = now
        await database.transact(
            self._engine, lambda c: c.execute(recent.delete().where(recent.c.until <= now))
        )


def _id(what: tuple[str, ...]) -> str:
    return hashlib.blake2b(json.dumps(what).encode(), digest_size=16).hexdigest()
