"""One SQLAlchemy engine for everything: the durable workflows, the operations and the audit.

SQLite has one writer, so it gets one connection; whoever needs it waits in the pool, which is several times faster
than fighting over the file's lock.
"""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import sqlalchemy as sa
import stamina
from dbos import DBOS
from sqlalchemy import event

from bot.store import files, installation_tables, migrations

Answer = TypeVar("Answer")

POSTGRES_POOL = 10
PATIENCE_SECONDS: Final = 2.0  # in which somebody who waits for an answer gives a database time to come back
_MIGRATION_LOCK: Final = 0x6F6D7362  # any number of ours: one replica migrates, the others wait


# One row, written over again and again; both databases understand it.
_PROOF: Final = "INSERT INTO proof (id, at) VALUES (1, :at) ON CONFLICT (id) DO UPDATE SET at = excluded.at"


class SchemaError(Exception):
    """The database belongs to a newer version of the bot; its text says what to do."""


def create_engine(url: str, *, answer_seconds: float | None = None) -> sa.Engine:
    """Return the engine for *url*: ``sqlite:///FILE`` or ``postgresql://…`` (``postgres://`` is understood too).

    *answer_seconds*: how long a statement may take on PostgreSQL, if not as long as statements usually may.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed)
    from bot.store import postgres  # noqa: PLC0415  # its driver is slow to import

    engine = sa.create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=POSTGRES_POOL,
        max_overflow=POSTGRES_POOL,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=postgres.OPTIONS,
    )

    @event.listens_for(engine, "do_connect")
    def connect(
        _dialect: object, _record: object, _args: object, parameters: dict[str, Any]
    ) -> postgres.Connection:
        return postgres.open_connection(answer_seconds, parameters)

    _call_lost(engine, postgres.passes)
    return engine


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, pool_size=1, max_overflow=0, pool_timeout=60, hide_parameters=True)
    opened = False

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: object, _record: object, arguments: list[Any], parameters: dict[str, Any]) -> None:
        nonlocal opened
        if path := files.path_of(url):
            if not opened:
                files.make_private(path)
            # mode=rw: a database file that is gone must not come back empty.
            arguments[0], parameters["uri"], opened = f"{path.absolute().as_uri()}?mode=rw", True, True

    event.listen(engine, "connect", _prepare_sqlite)
    if path := files.path_of(url):
        _leave_what_is_gone(engine, path)
    _call_lost(engine, files.passes)
    return engine


def _leave_what_is_gone(engine: sa.Engine, path: Path) -> None:
    """Take a connection for lost when its file was deleted: SQLite would go on, and all be lost with the process."""

    @event.listens_for(engine, "connect")
    def note(_connection: sqlite3.Connection, record: sa.pool.ConnectionPoolEntry) -> None:
        record.info["file"] = files.identity_of(path)

    @event.listens_for(engine, "checkout")
    def compare(_connection: sqlite3.Connection, record: sa.pool.ConnectionPoolEntry, _proxy: object) -> None:
        if record.info["file"] != files.identity_of(path):
            raise sa.exc.DisconnectionError("the file of the database is gone")


def _call_lost(engine: sa.Engine, passes: Callable[[BaseException | None], bool]) -> None:
    """Call a fault that passes by itself a lost connection: whoever waits for those to end waits for it as well."""

    @event.listens_for(engine, "handle_error")
    def handle(context: sa.ExceptionContext) -> None:
        if passes(context.original_exception):
            context.is_disconnect = True


def passes(error: Exception) -> bool:
    """Tell whether a fault of the database passes by itself: the connection is lost, the disk is full, too many ask."""
    return isinstance(error, sa.exc.TimeoutError) or (
        isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated
    )


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # IMMEDIATE: a transaction that will write takes the lock at once instead of failing half way.
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA busy_timeout = 30000")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    # NORMAL: a commit survives a crash of the process; `sync_to_disk` makes what is acknowledged survive a power cut.
    connection.execute("PRAGMA synchronous = NORMAL")


def migrate(engine: sa.Engine) -> str | None:
    """Bring the schema up to date, in one transaction; replicas that start at once do it one after the other.

    Return the revision that it had before; None if there was no schema yet.

    Raises:
        SchemaError: a newer version of the bot has migrated this database.
    """
    with engine.connect() as connection:
        if revision(connection) == migrations.NEWEST:
            return migrations.NEWEST
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
        return stored


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
    installation_tables.metadata.create_all(connection)  # those of every table
    revision = sa.Table(
        migrations.TABLE,
        sa.MetaData(),
        sa.Column("version_num", sa.String(32), primary_key=True),
    )
    revision.create(connection)
    connection.execute(revision.insert().values(version_num=migrations.NEWEST))


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command, config  # noqa: PLC0415  # slow to import, and needed after an update only

    given = config.Config(attributes={"connection": connection})
    given.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    command.upgrade(given, "head")


async def transact(
    engine: sa.Engine, work: Callable[[sa.Connection], Answer], *, on_disk: bool = False
) -> Answer:
    """Do *work* in one transaction, in a thread, so that the event loop never waits for a disk.

    What is durable waits for a database that is away, as DBOS's own steps do; elsewhere somebody waits for an answer.
    *work* is then done anew, perhaps after all of it was committed: it must be safe to repeat.

    *on_disk*: return only when it would survive a power cut; see `sync_to_disk`.
    """

    def run() -> Answer:
        with engine.begin() as connection:
            answer = work(connection)
        if on_disk:
            sync_to_disk(engine)
        return answer

    try:  # the ordinary case, without what counts tries
        return await asyncio.to_thread(run)
    except sa.exc.SQLAlchemyError as error:
        if not passes(error):
            raise
    patience = None if DBOS.workflow_id else PATIENCE_SECONDS
    async for attempt in stamina.retry_context(passes, attempts=None, timeout=patience, wait_max=2):
        with attempt:
            return await asyncio.to_thread(run)
    raise AssertionError  # stamina returns or raises


def in_turn(connection: sa.Connection, lock: int, about: str) -> None:
    """Let one transaction at a time go on that is *about* the same, at whichever replica; *lock* is its kind.

    On SQLite nobody else writes in the meantime anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock, sa.func.hashtext(about))))


def sync_to_disk(engine: sa.Engine) -> None:
    """Make all that was committed survive a power cut. PostgreSQL has done so with each commit.

    What is lost without it is the record of a step that was taken, and steps are safe to take again.
    """
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return
    try:
        log = os.open(f"{engine.url.database}-wal", os.O_RDONLY)  # the write-ahead log holds what is newest
    except FileNotFoundError:
        return  # the connection was lost and opened anew: at its close SQLite synced all of it into the file
    except OSError as error:
        if error.errno not in {errno.EMFILE, errno.ENFILE}:
            raise
        os.sync()  # all disks: dearer, but it takes no file descriptor, and there is none left
        return
    try:
        os.fsync(log)
    finally:
        os.close(log)


def prove(engine: sa.Engine) -> None:
    """Prove that the database answers on the connections that are worked with.

    Raises:
        sa.exc.SQLAlchemyError: it does not.
    """
    with engine.connect() as connection:
        connection.execute(sa.select(1))


def ping(url: str, timeout_seconds: float = 2.0) -> None:
    """Prove that the database takes a row and keeps it, on a connection of its own, within *timeout_seconds*.

    The pool is left alone: a probe must neither wait behind a burst nor hold it up.

    Raises:
        Exception: whatever the driver says when it can't.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        # mode=rw: a database file that is gone must not come back empty.
        file = Path(parsed.database or "").absolute().as_uri()
        connection = sqlite3.connect(f"{file}?mode=rw", timeout=timeout_seconds, uri=True)
        try:
            connection.execute("PRAGMA synchronous = FULL")  # a full disk may show itself at the sync only
            with connection:
                connection.execute(_PROOF, {"at": time.time()})
        finally:
            connection.close()
        return
    engine = create_engine(url, answer_seconds=timeout_seconds)
    try:
        with engine.begin() as connection_:
            connection_.execute(sa.text(_PROOF), {"at": time.time()})
    finally:
        engine.dispose()
