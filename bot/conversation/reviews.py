"""Which runs of a workflow's step wait until somebody reviews what they propose. A row goes with its completion."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

import sqlalchemy as sa

from bot.conversation.runs import PROPOSAL, Waiting
from bot.store import database
from bot.store.tables import operations, reviews

# Made once: to build a statement takes longer than to run it.
_NOTE: Final = sa.text(  # in the words that both databases share
    "INSERT INTO reviews (run, team_id, proposal) VALUES (:run, :team_id, :proposal) ON CONFLICT (run) DO NOTHING"
)
_OF: Final = sa.select(reviews.c.run).where(
    reviews.c.proposal == sa.bindparam("proposal"), reviews.c.team_id == sa.bindparam("team")
)
_GET: Final = sa.select(reviews).where(reviews.c.run == sa.bindparam("this"))
_FORGET: Final = reviews.delete().where(reviews.c.run == sa.bindparam("this"))
_OPEN: Final = sa.select(operations.c.id).where(
    operations.c.awaited_by == sa.bindparam("proposal"), operations.c.ended_at.is_(None)
)


class Reviews:
    """The table."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    async def note(self, waiting: Waiting) -> None:
        """Note that a run waits; once."""
        await database.transact(self._engine, lambda connection: connection.execute(_NOTE, asdict(waiting)))

    async def of(self, proposal: str, team_id: str) -> list[str]:
        """Return which runs of a workspace wait for the review of a proposal."""
        given = {"proposal": proposal, "team": team_id}
        return await database.transact(
            self._engine, lambda connection: list(connection.execute(_OF, given).scalars())
        )

    async def get(self, run: str) -> Waiting | None:
        """Return a run, if it waits still."""

        def read(connection: sa.Connection) -> Waiting | None:
            row = connection.execute(_GET, {"this": run}).first()
            return Waiting(run=row.run, team_id=row.team_id, proposal=row.proposal) if row else None

        return await database.transact(self._engine, read)

    async def forget(self, run: str) -> None:
        """Note that a run waits no longer."""
        await database.transact(self._engine, lambda connection: connection.execute(_FORGET, {"this": run}))

    async def is_under_way(self, proposal: str) -> bool:
        """Tell whether somebody has reviewed a proposal, and their card, or what follows it, has not ended."""
        given = {"proposal": PROPOSAL + proposal}
        return await database.transact(
            self._engine, lambda connection: connection.execute(_OPEN, given).first() is not None
        )
