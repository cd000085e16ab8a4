"""Whether a database can carry the bot, found out without changing it.

`serve` asks before it migrates, and `check` asks and leaves it at that; so both say the same of the same database.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from bot.store import database
from bot.store.tables import metadata

_LOCK_SECONDS: Final = 5.0
_OTHERS: Final = 4  # connections that look whether they share a session; most poolers give it to the first

# From this Python on, DBOS's tables need what SQLite has from this version on (`unixepoch('subsec')`).
_PYTHON: Final = (3, 12)
_SQLITE: Final = (3, 42)

# What a server or its client library says, and what that means. The words themselves are not passed on: when a URL was
# misread, they quote a part of its password.
_CAUSES: Final = (
    ("authentication failed", "the server does not accept this user and password; correct them"),
    ("no password supplied", "the server wants a password; write postgresql://USER:PASSWORD@HOST/NAME"),
    ("no pg_hba.conf entry", "the server does not let this user in from here; see its pg_hba.conf"),
    ('role "', "the server does not know this user; create it, or correct the URL"),
    ('database "', "there is no database of this name on the server; create it, or correct the URL"),
    ("too many", "the server has no connection left; raise its limit, or close others"),
    ("remaining connection slots", "the server has no connection left; raise its limit, or close others"),
    (
        "invalid",
        "the URL has a parameter that PostgreSQL does not know; correct what stands behind the question mark",
    ),
)


class UnfitError(Exception):
    """The bot can't work with this database; the text is one sentence that says why and what to do."""

    def __init__(self, why: str) -> None:
        super().__init__(f"DATABASE_URL: {why}")


def examine(url: str) -> str | None:
    """Return how far the schema of a database has been brought; None if there is none yet.

    Raises:
        UnfitError: the bot can't work with it.
        SchemaError: a newer version of the bot has migrated it.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        refuse_old_sqlite(sys.version_info, sqlite3.sqlite_version_info)
        return _examine_file(Path(parsed.database or "").absolute())
    engine = database.create_engine(url)
    try:
        with engine.connect() as connection:
            _refuse_unfit_server(connection)
        _refuse_shared_sessions(engine)
        with engine.connect() as connection:
            return database.revision(connection)
    except sa.exc.SQLAlchemyError as error:
        raise UnfitError(_cause(error)) from None
    finally:
        engine.dispose()


def refuse_old_sqlite(python: tuple[object, ...], sqlite: tuple[int, ...]) -> None:
    """Refuse an SQLite that lacks what this Python's workflows need of it.

    Raises:
        UnfitError: it does.
    """
    if python >= _PYTHON and sqlite < _SQLITE:
        has, needed = (".".join(map(str, version)) for version in (sqlite, _SQLITE))
        raise UnfitError(
            f"this Python has SQLite {has}, and {needed} or newer is needed; use a system that has it, "
            "Python 3.11, or PostgreSQL"
        )


def _examine_file(path: Path) -> str | None:
    folder = path.parent
    if path.is_dir():
        raise UnfitError(f"{path} is a folder; name a file in it, like sqlite:///{path}/oms-bot.sqlite3")
    if not folder.is_dir():
        raise UnfitError(f"the folder {folder} is not there; make it, or name a file in another one")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UnfitError(
            f"the folder {folder} can't be written to by this user; name a file in another one, or give it the right"
        )
    if not path.exists():
        return None
    if not os.access(path, os.R_OK | os.W_OK):
        raise UnfitError(
            f"the file {path} can't be written to by this user; name another one, or give it the right"
        )
    # mode=rw: looking must not create the file.
    engine = sa.create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=_LOCK_SECONDS),
        poolclass=sa.NullPool,
    )
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # whether it takes writes
            return database.revision(connection)
    except sa.exc.DBAPIError as error:
        raise UnfitError(
            f"the file {path} can't be used ({error.orig}); restore it, or name another one"
        ) from None


def _refuse_unfit_server(connection: sa.Connection) -> None:
    found = connection.execute(_QUESTION, {"tables": list(metadata.tables)}).one()
    user = f'"{found.user}"'
    if found.encoding != "UTF8":
        raise UnfitError(
            f"the database's encoding is {found.encoding}, which can't hold all that people write; make another one "
            "with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
        )
    if found.read_only == "on":
        raise UnfitError("the database takes no writes; name the primary server, not a standby")
    if found.may_use_dbos is None and not found.may_create_schemas:
        raise UnfitError(
            f"the user {user} may not create the schema dbos, where conversations are kept; have an administrator "
            f"run: CREATE SCHEMA dbos AUTHORIZATION {user}"
        )
    if found.may_use_dbos is False:
        raise UnfitError(
            f"the user {user} may not use the schema dbos, where conversations are kept; have an administrator "
            f"run: ALTER SCHEMA dbos OWNER TO {user}"
        )
    if found.schema is None:
        raise UnfitError(
            f"the user {user} has no schema for its tables; have an administrator correct the search_path"
        )
    if not found.may_create_tables and not found.has_tables:
        raise UnfitError(
            f"the user {user} may not create tables in the schema {found.schema}; have an administrator "
            f'run: GRANT CREATE ON SCHEMA "{found.schema}" TO {user}'
        )
    if found.barred:
        raise UnfitError(
            f"the user {user} may not read and write the table {found.barred}; connect as its owner, or have an "
            "administrator grant SELECT, INSERT, UPDATE and DELETE"
        )


def _refuse_shared_sessions(engine: sa.Engine) -> None:
    """Refuse a pooler that gives each transaction another session: locks that last would stay with the wrong one."""
    with contextlib.ExitStack() as open_:
        mine = open_.enter_context(engine.connect()).execution_options(isolation_level="AUTOCOMMIT")
        session = _session(mine)
        if _said_at_connecting(mine) == session:
            return  # no pooler stands in between
        for _ in range(_OTHERS):  # each keeps its session from being given to mine again
            other = open_.enter_context(engine.connect())
            if _session(other) == session or _session(mine) != session:
                raise UnfitError(
                    "a pooler gives each transaction another session, as PgBouncer does in transaction mode; use its "
                    "session mode, or the server's own address"
                )


def _session(connection: sa.Connection) -> int:
    return int(connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())


def _said_at_connecting(connection: sa.Connection) -> int:
    """Return the session that the other end named when it was connected to; a pooler names one of its own making."""
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101  # it has just been used
    return int(driver.info.backend_pid)


_QUESTION: Final = sa.text(
    """
    WITH ours AS (
        SELECT c.oid, n.nspname AS schema, c.relname AS name
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p')
        AND (n.nspname = 'dbos' OR (n.nspname = current_schema() AND c.relname = ANY(:tables)))
    )
    SELECT current_user AS "user",
           current_setting('server_encoding') AS encoding,
           current_setting('transaction_read_only') AS read_only,
           current_schema() AS schema,
           has_schema_privilege(current_schema(), 'CREATE') AS may_create_tables,
           has_database_privilege(current_database(), 'CREATE') AS may_create_schemas,
           (SELECT has_schema_privilege(oid, 'USAGE')
                   AND (has_schema_privilege(oid, 'CREATE') OR EXISTS (SELECT FROM ours WHERE schema = 'dbos'))
            FROM pg_namespace WHERE nspname = 'dbos') AS may_use_dbos,
           EXISTS (SELECT FROM ours WHERE schema = current_schema()) AS has_tables,
           (SELECT min(schema || '.' || name) FROM ours
            WHERE NOT (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
                       AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE'))) AS barred
    """
)


def _cause(error: sa.exc.SQLAlchemyError) -> str:
    said = str(error)
    known = (cause for words, cause in _CAUSES if words in said)
    return next(
        known,
        f"the database can't be used ({type(error).__name__}); check the URL and that it is reachable",
    )
