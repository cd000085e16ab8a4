"""Faults of the database that pass by themselves: nobody waits for ever, and what was asked is done in the end."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from dbos._utils import retriable_postgres_exception
from sqlalchemy import event

from bot.store import database, files
from bot.store.postgres import passes as passes_at_postgres
from tests.postgres_proxy import proxied


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    """The bot's own engine for a new SQLite file with one table."""
    engine = database.create_engine(f"sqlite:///{tmp_path}/bot.sqlite3")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE notes (text)"))
    yield engine
    engine.dispose()


def note(connection: sa.Connection) -> None:
    """Write more than a full disk takes."""
    connection.execute(sa.text("INSERT INTO notes VALUES (:text)"), {"text": "x" * 50_000})


class Disk:
    """Whether the disk under an engine is full."""

    def __init__(self, engine: sa.Engine) -> None:
        self.full = False
        self.refused = 0
        event.listen(engine, "checkout", self._limit)
        event.listen(engine, "handle_error", self._count)

    def _limit(self, connection: sqlite3.Connection, *_: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {1 if self.full else 1_000_000}")

    def _count(self, _context: sa.ExceptionContext) -> None:
        self.refused += 1


async def test_what_a_full_disk_refuses_is_done_when_there_is_room(engine: sa.Engine) -> None:
    """Whoever asked waits a moment and knows nothing of it."""
    disk = Disk(engine)
    disk.full = True
    noting = asyncio.create_task(database.transact(engine, note))
    while not disk.refused:
        await asyncio.sleep(0.01)
    disk.full = False
    await noting
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM notes")).scalar() == 1


async def test_who_waits_for_an_answer_hears_of_a_disk_that_stays_full(engine: sa.Engine) -> None:
    """Outside of durable work the patience has an end."""
    Disk(engine).full = True
    with pytest.raises(sa.exc.OperationalError, match="full"):
        await database.transact(engine, note)


@pytest.mark.parametrize(
    ("code", "passes"),
    [
        (sqlite3.SQLITE_FULL, True),
        (sqlite3.SQLITE_BUSY, True),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, True),
        (sqlite3.SQLITE_IOERR_WRITE, True),
        (sqlite3.SQLITE_IOERR_FSYNC, True),
        (sqlite3.SQLITE_CANTOPEN, True),
        (sqlite3.SQLITE_READONLY, True),
        (sqlite3.SQLITE_CORRUPT, False),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, False),
        (sqlite3.SQLITE_ERROR, False),
    ],
)
def test_dbos_waits_for_the_same_faults_of_sqlite(engine: sa.Engine, code: int, *, passes: bool) -> None:
    """It knows of lost connections only, so that is what a fault that passes is called."""

    def fail(*_: Any) -> None:
        error = sqlite3.OperationalError("something")
        error.sqlite_errorcode = code
        raise error

    with engine.connect() as connection:
        event.listen(engine, "do_execute", fail)
        with pytest.raises(sa.exc.OperationalError) as raised:
            connection.execute(sa.text("SELECT 1"))
    assert database.passes(raised.value) is passes
    assert retriable_postgres_exception(raised.value) is passes


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (psycopg.errors.TooManyConnections, True),
        (psycopg.errors.DiskFull, True),
        (psycopg.errors.AdminShutdown, True),
        (psycopg.errors.CannotConnectNow, True),
        (psycopg.errors.ConnectionFailure, True),
        (psycopg.errors.IoError, True),
        (psycopg.errors.ReadOnlySqlTransaction, True),
        (psycopg.errors.DeadlockDetected, True),
        (psycopg.OperationalError, True),
        (psycopg.errors.QueryCanceled, False),
        (psycopg.errors.UniqueViolation, False),
        (psycopg.errors.UndefinedTable, False),
    ],
)
def test_which_faults_of_postgresql_pass(error: type[Exception], *, passes: bool) -> None:
    """By the server's own codes; what has none happened on the way to it."""
    assert passes_at_postgres(error("something")) is passes


async def test_a_silent_connection_is_given_up_and_another_one_asked(postgres: str) -> None:
    """The server's host failed over: nothing comes back, and nothing says so."""
    async with proxied(postgres) as proxy:
        engine = database.create_engine(proxy.url, answer_seconds=0.5)
        try:
            one = sa.text("SELECT 1")
            assert await database.transact(engine, lambda c: c.execute(one).scalar()) == 1
            proxy.fall_silent()
            async with asyncio.timeout(10):
                assert await database.transact(engine, lambda c: c.execute(one).scalar()) == 1
        finally:
            await asyncio.to_thread(engine.dispose)


async def test_a_server_that_was_restarted_is_asked_again(postgres: str) -> None:
    """It ended all sessions; the work in the middle is done on a new one."""
    engine = database.create_engine(postgres)
    end_all = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND datname = current_database()"
    )
    ended = False

    def work(connection: sa.Connection) -> Any:
        nonlocal ended
        if not ended:
            with engine.connect() as other:
                other.execute(end_all)
            ended = True
        return connection.execute(sa.text("SELECT 1")).scalar()

    assert await database.transact(engine, work) == 1
    engine.dispose()


def test_every_connection_keeps_itself_alive(postgres: str) -> None:
    """So that the kernel notices a host that is gone, on whatever connection somebody waits."""
    engine = database.create_engine(postgres)
    with engine.connect() as connection:
        parameters = connection.connection.driver_connection.info.get_parameters()  # type: ignore[union-attr]
    engine.dispose()
    assert parameters | {"keepalives_idle": "5", "tcp_user_timeout": "10000"} == parameters


def _modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir()}


@pytest.fixture
def _wide_open() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_wide_open")
def test_the_server_looks_on_every_connection_whether_we_are_still_there(postgres: str) -> None:
    """A host that vanished says no word; what its sessions hold would stay held for the two hours of the default."""
    engine = database.create_engine(postgres)
    ours = sa.text("SELECT name FROM pg_settings WHERE source = 'session' AND name LIKE 'tcp%' ORDER BY name")
    with engine.connect() as one, engine.connect() as another:
        for connection in (one, another):
            assert connection.execute(ours).scalars().all() == [
                "tcp_keepalives_count",
                "tcp_keepalives_idle",
                "tcp_keepalives_interval",
                "tcp_user_timeout",
            ]
    engine.dispose()


def test_the_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    """Whatever the umask of whoever starts the bot."""
    engine = database.create_engine(f"sqlite:///{tmp_path}/bot.sqlite3")
    database.migrate(engine)
    assert _modes(tmp_path) == dict.fromkeys(("bot.sqlite3", "bot.sqlite3-wal", "bot.sqlite3-shm"), "0o600")
    engine.dispose()


@pytest.mark.usefixtures("_wide_open")
def test_files_with_wider_rights_are_tightened(tmp_path: Path) -> None:
    """An older version, or a copy put back, left them so; a log that a crash left behind as well."""
    for ending in ("", "-wal", "-shm"):
        (tmp_path / f"bot.sqlite3{ending}").touch(0o666)
    engine = database.create_engine(f"sqlite:///{tmp_path}/bot.sqlite3")
    database.migrate(engine)
    assert set(_modes(tmp_path).values()) == {"0o600"}
    engine.dispose()


def test_a_file_that_is_gone_does_not_come_back_empty(engine: sa.Engine, tmp_path: Path) -> None:
    """A new one would say that nothing was ever asked."""
    engine.dispose()
    (tmp_path / "bot.sqlite3").unlink()
    with pytest.raises(sa.exc.OperationalError), engine.connect():
        pass
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_deleted_takes_nothing_more(engine: sa.Engine, tmp_path: Path) -> None:
    """SQLite would go on writing into what has no name any more; put back, it is found again."""
    with engine.begin() as connection:
        note(connection)
    path, away = tmp_path / "bot.sqlite3", tmp_path / "away.sqlite3"
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    path.rename(away)
    with pytest.raises(sa.exc.OperationalError) as raised, engine.begin() as connection:
        note(connection)
    assert database.passes(raised.value)
    away.rename(path)
    with engine.begin() as connection:
        note(connection)
        assert connection.execute(sa.text("SELECT count(*) FROM notes")).scalar() == 2


def test_who_looks_into_the_file_from_outside_takes_nothing_away(engine: sa.Engine, tmp_path: Path) -> None:
    """The audit, read beside the running bot, whose second engine has been at the file as well."""
    path = tmp_path / "bot.sqlite3"
    other = database.create_engine(f"sqlite:///{path}")
    with other.begin() as connection:
        note(connection)
    for count in (1, 2):
        assert _counted_elsewhere(path) == count
        with engine.begin() as connection:
            note(connection)
    other.dispose()


def _counted_elsewhere(path: Path) -> int:
    """Return how many notes another process finds."""
    count = f"import sqlite3; print(*sqlite3.connect({str(path)!r}).execute('SELECT count(*) FROM notes').fetchone())"
    return int(subprocess.run([sys.executable, "-c", count], check=True, capture_output=True).stdout)


def test_a_file_that_cannot_be_made_is_said_in_one_sentence(tmp_path: Path) -> None:
    """The folder is not there, or belongs to another user."""
    engine = database.create_engine(f"sqlite:///{tmp_path}/nowhere/bot.sqlite3")
    with pytest.raises(files.NotPrivateError, match=r"^DATABASE_URL: the file .* name another file$"):
        database.migrate(engine)


def test_a_database_in_memory_has_no_file() -> None:
    """Nothing to make private."""
    assert files.path_of(sa.make_url("sqlite://")) is None
    assert files.path_of(sa.make_url("sqlite:///:memory:")) is None
