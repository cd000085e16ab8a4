"""How much ten thousand operations add to the database, what a sweep of `[retention]` takes away, and how fast.

Some are played to their ending, for real. Their rows are then copied, under ids of their own, until there are
`OPERATIONS`; but for the audit's, which are a chain and stay in any case: those are counted.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import sqlalchemy as sa
from dbos import DBOS

from bench.acks import settle
from bench.clouds import Clouds
from bench.contenders import Contender
from bench.figures import Figures
from bench.operations import confirm, open_cards
from bot.conversation.durable import launch
from bot.conversation.retention import Retention
from bot.store import database

OPERATIONS: Final = 10_000
_DAYS: Final = 90
_TABLES: Final = ("operations", "workflow_status", "workflow_input", "workflow_output", "operation_outputs")
_CLICKERS: Final = 20

Row = dict[str, Any]


async def measure(bot: Contender, clouds: Clouds, figures: Figures, *, played: int) -> None:
    """Fill a database, sweep it, and fill it again."""
    assert bot.databases is not None
    clouds.forget()
    running = await bot.start()
    cards, _ = await open_cards(running.port, clouds, played)
    await settle(clouds, bot)
    await confirm(running.port, clouds, cards, _CLICKERS)
    await settle(clouds, bot)
    running.kill()
    engine = database.create_engine(bot.url)
    found = {table: _read(engine, table) for table in _tables(engine)}
    figures.add("growth: audit rows", bot.name, _audit(engine)[0] * OPERATIONS / played)
    figures.add("growth: audit MiB", bot.name, _audit(engine)[1] * OPERATIONS / played / 1024**2)
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM due"))  # people have been reminded by then
    _note(bot, figures, "played", engine)
    _fill(engine, found, OPERATIONS // played - 1, "a")
    _note(bot, figures, "before", engine)
    await _sweep(bot, figures, engine)
    _note(bot, figures, "after", engine)
    _fill(engine, found, OPERATIONS // played, "b")
    _note(bot, figures, "filled again", engine)
    engine.dispose()


async def _sweep(bot: Contender, figures: Figures, engine: sa.Engine) -> None:
    """Sweep as if all had ended long ago, in this process, as a replica does."""
    # DBOS makes its threads the loop's own, and at its end takes them along.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(4))
    launch(engine, "bench")
    retention = Retention(engine, days=_DAYS, clock=time.time)
    began = time.perf_counter()
    removed = await retention.sweep(time.time() + (_DAYS + 1) * 86_400)
    figures.add("growth: sweep seconds", bot.name, time.perf_counter() - began)
    figures.add("growth: operations removed", bot.name, removed.operations)
    DBOS.destroy()
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM"))  # as autovacuum does in its time


def _note(bot: Contender, figures: Figures, when: str, engine: sa.Engine) -> None:
    assert bot.databases is not None
    counts = [sa.select(sa.func.count()).select_from(table) for table in _tables(engine)]
    with engine.connect() as connection:
        rows = sum(connection.execute(count).scalar_one() for count in counts)
    engine.dispose()
    figures.add(f"growth: rows {when}", bot.name, rows)
    figures.add(f"growth: MiB {when}", bot.name, bot.databases.size(bot.url) / 1024**2)


def _tables(engine: sa.Engine) -> list[sa.Table]:
    dbos = None if engine.dialect.name == "sqlite" else "dbos"
    with engine.connect() as connection:
        return [
            sa.Table(
                name, sa.MetaData(), schema=None if name == "operations" else dbos, autoload_with=connection
            )
            for name in _TABLES
        ]


def _read(engine: sa.Engine, table: sa.Table) -> list[Row]:
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(sa.select(table))]


def _audit(engine: sa.Engine) -> tuple[int, int]:
    """Return how many records there are, and how many bytes of text."""
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT * FROM audit")).all()
    return len(rows), sum(len(str(value)) for row in rows for value in row)


def _fill(engine: sa.Engine, found: dict[sa.Table, list[Row]], times: int, mark: str) -> None:
    for table, rows in found.items():
        with engine.begin() as connection:
            for number in range(times):
                connection.execute(table.insert(), list(_copies(rows, f"{mark}{number:04}")))


def _copies(rows: list[Row], mark: str) -> Iterator[Row]:
    """Yield the rows with ids that begin with *mark*; as long as they were."""
    for row in rows:
        key = "id" if "id" in row else "workflow_uuid"
        yield {**row, key: mark + row[key][len(mark) :]}
