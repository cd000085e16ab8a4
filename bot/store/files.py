"""SQLite's file: for this user's eyes only, and for one process at a time."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from pathlib import Path
from typing import Final

import sqlalchemy as sa

_PRIVATE: Final = 0o600
_BESIDE: Final = ("", "-wal", "-shm")

# By SQLite's primary result codes: another holds the lock, the disk is full, fails or is read-only, no file to open.
_PASSING: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
    }
)


class NotPrivateError(Exception):
    """The database's file can't be kept from others; the text says why and what to do."""


def path_of(url: sa.URL) -> Path | None:
    """Return the file of a SQLite database; None if it is kept in memory."""
    name = url.database
    return None if not name or name == ":memory:" or name.startswith("file:") else Path(name)


def make_private(path: Path) -> None:
    """Create the database's file, if it is not there, so that only its owner reads it; SQLite gives its log the same.

    One that is there with wider rights is tightened: it holds who asked for what, and sealed credentials.

    Raises:
        NotPrivateError: it can't be done.
    """
    try:
        # Never opened if it is there: to close it again would take from this process every lock that SQLite has on it,
        # and whoever else looks into the database then removes the log that this process goes on writing.
        if not path.exists():
            with contextlib.suppress(FileExistsError):
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _PRIVATE))
        if not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        for file in (path.with_name(path.name + ending) for ending in _BESIDE):
            if file.exists() and file.stat().st_mode & 0o077:
                file.chmod(_PRIVATE)
    except OSError as error:
        raise NotPrivateError(
            f"DATABASE_URL: the file {path} can't be opened and kept for this user alone ({error.strerror}); "
            "let the bot's user own it and its folder, or name another file"
        ) from None


def identity_of(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another that has its name later; None if there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116  # once for each use of a connection: without what pathlib adds
    except OSError:
        return None
    return found.st_dev, found.st_ino


def passes(error: BaseException | None) -> bool:
    """Tell whether a fault that SQLite reports passes by itself."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _PASSING
