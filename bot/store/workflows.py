"""What DBOS's own table of workflows tells and takes that its public interface does not: who runs what, by which right.

Each execution of a workflow has a token of its own, which stands in the workflow's row for as long as it owns it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

QUEUE: Final = "_dbos_internal_queue"  # where DBOS puts what it recovers
_BATCH: Final = 500


class Execution(NamedTuple):
    """A workflow, and the token of the execution that owns it."""

    id: str
    token: str | None


def owner(engine: sa.Engine, workflow_id: str) -> sa.Select[tuple[str, str | None]]:
    """Return the query for the executor and the token of a workflow that is under way."""
    table = _table(engine)
    return sa.select(table.c.executor_id, table.c.owner_xid).where(
        table.c.workflow_uuid == workflow_id, table.c.status == "PENDING"
    )


def executors(connection: sa.Connection) -> set[str]:
    """Return the names under which something is under way."""
    table = _table(connection.engine)
    names = sa.select(table.c.executor_id).where(table.c.status == "PENDING").distinct()
    return {name for name in connection.execute(names).scalars() if name}


def pending(connection: sa.Connection, executor: str) -> set[Execution]:
    """Return what is under way at an executor, by what is recorded."""
    table = _table(connection.engine)
    rows = sa.select(table.c.workflow_uuid, table.c.owner_xid).where(
        table.c.status == "PENDING", table.c.executor_id == executor
    )
    return {Execution(*row) for row in connection.execute(rows)}


def unfinished(connection: sa.Connection) -> set[str]:
    """Return the ids of all that is under way or waits to be, at whichever executor."""
    table = _table(connection.engine)
    if not sa.inspect(connection).has_table(table.name, schema=table.schema):
        return set()  # DBOS makes its tables when the bot starts
    waiting = ("PENDING", "ENQUEUED", "DELAYED")
    ids = sa.select(table.c.workflow_uuid).where(table.c.status.in_(waiting))
    return set(connection.execute(ids).scalars())


def give_back(connection: sa.Connection, executor: str, executions: Iterable[Execution]) -> int:
    """Let another execution begin where these stood, if they are still as they were seen. Return how many were.

    DBOS then claims each of them once, at whichever replica, and refuses the records of the execution before.
    """
    table = _table(connection.engine)
    seen = (
        table.c.status == "PENDING",
        table.c.executor_id == executor,
        table.c.workflow_uuid == sa.bindparam("id"),
        table.c.owner_xid.is_not_distinct_from(sa.bindparam("token")),
    )
    statement = (
        table.update()
        .where(*seen)
        .values(
            status="ENQUEUED",
            owner_xid=None,
            started_at_epoch_ms=None,
            queue_name=sa.func.coalesce(table.c.queue_name, QUEUE),
        )
    )
    waiting = [execution._asdict() for execution in executions]
    # The statement is made once, and each row found by its key: a start waits for this.
    batches = (waiting[start : start + _BATCH] for start in range(0, len(waiting), _BATCH))
    return sum(connection.execute(statement, batch).rowcount for batch in batches)


def exist(engine: sa.Engine) -> bool:
    """Tell whether DBOS has made its tables here, and to the end: another replica may be at it."""
    table, found = _table(engine), sa.inspect(engine)
    if not found.has_table(table.name, schema=table.schema):
        return False
    there = {column["name"] for column in found.get_columns(table.name, schema=table.schema)}
    return there >= set(table.c.keys())


def _table(engine: sa.Engine) -> sa.TableClause:
    names = ("workflow_uuid", "status", "executor_id", "owner_xid", "queue_name", "started_at_epoch_ms")
    columns: tuple[sa.ColumnClause[Any], ...] = tuple(sa.column(name) for name in names)
    return sa.table("workflow_status", *columns, schema=None if engine.dialect.name == "sqlite" else "dbos")
