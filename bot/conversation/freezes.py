"""Projects in which nothing may be resumed or sped up for now: who said so, when and why. The freezes table."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from bot.conversation.outcomes import Freeze
from bot.store import database
from bot.store.tables import freezes

_LASTING: Final = sa.select(freezes).where(
    freezes.c.project_id == sa.bindparam("project"), freezes.c.lifted_at.is_(None)
)


class Freezes:
    """The freezes. One counts wherever its project is used, in whatever channel, workspace or replica it was said."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    async def of(self, project_id: str) -> Freeze | None:
        """Return the freeze that a project of Huawei Cloud's is under now, if it is under one."""

        def read(connection: sa.Connection) -> Freeze | None:
            row = connection.execute(_LASTING, {"project": project_id}).first()
            return _freeze(row) if row else None

        return await database.transact(self._engine, read)


def _freeze(row: sa.Row[tuple[object, ...]]) -> Freeze:
    return Freeze(team_id=row.team_id, user_id=row.user_id, at=row.at, reason=row.reason)
