"""One SQLAlchemy engine for everything: the durable workflows, the operations and the audit.

SQLite has one writer, so it gets one connection; whoever needs it waits in the pool, which is several times faster
than fighting over the file's lock.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy import event

from bot.store import migrations
from bot.store.tables import metadata

Answer = TypeVar("Answer")

POSTGRES_POOL = 10
_MIGRATION_LOCK: Final = 0x6F6D7362  # any number of ours: one replica migrates, the others wait


class SchemaError(Exception):
    """The database belongs to a newer version of the bot; its text says what to do."""


def create_engine(url: str) -> sa.Engine:
    """Return the engine for *url*: ``sqlite:///FILE`` or ``postgresql://…`` (``postgres://`` is understood too)."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = sa.create_engine(parsed, pool_size=1, max_overflow=0, pool_timeout=60, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    return sa.create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=POSTGRES_POOL,
        max_overflow=POSTGRES_POOL,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": 3, "client_encoding": "utf8"},
    )


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401  # SQLAlchemy's own type is private
    # IMMEDIATE: a transaction that will write takes the lock at once instead of failing half way.
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA busy_timeout = 30000")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    # NORMAL: a commit survives a crash of the process; `sync_to_disk` makes what is acknowledged survive a power cut.
    connection.execute("PRAGMA synchronous = NORMAL")


def migrate(engine: sa.Engine) -> None:
    """Bring the schema up to date, in one transaction; replicas that start at once do it one after the other.

    Raises:
        SchemaError: a newer version of the bot has migrated this database.
    """
    with engine.connect() as connection:
        if revision(connection) == migrations.NEWEST:
            return
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        stored = revision(connection)
        if stored is None:
            _create(connection)
        elif stored != migrations.NEWEST:
            _upgrade(connection)


def revision(connection: sa.Connection) -> str | None:
    """Return how far the schema has been brought; None if there is none yet.

    Raises:
        SchemaError: a newer version of the bot has migrated this database.
    """
    if not sa.inspect(connection).has_table(migrations.TABLE):
        return None
    table = sa.table(migrations.TABLE, sa.column("version_num", sa.String))
    stored = connection.execute(sa.select(table.c.version_num)).scalar_one_or_none()
    if stored is not None and stored > migrations.NEWEST:
        raise SchemaError(
            f"DATABASE_URL: a newer version of this bot has changed the database (revision {stored}, "
            f"this one knows {migrations.NEWEST}); start that version, or restore a backup"
        )
    return stored


def _create(connection: sa.Connection) -> None:
    """Make a new database as the newest revision has it; a test holds this against all the steps taken in turn."""
    from bot.store import installation_tables  # noqa: F401, PLC0415  # adds its tables to the metadata

    metadata.create_all(connection)
    revision = sa.Table(
        migrations.TABLE,
        sa.MetaData(),
        sa.Column("version_num", sa.String(32), primary_key=True),
    )
    revision.create(connection)
    connection.execute(revision.insert().values(version_num=migrations.NEWEST))


def _upgrade(connection: sa.Connection) -> None:
    # Alembic takes longer to import than a start may take, and is needed after an update only.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    command.upgrade(config, "head")


async def transact(
    engine: sa.Engine, work: Callable[[sa.Connection], Answer], *, on_disk: bool = False
) -> Answer:
    """Do *work* in one transaction, in a thread, so that the event loop never waits for a disk.

    *on_disk*: return only when it would survive a power cut; see `sync_to_disk`.
    """

    def run() -> Answer:
        with engine.begin() as connection:
            answer = work(connection)
        if on_disk:
            sync_to_disk(engine)
        return answer

    return await asyncio.to_thread(run)


def sync_to_disk(engine: sa.Engine) -> None:
    """Make all that was committed survive a power cut. PostgreSQL has done so with each commit.

    What is lost without it is the record of a step that was taken, and steps are safe to take again.
    """
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return
    log = os.open(f"{engine.url.database}-wal", os.O_RDONLY)  # the write-ahead log holds what is newest
    try:
        os.fsync(log)
    finally:
        os.close(log)


def ping(url: str, timeout_seconds: float = 2.0) -> None:
    """Prove that the database takes writes, on a connection of its own, within *timeout_seconds*.

    The pool is left alone: a probe must neither wait behind a burst nor hold it up.

    Raises:
        Exception: whatever the driver says when it can't.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        # mode=rw: a database file that is gone must not come back empty.
        connection = sqlite3.connect(f"file:{parsed.database}?mode=rw", timeout=timeout_seconds, uri=True)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.rollback()
        finally:
            connection.close()
        return
    engine = sa.create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        poolclass=sa.NullPool,
        connect_args={
            "connect_timeout": max(2, round(timeout_seconds)),
            "options": f"-c statement_timeout={round(timeout_seconds * 1000)}",
        },
    )
    with engine.connect() as connection_:
        connection_.execute(sa.text("SELECT 1"))
