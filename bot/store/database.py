"""One SQLAlchemy engine for everything: the durable workflows, the operations and the audit.

SQLite has one writer, so it gets one connection; whoever needs it waits in the pool, which is several times faster
than fighting over the file's lock.
"""

from __future__ import annotations

import sqlite3
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from bot.store.tables import metadata

POSTGRES_POOL = 10


def create_engine(url: str) -> sa.Engine:
    """Return the engine for *url*: ``sqlite:///FILE`` or ``postgresql://…`` (``postgres://`` is understood too)."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = sa.create_engine(parsed, pool_size=1, max_overflow=0, pool_timeout=60)
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    return sa.create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=POSTGRES_POOL,
        max_overflow=POSTGRES_POOL,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 3},
    )


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401  # SQLAlchemy's own type is private
    # IMMEDIATE: a transaction that will write takes the lock at once instead of failing half way.
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA busy_timeout = 30000")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    # FULL: what was acknowledged survives a power cut, not only a crash of the process.
    connection.execute("PRAGMA synchronous = FULL")


def create_tables(engine: sa.Engine) -> None:
    """Create what does not exist yet."""
    metadata.create_all(engine)


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
