"""A database as a first start leaves it, made once for all tests: making one takes longer than most of them."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import sqlalchemy as sa
from dbos import run_dbos_database_migrations

from bot.store import database, files


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
        engine = database.create_engine(f"sqlite:///{path}")
        database.migrate(engine)
        engine.dispose()
        run_dbos_database_migrations(f"sqlite:///{path}")
        return path.read_bytes()
