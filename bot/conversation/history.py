"""What was asked for, newest first: operations with their endings, and freezes. A page at a time, by an index each."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any, Final

import sqlalchemy as sa

from bot.audit import Event
from bot.conversation import outcomes
from bot.conversation.answers import Past
from bot.conversation.earlier import LATER
from bot.conversation.ports import Sought
from bot.conversation.snapshots import snapshot_from
from bot.settings.sections import Project
from bot.store import database
from bot.store.tables import approvals, audit, freezes, operations

PAGE: Final = 10


class History:
    """Looks into what is recorded of a workspace's own people."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    async def page(
        self, team_id: str, projects: Collection[Project], sought: Sought
    ) -> tuple[tuple[Past, ...], bool]:
        """Return the newest of what is *sought* in these projects, and whether there is more."""

        def read(connection: sa.Connection) -> tuple[tuple[Past, ...], bool]:
            kinds = [_operations(connection, team_id, projects, sought)]
            if not sought.task:
                kinds += [
                    _freezes(connection, team_id, projects, sought, lifted=lifted) for lifted in (False, True)
                ]
            found = sorted((past for kind in kinds for past in kind), key=lambda past: (-past.at, past.id))
            return tuple(_completed(connection, found[:PAGE])), len(found) > PAGE

        return await database.transact(self._engine, read)


def _before(at: sa.ColumnElement[Any], id_: sa.ColumnElement[Any], sought: Sought) -> sa.ColumnElement[bool]:
    """Return the condition for what comes after a page's last, which *sought* names; those of one moment go by id."""
    if sought.before is None:
        return sa.true()
    last_at, last_id = sought.before
    return sa.or_(at < last_at, sa.and_(at == last_at, id_ > last_id))


def _operations(
    connection: sa.Connection, team_id: str, projects: Collection[Project], sought: Sought
) -> Iterator[Past]:
    table = operations.c
    where = [
        table.team_id == team_id,
        table.project.in_([project.alias for project in projects]),
        _before(table.asked_at, table.id, sought),
    ]
    if sought.user:
        where.append(table.user_id == sought.user)
    if sought.task:
        name = table.card["task"]["name"].as_string()
        where.append(sa.or_(table.task_id == sought.task, name == sought.task))
    query = sa.select(operations).where(*where).order_by(table.asked_at.desc(), table.id).limit(PAGE + 1)
    for row in connection.execute(query):
        yield Past(
            id=row.id,
            at=row.asked_at,
            user_id=row.user_id,
            project=row.project,
            verb=row.verb,
            task=row.card["task"]["name"],
            reason=row.card.get("reason", ""),
            ending=row.ending or "",
            terms=row.card.get("terms", ""),
            shown=snapshot_from(row.card["task"]),
        )


def _freezes(
    connection: sa.Connection, team_id: str, projects: Collection[Project], sought: Sought, *, lifted: bool
) -> Iterator[Past]:
    """Return who froze projects, or who ended that."""
    table = freezes.c
    at, who, where_, verb = (
        (table.lifted_at, table.lifted_by, table.lifted_in, "unfreeze")
        if lifted
        else (table.at, table.user_id, table.team_id, "freeze")
    )
    aliases = {project.id: project.alias for project in projects}
    where = [where_ == team_id, table.project_id.in_(aliases), at.is_not(None), _before(at, table.id, sought)]
    if sought.user:
        where.append(who == sought.user)
    query = (
        sa.select(table.id, table.project_id, table.reason, at.label("when"), who.label("who"))
        .where(*where)
        .order_by(at.desc(), table.id)
        .limit(PAGE + 1)
    )
    for row in connection.execute(query):
        reason = "" if lifted else row.reason
        project = aliases[row.project_id]
        yield Past(id=row.id, at=row.when, user_id=row.who, project=project, verb=verb, reason=reason)


def _completed(connection: sa.Connection, page: list[Past]) -> Iterator[Past]:
    """Add to a page's operations how they ended, as the audit has it, and who agreed to them."""
    ids = [past.id for past in page if past.task]
    keys = [f"{id_}:{Event.ENDED}{later}" for id_ in ids for later in ("", f":{LATER}")]
    ended: dict[str, outcomes.Outcome] = {}
    records = sa.select(audit.c.operation, audit.c.details).where(audit.c.key.in_(keys)).order_by(audit.c.seq)
    for record in connection.execute(records):
        details = json.loads(record.details)
        if "kind" in details:
            ended[record.operation] = outcomes.load(details)
    agreed: dict[str, list[str]] = {}
    who = sa.select(approvals).where(approvals.c.operation_id.in_(ids)).order_by(approvals.c.at)
    for row in connection.execute(who):
        agreed.setdefault(row.operation_id, []).append(row.user_id)
    for past in page:
        yield Past(**{**vars(past), "outcome": ended.get(past.id), "agreed": tuple(agreed.get(past.id, ()))})
