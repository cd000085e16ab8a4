"""Projects in which nothing may be resumed or sped up for now: who said so, when and why. The freezes table."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from bot.audit import Entry
from bot.conversation.snapshots import Freeze
from bot.conversation.values import Request
from bot.settings.sections import Project
from bot.store import database
from bot.store.tables import freezes

_LASTING: Final = sa.select(freezes).where(
    freezes.c.project_id == sa.bindparam("project_"), freezes.c.lifted_at.is_(None)
)
_BEGIN: Final = sa.text(  # in the words that both databases share
    "INSERT INTO freezes (id, project_id, project, team_id, user_id, reason, at) "
    "VALUES (:id, :project_id, :project, :team_id, :user_id, :reason, :at) ON CONFLICT DO NOTHING"
)
_BEGUN: Final = sa.select(freezes).where(freezes.c.id == sa.bindparam("request"))
_LIFT: Final = (
    freezes.update()
    .where(freezes.c.project_id == sa.bindparam("project_"), freezes.c.lifted_at.is_(None))
    .values(
        lifted_at=sa.bindparam("when"),
        lifted_by=sa.bindparam("who"),
        lifted_in=sa.bindparam("where"),
        lifting=sa.bindparam("request"),
    )
)
_LIFTED: Final = sa.select(freezes).where(freezes.c.lifting == sa.bindparam("request"))


class Freezes:
    """The freezes. One counts wherever its project is used, in whatever channel, workspace or replica it was said.

    Each is recorded once for each request, however often that is carried out.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    async def of(self, project_id: str) -> Freeze | None:
        """Return the freeze that a project of Huawei Cloud's is under now, if it is under one."""

        def read(connection: sa.Connection) -> Freeze | None:
            row = connection.execute(_LASTING, {"project_": project_id}).first()
            return _freeze(row) if row else None

        return await database.transact(self._engine, read)

    async def begin(self, request: Request, project: Project, entry: Entry) -> tuple[Freeze, bool]:
        """Freeze a project, together with the audit *entry*.

        Return the freeze that it is under, and whether it was under that before.
        """

        def write(connection: sa.Connection) -> tuple[Freeze, bool]:
            row = {"id": request.id, "project_id": project.id, "project": project.alias, "at": request.at}
            who = {"team_id": request.team_id, "user_id": request.user_id, "reason": request.reason}
            if connection.execute(_BEGIN, row | who).rowcount:
                entry(connection)
            mine = connection.execute(_BEGUN, {"request": request.id}).first()
            return _freeze(mine or connection.execute(_LASTING, {"project_": project.id}).one()), mine is None

        return await database.transact(self._engine, write, on_disk=True)

    async def lift(self, request: Request, project: Project, entry: Entry) -> Freeze | None:
        """End the freeze that a project is under, together with the audit *entry*; return it, if there is one."""

        def write(connection: sa.Connection) -> Freeze | None:
            mine = connection.execute(_LIFTED, {"request": request.id}).first()
            if mine is None:
                how = {"who": request.user_id, "where": request.team_id, "when": request.at}
                lifted = connection.execute(_LIFT, {"project_": project.id, "request": request.id, **how})
                if not lifted.rowcount:
                    return None
                entry(connection)
                mine = connection.execute(_LIFTED, {"request": request.id}).one()
            return _freeze(mine)

        return await database.transact(self._engine, write, on_disk=True)


def _freeze(row: sa.Row[tuple[object, ...]]) -> Freeze:
    return Freeze(team_id=row.team_id, user_id=row.user_id, at=row.at, reason=row.reason)
