"""A database as a first start leaves it, made once for all tests: making one takes longer than most of them."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from dbos import run_dbos_database_migrations

from bot.store import database, files, migrations


def engine(url: str) -> sa.Engine:
    """Return the engine of one at *url*, up to date."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite" and (path := files.path_of(parsed)):
        place(path)
    engine = database.create_engine(url)
    database.migrate(engine)
    return engine


def place(path: Path) -> None:
    """Put one there, unless there is one already."""
    if not path.exists():
        path.touch(0o600)
        path.write_bytes(_made())


@functools.cache
def _made() -> bytes:
    with tempfile.TemporaryDirectory(prefix="oms-bot-") as folder:
        path = Path(folder, "made.sqlite3")
        make(f"sqlite:///{path}")
        return path.read_bytes()


def make(url: str) -> None:
    """Bring the database at *url* to where a first start leaves it."""
    engine = database.create_engine(url)
    database.migrate(engine)
    run_dbos_database_migrations(engine.url.render_as_string(hide_password=False))
    engine.dispose()


def empty(url: str) -> None:
    """Bring one on PostgreSQL back to where a first start leaves it, whoever uses it: 20 times faster than anew."""
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(_END_OTHERS).fetchall():
            pass
        connection.execute(_EMPTY)


_END_OTHERS: Final = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_EMPTY: Final = f"""
    DO $$ DECLARE filled regclass; BEGIN
        FOR filled IN
            SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r' AND n.nspname IN ('public', 'dbos')
            AND c.relname NOT IN ('{migrations.TABLE}', 'dbos_migrations')
        LOOP EXECUTE 'DELETE FROM ' || filled; END LOOP;
    END $$
"""


def looked_into(url: str) -> sa.Engine:
    """Return an engine to look into a bot's database with; the workflows' tables are found without their schema."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return sa.create_engine(parsed, poolclass=sa.NullPool, connect_args={"timeout": 10})
    return sa.create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=1,
        connect_args={"options": "-c search_path=public,dbos"},
    )


def rows(engine: sa.Engine, statement: str, **values: Any) -> list[Any]:
    """Return the rows that a statement finds, if it finds any."""
    with engine.begin() as connection:
        found = connection.execute(sa.text(statement), values)
        return list(found) if found.returns_rows else []


def contents(engine: sa.Engine) -> bytes:
    """Return all that is kept, to look for what must not be: SQLite's files, or each value of each row."""
    if path := engine.dialect.name == "sqlite" and files.path_of(engine.url):
        return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    found = []
    for schema in ("public", "dbos"):
        for table in sa.inspect(engine).get_table_names(schema):
            found += [value for row in rows(engine, f'SELECT * FROM {schema}."{table}"') for value in row]
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in found)
