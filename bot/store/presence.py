"""A process's presence: the lock that it holds under its name for as long as it lives, so that its work is its own.

On SQLite it is a lock on a file beside the database's. On PostgreSQL it is an advisory lock, named after the replica:
when the process dies, its session ends and the server lets go of the lock; so the server knows who is alive.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import time
import zlib
from pathlib import Path
from typing import Any, Final, Protocol

import sqlalchemy as sa
import structlog

from bot.store import database, files

log = structlog.get_logger(__name__)

WAIT_SECONDS: Final = 30.0  # in which an older process of the same name may end, as in a rolling restart
ANSWER_SECONDS: Final = 2.0  # of the session that holds the lock: whether it lives must be known soon
_NAMESPACE: Final = 0x6F6D7362  # "omsb": keeps these locks apart from others in the same database

_NOT_RENEWED: Final = {"idle_session_timeout": "0"}
# From the first renewal on, for they come every second. PostgreSQL 13 does not know it, and has the others.
_RENEWED: Final = {"idle_session_timeout": "10s"}


class TakenError(Exception):
    """Another process holds the lock; the text is one sentence that says what to do."""


class Presence(Protocol):
    """The lock, held."""

    def renew(self) -> bool:
        """Prove that the lock is held. If it was lost, take it anew and return True.

        Raises:
            TakenError: another process has it.
            sa.exc.SQLAlchemyError: that can't be told now.
        """

    def ask(self, query: sa.Select[Any]) -> sa.Row[Any] | None:
        """Return a query's first row, asked where the lock is held: that there is an answer proves that it still is.

        Raises:
            sa.exc.SQLAlchemyError: it is not, or that can't be told now.
        """

    def release(self) -> None:
        """Let go of the lock."""


def executor_id() -> str:
    """Name this process among the replicas, the same after a restart: the dyno, else the host."""
    return os.environ.get("DYNO") or socket.gethostname()


def take(url: str, name: str, *, wait_seconds: float) -> Presence:
    """Take the lock. On PostgreSQL an older process of this name is given time to end, and a fault to pass.

    Raises:
        TakenError: another process has it.
        sa.exc.SQLAlchemyError: the database can't be asked.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return FilePresence(url, files.path_of(parsed))
    presence = SessionPresence(url, name)
    until = time.monotonic() + wait_seconds
    for attempt in itertools.count():
        try:
            presence.renew()
        except (TakenError, sa.exc.SQLAlchemyError) as error:
            if time.monotonic() >= until:
                presence.release()
                raise
            if attempt == 0:
                log.warning("start_waits", executor=name, seconds=wait_seconds, reason=type(error).__name__)
            time.sleep(0.25)
        else:
            return presence
    raise AssertionError  # the time is up at some attempt


class FilePresence:
    """Alone on SQLite's file: the operating system lets go of the lock when the process ends, however it ends."""

    def __init__(self, url: str, path: Path | None) -> None:
        self._engine = database.create_engine(url)
        self._lock = _lock_beside(path) if path else None

    def renew(self) -> bool:
        """It can't be lost."""
        return False

    def ask(self, query: sa.Select[Any]) -> sa.Row[Any] | None:
        """Nobody else can have written in between."""
        with self._engine.connect() as connection:
            return connection.execute(query).first()

    def release(self) -> None:
        """Let others have the file."""
        self._engine.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _lock_beside(path: Path) -> int:
    import fcntl  # noqa: PLC0415  # not on Windows, where the bot's own tests and demo still run on PostgreSQL

    lock = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise TakenError(
            f"DATABASE_URL: another oms-bot already runs on {path}; stop that one first, or name another file "
            "(more than one process at a time needs PostgreSQL)"
        ) from None
    return lock


class SessionPresence:
    """Holds a PostgreSQL advisory lock in a session of its own. To be used by one thread at a time."""

    def __init__(self, url: str, name: str) -> None:
        self._engine = database.create_engine(url, answer_seconds=ANSWER_SECONDS)
        self._name = name
        self._session: sa.Connection | None = None
        self._renewed = False

    def renew(self) -> bool:
        """Ask the session; where there is none any more, open another one and try to have the lock there."""
        if self._session:
            try:
                if self._renewed:
                    self._session.execute(sa.text("SELECT 1"))
                else:
                    _set(self._session, _RENEWED)
            except sa.exc.SQLAlchemyError:
                self._drop()
            else:
                self._renewed = True
                return False
        session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            _set(session, _RENEWED if self._renewed else _NOT_RENEWED)
            taken = session.execute(sa.select(sa.func.pg_try_advisory_lock(*_key(self._name)))).scalar_one()
        except sa.exc.SQLAlchemyError:
            session.close()
            raise
        if not taken:
            session.close()
            raise TakenError(
                f'another oms-bot already runs as "{self._name}"; end that one, or give this one a name of its own '
                "(DYNO, else the host's name)"
            )
        self._session = session
        return True

    def ask(self, query: sa.Select[Any]) -> sa.Row[Any] | None:
        """Ask in the session that holds the lock."""
        if self._session is None:
            raise sa.exc.InvalidRequestError("the lock is lost")
        try:
            return self._session.execute(query).first()
        except sa.exc.SQLAlchemyError:
            self._drop()
            raise

    def release(self) -> None:
        """End the session."""
        self._drop()
        self._engine.dispose()

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session:
            with contextlib.suppress(sa.exc.SQLAlchemyError):
                session.invalidate()  # never back into the pool, lock and all
                session.close()


def is_held(name: str) -> sa.ColumnElement[bool]:
    """Say in SQL whether a process of this name holds its lock."""
    namespace, key = _key(name)
    locks = sa.table(
        "pg_locks", *(sa.column(c) for c in ("locktype", "database", "classid", "objid", "objsubid"))
    )
    here = sa.text("(SELECT oid FROM pg_database WHERE datname = current_database())")
    return sa.exists().where(
        locks.c.locktype == "advisory",
        locks.c.objsubid == 2,
        locks.c.classid == namespace,
        locks.c.objid == key % 2**32,
        locks.c.database == here,
    )


def take_for_now(name: str) -> sa.Select[tuple[bool]]:
    """Return the query that takes a dead process's lock until the transaction ends, so that it can't come back then."""
    return sa.select(sa.func.pg_try_advisory_xact_lock(*_key(name)))


def _key(name: str) -> tuple[int, int]:
    return _NAMESPACE, zlib.crc32(name.encode()) - 2**31  # advisory locks are named by signed 32-bit numbers


def _set(session: sa.Connection, settings: dict[str, str]) -> None:
    """Set those of a session's settings that the server knows."""
    from bot.store import postgres  # noqa: PLC0415  # its driver is slow to import

    session.exec_driver_sql(postgres.SET, (list(settings), list(settings.values())))
